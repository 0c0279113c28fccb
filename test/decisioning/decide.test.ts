// Which offer is chosen, and why not the others: the cases as data, and what holds for every decision.
import { describe, expect, it, test } from 'vitest';
import { stageOf } from '../../src/decisioning/cause.ts';
import { compileCatalogue, placementOf } from '../../src/decisioning/compiled-catalogue.ts';
import { coolingOf } from '../../src/decisioning/compiled-placement.ts';
import { decide, type Verdict } from '../../src/decisioning/decide.ts';
import type { ContactFacts } from '../../src/decisioning/decision-request.ts';
import { unknownCustomer } from '../../src/decisioning/facts.ts';
import { funnel } from '../../src/decisioning/funnel.ts';
import { reasons, stages } from '../../src/decisioning/reasons.ts';
import { inRollout } from '../../src/decisioning/rollout.ts';
import type { Scope } from '../../src/decisioning/scope.ts';
import { fillSlots, type Selection } from '../../src/decisioning/selection.ts';
import { fromRecord, recordUsage } from '../../src/decisioning/usage-record.ts';
import { type Case, cases, language, situation, usually } from './situation.ts';

describe('a decision', () => {
  test.each(cases)('$rule', (given) => {
    const { catalogue, request, facts, contacts } = situation(given);
    const verdict = decide(catalogue, request, facts, contacts, { explain: true });
    const selection = fillSlots(verdict, request, new Set(given.lost), { explain: true });
    expect(told(verdict, selection, given)).toEqual(given.expected);
  });

  it.each(cases)('accounts for every candidate exactly once: $rule', (given) => {
    const { catalogue, request, facts, contacts } = situation(given);
    const verdict = decide(catalogue, request, facts, contacts, { explain: true });
    const { chosen, rejections, counts } = fillSlots(verdict, request, new Set(given.lost), { explain: true });
    const accounted = [...chosen.map(({ candidate }) => candidate.offer), ...rejections].map(({ offerId }) => offerId);
    expect(accounted.toSorted()).toEqual(Object.keys(given.offers).toSorted());
    const counted = Object.values(counts).reduce((sum, count) => sum + count, 0);
    expect(counted).toBe(rejections.length);
    for (const { reason, stage } of rejections) expect(stage).toBe(stageOf[reason]);
  });

  it.each(cases)('is the same unexplained, and computed again from its record: $rule', (given) => {
    const { catalogue, request, facts, contacts } = situation(given);
    const recorded = recordUsage(contacts);
    const lost = new Set(given.lost);
    const first = fillSlots(decide(catalogue, request, facts, recorded.contacts, { explain: true }), request, lost);
    const stored = JSON.parse(JSON.stringify({ facts, request, usage: recorded.record }));
    const again = situation(given).catalogue;
    const verdict = decide(again, stored.request, stored.facts, fromRecord(stored.usage));
    const second = fillSlots(verdict, stored.request, lost);
    expect(verdict.rejections).toEqual([]);
    expect(JSON.stringify(second)).toBe(JSON.stringify(first));
  });

  it('has a case for every reason', () => {
    const shown = cases.flatMap(({ expected }) => Object.values(expected.rejected).map((text) => text.split(' ')[0]));
    expect(reasons.filter((reason) => !shown.includes(reason))).toEqual([]);
  });

  it('goes through the stages in their order, if the facts are there at all, arbitration and reservation last', () => {
    expect(['FACTS', ...funnel.map(({ stage }) => stage), 'ARBITRATION', 'RESERVATION']).toEqual([...stages]);
    expect([...new Set(reasons.map((reason) => stageOf[reason]))]).toEqual([...stages]);
  });

  it('evaluates a condition once, however many offers share it', () => {
    let evaluated = 0;
    const counting = {
      ...language,
      condition: (text: string) => {
        const condition = language.condition(text);
        const counted =
          <Answer>(ask: (scope: Scope) => Answer) =>
          (scope: Scope) => {
            evaluated++;
            return ask(scope);
          };
        const predicates = condition.predicates.map(({ holds, comparison, ...predicate }) => ({
          ...predicate,
          holds: counted(holds),
          ...(comparison && { comparison: { ...comparison, read: counted(comparison.read) } }),
        }));
        return { ...condition, predicates };
      },
    };
    const shared = { eligibility: [{ name: 'home', expression: 'context.page == "home"' }] };
    const { catalogue, request, facts, contacts } = situation({
      context: { page: 'home' },
      offers: { a: shared, b: shared, c: shared },
    });
    const counted = compileCatalogue(counting, catalogue.offers.values(), catalogue.placements.values(), '7');
    expect(decide(counted, request, facts, contacts).survivors.count).toBe(3);
    expect(evaluated).toBe(1);
  });

  it('asks for the usage of equal caps once', () => {
    const cap = {
      name: 'any',
      counts: 'IMPRESSION',
      scope: { kind: 'EVERYTHING' },
      subject: 'CUSTOMER',
      limit: 9,
      window: { kind: 'LIFETIME' },
    } as const;
    const { catalogue, request, facts } = situation({
      placement: { caps: [cap] },
      offers: { a: { caps: [cap] }, b: {} },
    });
    const asked: string[] = [];
    const contacts = {
      usageOf: ({ key }: { key: string }) => {
        asked.push(key);
        return { used: 0 };
      },
      lastContactAt: () => undefined,
    };
    const { survivors } = decide(catalogue, request, facts, contacts);
    expect(asked).toHaveLength(1);
    expect(survivors.ranked().map(({ caps }) => caps.length)).toEqual([2, 1]);
  });

  it('names the conditions and context weights that are met', () => {
    const { catalogue, request, facts, contacts } = situation({
      context: { page: 'home' },
      offers: {
        a: {
          eligibility: [{ name: 'on the home page', expression: 'context.page == "home"' }],
          contextWeights: [
            { name: 'home', expression: 'context.page == "home"', percent: 10 },
            { name: 'rich', expression: 'profile.income == "250K+"', percent: 10 },
          ],
        },
      },
    });
    const [winner] = decide(catalogue, request, facts, contacts).survivors.ranked();
    expect(winner?.met).toEqual(['on the home page']);
    expect(winner?.weights).toEqual(['home']);
  });

  it('is not made for a placement that does not exist, which its caller can ask before', () => {
    const { catalogue, request, facts, contacts } = situation({ offers: { a: {} } });
    expect(placementOf(catalogue, 'nowhere')).toBeUndefined();
    expect(placementOf(catalogue, 'home')?.placementId).toBe('home');
    const elsewhere = { ...request, placementId: 'nowhere' };
    expect(() => decide(catalogue, elsewhere, facts, contacts)).toThrow('there is no placement nowhere');
  });

  it('shows nothing to a customer of whom nothing is known', () => {
    const { catalogue, request, contacts } = situation({ offers: { a: {} } });
    const verdict = decide(catalogue, request, unknownCustomer('c9'), contacts);
    expect(fillSlots(verdict, request, new Set()).cause).toBe('CONSENT_MISSING');
  });

  it('is not misled by offers that are named like methods of objects', () => {
    const neverAfter = [{ offerId: 'toString', outcome: 'PRESENTED' as const }];
    const { catalogue, request, facts, contacts } = situation({
      offers: { constructor: { suppression: { neverAfter } } },
    });
    expect(decide(catalogue, request, facts, contacts).survivors.count).toBe(1);
  });
});

describe('the catalogue', () => {
  it('names the series of a cooling window', () => {
    const cooling = (scope?: 'EVERYTHING' | 'CHANNEL' | 'PLACEMENT') =>
      coolingOf({
        placementId: 'home',
        revision: 1,
        retired: false,
        terms: { ...usually.placement, ...(scope && { coolingWindow: { seconds: 60, scope } }) },
      });
    expect(cooling()).toBeUndefined();
    expect(cooling('EVERYTHING')).toEqual({ series: '*', seconds: 60 });
    expect(cooling('CHANNEL')).toEqual({ series: 'channel:WEB', seconds: 60 });
    expect(cooling('PLACEMENT')).toEqual({ series: 'placement:home', seconds: 60 });
  });
});

describe('a rollout', () => {
  const customers = Array.from({ length: 2000 }, (_, index) => `c${index}`);
  const reached = (share: number, offerId = 'gas') => customers.filter((id) => inRollout(offerId, id, share));

  it('reaches about its share of the customers, and all of them at 1', () => {
    expect(reached(0.3).length).toBeGreaterThan(540);
    expect(reached(0.3).length).toBeLessThan(660);
    expect(reached(0)).toEqual([]);
    expect(reached(1)).toHaveLength(2000);
  });

  it('keeps everybody it has reached when its share is raised', () => {
    const wide = new Set(reached(0.4));
    expect(reached(0.2).filter((id) => !wide.has(id))).toEqual([]);
  });

  it('reaches others with another offer', () => {
    const gas = new Set(reached(0.5));
    const both = reached(0.5, 'milk').filter((id) => gas.has(id)).length;
    expect(both).toBeGreaterThan(420);
    expect(both).toBeLessThan(580);
  });
});

describe('a usage record', () => {
  it('notes what was asked and was not empty', () => {
    const { contacts, record } = recordUsage({ usageOf: () => ({ used: 2 }), lastContactAt: () => 7 });
    const { catalogue, request, facts } = situation({
      placement: {
        coolingWindow: { seconds: 60, scope: 'CHANNEL' },
        caps: [
          {
            name: 'thrice',
            counts: 'CLICK',
            scope: { kind: 'EVERYTHING' },
            subject: 'CUSTOMER',
            limit: 3,
            window: { kind: 'LIFETIME' },
          },
        ],
      },
      offers: { a: {} },
    });
    decide(catalogue, request, facts, contacts);
    expect(Object.values(record.caps)).toEqual([{ used: 2 }]);
    expect(record.lastContacts).toEqual({ 'call|channel:WEB': 7 });
  });

  it('leaves out what was asked and was empty, and answers it as empty again', () => {
    const cap = { key: 'CUSTOMER|CLICK', series: ['*'] } as unknown as Parameters<ContactFacts['usageOf']>[0];
    const { contacts, record } = recordUsage({ usageOf: () => ({ used: 0 }), lastContactAt: () => undefined });
    expect(contacts.usageOf(cap)).toEqual({ used: 0 });
    expect(record).toEqual({ caps: {}, lastContacts: {} });
    expect(fromRecord(record).usageOf(cap)).toEqual({ used: 0 });
  });

  it('answers what it does not know with nothing', () => {
    const { catalogue, request, facts } = situation({
      placement: { coolingWindow: { seconds: 60, scope: 'EVERYTHING' } },
      offers: { a: {} },
    });
    expect(decide(catalogue, request, facts, fromRecord({ caps: {}, lastContacts: {} })).survivors.count).toBe(1);
  });
});

/** A selection in the words of the cases: with the detail of a rejection only where the case gives one. */
function told(
  { moment }: Verdict,
  { chosen, rejections, cause, resolution }: Selection,
  { expected }: Case,
): Case['expected'] {
  const rejected = rejections.map((rejection) => {
    const { offerId, reason } = rejection;
    const detailed = expected.rejected[offerId]?.includes(' (');
    return [offerId, detailed ? `${reason} (${rejection.detailIn(moment)})` : reason];
  });
  const scores = chosen.map(({ candidate }) => [candidate.offer.offerId, Number(candidate.score.toFixed(9))]);
  return {
    chosen: chosen.map(({ candidate }) => candidate.offer.offerId),
    rejected: Object.fromEntries(rejected),
    ...(expected.cause !== undefined && { cause: cause ?? 'none' }),
    ...(resolution === 'FALLBACK' && { resolution }),
    ...(expected.scores && {
      scores: Object.fromEntries(scores.filter(([id]) => String(id) in (expected.scores ?? {}))),
    }),
  };
}
