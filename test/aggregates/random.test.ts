// What holds for every sequence of commands and whatever their terms contain.
import { describe, expect, test } from 'vitest';
import { type ConsentCommand, consentReasons, createConsentDecider } from '../../src/aggregates/consent/decider.ts';
import { consentEvent } from '../../src/aggregates/consent/events.ts';
import { createModelDecider, type ModelCommand, modelReasons } from '../../src/aggregates/model/decider.ts';
import { type ModelEvent, modelEvent } from '../../src/aggregates/model/events.ts';
import { createOfferDecider, type OfferCommand, offerReasons } from '../../src/aggregates/offer/decider.ts';
import { type OfferEvent, offerEvent } from '../../src/aggregates/offer/events.ts';
import {
  createPlacementDecider,
  type PlacementCommand,
  placementReasons,
} from '../../src/aggregates/placement/decider.ts';
import { placementEvent } from '../../src/aggregates/placement/events.ts';
import { createProfileDecider, type ProfileCommand, profileReasons } from '../../src/aggregates/profile/decider.ts';
import { profileEvent } from '../../src/aggregates/profile/events.ts';
import { type SignalCommand, signalDecider, signalReasons } from '../../src/aggregates/signal/decider.ts';
import { signalEvent } from '../../src/aggregates/signal/events.ts';
import { channel } from '../../src/aggregates/values.ts';
import { type Random, spoiled, walk } from './random-commands.ts';
import { offerTermsWith, placementTermsWith } from './valid-terms.ts';

const size = { walks: 200, steps: 30 };
const chance = (random: Random, oneIn: number) => random.whole(oneIn) === 0;
/** The value as it is, most of the time. */
const mostly = <Value>(value: Value, random: Random) => (chance(random, 3) ? (spoiled(value, random) as Value) : value);
const check = (expression: string) =>
  expression.includes('@') ? { problem: 'it has an @', at: expression.indexOf('@') } : undefined;

test('offers: any commands, any terms', () => {
  // Twice what leads towards customers, so that many walks get there.
  const towards = ['DraftOffer', 'ReviseOffer', 'SubmitOffer', 'ApproveOffer', 'PublishOffer'] as const;
  const usual = [...towards, ...towards, 'RejectOffer', 'PauseOffer', 'ResumeOffer'] as const;
  const conditions = ['true', 'true', 'true', '@'].map((expression) => [{ name: 'adult', expression }]);
  const command = (random: Random): OfferCommand => {
    const type = chance(random, 60) ? 'RetireOffer' : random.pick(usual);
    return {
      type,
      offerId: chance(random, 30) ? 'a b' : 'o1',
      by: random.pick(['ann', 'bob', 'cy', 'anonymous']),
      terms: mostly(offerTermsWith({ priority: random.whole(2), eligibility: random.pick(conditions) }), random),
      reason: random.pick(['so be it', 'so be it', '']),
      basedOn: chance(random, 5) ? random.whole(3) : undefined,
    } as OfferCommand;
  };
  const { logs, recorded, refused } = walk(
    createOfferDecider({
      checkCondition: check,
      readsCustomer: () => false,
      checkTerms: ({ priority }) => (priority > 1 ? { problem: 'is too high', field: 'priority' } : undefined),
    }),
    offerEvent,
    { ...size, command },
  );
  expect([...refused].sort()).toEqual([...offerReasons].sort());
  expect([...recorded].sort()).toEqual(offerEvent.options.map(({ shape }) => shape.type.value).sort());
  for (const log of logs) expectApprovedByOthers(log);
});

/** Recounts a log: what went live had been approved, as it was, by somebody who had no hand in it since the last publication. */
function expectApprovedByOthers(log: readonly OfferEvent[]): void {
  for (const [index, event] of log.entries()) {
    if (event.type !== 'OfferPublished') continue;
    const before = log.slice(0, index);
    const lastPublished = before.findLastIndex(({ type }) => type === 'OfferPublished');
    const since = before.slice(lastPublished + 1);
    const authors = since.flatMap(({ data }) => ('author' in data ? [data.author] : []));
    const revision = since.findLast(({ data }) => 'author' in data);
    const approval = since.findLast(({ type }) => type === 'OfferApproved');
    expect(approval?.data).toMatchObject({ revision: event.data.revision });
    expect(revision?.data).toMatchObject({ revision: event.data.revision });
    if (approval?.type === 'OfferApproved') expect([...authors, 'anonymous']).not.toContain(approval.data.by);
    expect(before.some(({ type }) => type === 'OfferRetired')).toBe(false);
  }
}

test('placements: any commands, any terms', () => {
  const command = (random: Random): PlacementCommand => {
    const formula = random.pick(['value * 2.0', 'value * 2.0', 'value @ 2']);
    const ranking = { method: 'FORMULA' as const, formula };
    const changes = { slots: 2 + random.whole(3), ...(chance(random, 2) && { ranking }) };
    return {
      type: random.pick([
        'DefinePlacement',
        'RedefinePlacement',
        chance(random, 15) ? 'RetirePlacement' : 'DefinePlacement',
      ]),
      placementId: chance(random, 30) ? '' : 'home',
      by: 'ann',
      terms: mostly(placementTermsWith({ ...changes, channel: chance(random, 9) ? 'APP' : 'WEB' }), random),
      basedOn: chance(random, 5) ? random.whole(3) : undefined,
    } as PlacementCommand;
  };
  const { recorded, refused } = walk(createPlacementDecider({ checkFormula: check }), placementEvent, {
    ...size,
    command,
  });
  expect([...refused].sort()).toEqual([...placementReasons].sort());
  expect(recorded.size).toBe(placementEvent.options.length);
});

test('models: any commands, any terms', () => {
  const kinds = [
    { name: 'm', kind: 'STATIC', static: { offers: [{ offerId: 'o1', propensity: 0.5 }], categories: [], default: 1 } },
    { name: 'm', kind: 'LOGISTIC', logistic: { offers: [], shared: { intercept: 1, weights: [] } } },
  ];
  const command = (random: Random): ModelCommand =>
    ({
      type: chance(random, 30)
        ? 'RetireModel'
        : random.pick(['DefineModel', 'ReviseModel', 'ReviseModel', 'ApproveModel']),
      modelId: chance(random, 30) ? 'a b' : 'm1',
      by: random.pick(['ann', 'bob', 'cy', 'anonymous']),
      terms: mostly(random.pick(kinds), random),
      reason: random.pick(['so be it', '']),
      basedOn: chance(random, 5) ? random.whole(3) : undefined,
    }) as ModelCommand;
  const decider = createModelDecider({ attributeType: () => 'int', addressProblem: () => undefined });
  const { logs, recorded, refused } = walk(decider, modelEvent, { ...size, command });
  expect([...refused].sort()).toEqual([...modelReasons].sort());
  expect(recorded.size).toBe(modelEvent.options.length);
  for (const log of logs) expectUsedOnceApproved(log);
});

/** Recounts a log: what came into use is the newest revision, and who approved it wrote none since the last approval. */
function expectUsedOnceApproved(log: readonly ModelEvent[]): void {
  for (const [index, event] of log.entries()) {
    if (event.type !== 'ModelApproved') continue;
    const before = log.slice(0, index);
    const since = before.slice(before.findLastIndex(({ type }) => type === 'ModelApproved') + 1);
    const written = since.flatMap(({ data }) => ('author' in data ? [data] : []));
    expect(written.at(-1)?.revision).toBe(event.data.revision);
    expect([...written.map(({ author }) => author), 'anonymous']).not.toContain(event.data.by);
    expect(before.some(({ type }) => type === 'ModelRetired')).toBe(false);
  }
}

test('profiles: any commands, any attributes', () => {
  const command = (random: Random): ProfileCommand =>
    ({
      type: random.pick([
        'RegisterCustomer',
        'ObserveTimeZone',
        'LinkIdentity',
        'UnlinkIdentity',
        'ObserveAttributes',
        'JoinAudiences',
        'LeaveAudiences',
      ]),
      customerId: chance(random, 30) ? 'a@b.example' : 'c42',
      timeZone: random.pick(['UTC', 'Europe/Paris', 'Nowhere']),
      identity: mostly({ kind: 'crm', value: random.pick(['1', '2']) }, random),
      attributes: mostly({ age: random.pick([1, 2, null]), hobbies: random.pick([['a'], ['b'], null]) }, random),
      source: chance(random, 9) ? 'x'.repeat(101) : 'crm',
      audiences: [random.pick(['a', 'b', 'c']), random.pick(['a', 'b', 'c', 'not one'])],
    }) as ProfileCommand;
  const decider = createProfileDecider({
    checkAttribute: (name) => (name === 'extra' ? 'is not declared' : undefined),
  });
  const { recorded, refused } = walk(decider, profileEvent, { ...size, command });
  expect([...refused].sort()).toEqual([...profileReasons].sort());
  expect(recorded.size).toBe(profileEvent.options.length);
});

test('consents: any commands, any fields', () => {
  const command = (random: Random, step: number): ConsentCommand =>
    ({
      type: random.pick(['GrantConsent', 'WithdrawConsent']),
      customerId: 'c42',
      purpose: random.pick(['marketing', 'service', 'resale']),
      channels: [
        ...channel.options.filter(() => chance(random, 4)),
        ...(chance(random, 20) ? [spoiled('WEB', random)] : []),
      ],
      evidence: mostly(random.pick(['form-7', 'form-8']), random),
      policyVersion: 'p1',
      expiresAt: chance(random, 2)
        ? undefined
        : new Date(Date.UTC(2026, 10, 21, 18, 0, random.whole(60))).toISOString(),
      at: new Date(Date.UTC(2026, 10, 21, 18, 0, step)).toISOString(),
    }) as ConsentCommand;
  const decider = createConsentDecider({ purposes: ['marketing', 'service'] });
  const { recorded, refused } = walk(decider, consentEvent, { ...size, command });
  expect([...refused].sort()).toEqual([...consentReasons].sort());
  expect(recorded.size).toBe(consentEvent.options.length);
});

describe('signals', () => {
  const command = (random: Random, step: number): SignalCommand => {
    const at = new Date(Date.UTC(2026, 10, 21, 18, 0, step)).toISOString();
    const observedAt = random.pick([
      at,
      at,
      at,
      at,
      '2026-11-20T10:00:00.000Z',
      '2027-01-01T00:00:00.000Z',
      '2020-01-01T00:00:00.000Z',
    ]);
    const signal = () =>
      mostly({ signalId: `s${random.whole(20)}`, kind: 'VIEW' as const, observedAt, quantity: 1 }, random);
    const signals = Array.from({ length: random.whole(4) }, signal);
    return { type: 'RecordSignals', customerId: chance(random, 30) ? '' : 'c42', signals, at };
  };
  test('any commands, any signals: none is recorded twice, all are of one day', () => {
    const { logs, refused } = walk(signalDecider, signalEvent, { ...size, command });
    expect([...refused].sort()).toEqual([...signalReasons].sort());
    for (const log of logs) {
      const ids = log.map(({ data }) => data.signalId);
      expect(new Set(ids).size).toBe(ids.length);
      expect(new Set(log.map(({ data }) => data.observedAt.slice(0, 10))).size).toBeLessThanOrEqual(1);
    }
  });
});
