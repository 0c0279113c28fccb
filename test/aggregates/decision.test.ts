// What may become of a decision: each outcome once, in its time, without contradiction.
import { describe, expect, test } from 'vitest';
import {
  type DecisionCommand,
  decisionDecider,
  decisionIdOf,
  decisionReasons,
  type Outcome,
  outcomes,
  streamIdOf,
} from '../../src/aggregates/decision/decider.ts';
import { type DecisionEvent, decisionEvent } from '../../src/aggregates/decision/events.ts';
import {
  about,
  at,
  creditedUntil,
  type Decided,
  data,
  decided,
  decidedEvent,
  decision,
  events,
  expire,
  expired,
  expiresAt,
  happens,
  offered,
  record,
  soon,
  tooLate,
} from './decision-samples.ts';
import { walk } from './random-commands.ts';
import { type Given, stateAfter } from './scenario.ts';

describe('ids', () => {
  test('a decision id names its stream, also when the customer id has underscores and hyphens', () => {
    expect(decisionIdOf('a_b-1_202611', at, 'x9')).toBe('a_b-1_202611_202611_x9');
    expect(streamIdOf('a_b-1_202611_202611_x9')).toBe('a_b-1_202611_202611');
    expect(streamIdOf(decisionIdOf('c42', at, 'x9'))).toBe('c42_202611');
  });
  test.each([
    '',
    'c42',
    'c42_202611',
    'c42_202611_',
    '_202611_x',
    'c42_202613_x',
    'c42_202600_x',
    'c42_2026_x',
    'c 42_202611_x',
  ])('no stream has the decision %j', (decisionId) => expect(streamIdOf(decisionId)).toBeUndefined());
});

describe('recording a decision', () => {
  test('a decision is recorded once', () => {
    decision.when(record()).thenRecorded(decidedEvent());
    decision.given(decided).when(record()).thenNothing();
  });
  test('a decision without offers is recorded with its cause', () =>
    decision
      .when(record({ offers: [], cause: 'NOT_ELIGIBLE' }))
      .thenRecorded(decidedEvent({ offers: [], cause: 'NOT_ELIGIBLE' })));
  test('the same request in the same placement is the same decision while it is valid', () =>
    decision
      .given(decided)
      .when(record({ decisionId: 'other', expiresAt: creditedUntil }, soon))
      .thenNothing());
  test.each<[string, Partial<Decided>, string]>([
    ['after its expiry', { expiresAt: creditedUntil }, expiresAt],
    ['in another placement', { placementId: 'basket' }, soon],
    ['under another request id', { requestId: 'r2' }, soon],
    ['without a request id', { requestId: undefined }, soon],
  ])('%s it is another decision', (_, changes, when) => {
    const { requestId, ...others } = data({ decisionId: 'other', ...changes });
    const other: Decided = requestId === undefined ? others : { ...others, requestId };
    decision
      .given(decided)
      .when({ type: 'RecordDecision', at: when, data: other })
      .thenRecorded({ type: 'OfferDecided', data: other });
  });
  test('only the last decision of a request can be superseded', () => {
    const second: Given<DecisionEvent> = [decidedEvent({ decisionId: 'second' }), soon];
    const third = { type: 'RecordDecision' as const, at: soon, data: data({ decisionId: 'third' }) };
    const twice = decision.given(decided, second);
    twice.when({ ...third, supersedes: about.decisionId }).thenNothing();
    twice.when({ ...third, supersedes: 'second' }).thenRecorded(decidedEvent({ decisionId: 'third' }));
  });
  test('what somebody has heard of is recorded although its request was answered by another decision meanwhile, and once', () => {
    const late = { type: 'RecordDecision' as const, at: soon, data: data({ decisionId: 'late' }), isAnswered: true };
    decision
      .given(decided)
      .when(late)
      .thenRecorded(decidedEvent({ decisionId: 'late' }));
    decision
      .given(decided, [decidedEvent({ decisionId: 'late' }), soon])
      .when(late)
      .thenNothing();
  });
  test('an offer twice is refused', () =>
    decision
      .when(record({ offers: [offered('fuel', 0), offered('fuel', 1)] }))
      .thenRefused('OFFER_REPEATED', { field: 'offers.1.offerId' }));
  test('a slot filled twice is refused', () =>
    decision
      .when(record({ offers: [offered('fuel', 0), offered('bread', 0)] }))
      .thenRefused('SLOT_REPEATED', { field: 'offers.1.slot' }));
  test('a decision expires after it was made', () =>
    decision.when(record({ expiresAt: at })).thenRefused('EXPIRY_NOT_LATER', { field: 'expiresAt' }));
});

describe('outcomes', () => {
  test.each(outcomes)('%s is recorded, and again is already so, even long after', (outcome) => {
    const implied = ['CLICKED', 'ACCEPTED', 'DECLINED'].includes(outcome) ? [events.PRESENTED] : [];
    const all = [...implied, events[outcome]];
    decision
      .given(decided)
      .when(happens(outcome))
      .thenRecorded(...all);
    for (const when of [soon, tooLate, '2027-11-21T18:00:00.000Z']) {
      decision
        .given(decided, ...all)
        .when(happens(outcome, { at: when }))
        .thenNothing();
    }
  });
  test('an outcome that implies the presentation makes it already so', () =>
    decision.given(decided, events.PRESENTED, events.CLICKED).when(happens('PRESENTED')).thenNothing());
  test('the reason is kept', () =>
    decision
      .given(decided, events.PRESENTED)
      .when(happens('DECLINED', { reason: 'too dear' }))
      .thenRecorded({ type: 'OfferDeclined', data: { ...about, reason: 'too dear' } }));
  test('a reason that is too long is refused', () =>
    decision
      .given(decided)
      .when(happens('DECLINED', { reason: 'x'.repeat(201) }))
      .thenRefused('REASON_INVALID', { field: 'reason' }));
  test('the offers of a decision have outcomes each for itself', () =>
    decision
      .given(decided, events.DISMISSED)
      .when(happens('DISMISSED', { offerId: 'bread' }))
      .thenRecorded({ type: 'OfferDismissed', data: { ...about, offerId: 'bread', reason: '' } }));
  test('unknown decisions and offers are refused', () => {
    decision.when(happens('PRESENTED')).thenRefused('DECISION_UNKNOWN', { field: 'decisionId' });
    decision
      .given(decided)
      .when(happens('PRESENTED', { offerId: 'tea' }))
      .thenRefused('OFFER_NOT_IN_DECISION', { field: 'offerId' });
  });
  test('an outcome is not earlier than its decision', () => {
    const before = '2026-11-21T17:59:59.999Z';
    decision
      .given(decided)
      .when(happens('PRESENTED', { at: before }))
      .thenRefused('OUTCOME_BEFORE_DECISION');
    const sameInstant: DecisionEvent = {
      type: 'OfferPresented',
      data: { ...about, creditedUntil: '2026-11-21T19:00:00.000Z' },
    };
    decision.given(decided).when(happens('PRESENTED', { at })).thenRecorded(sameInstant);
  });
});

describe('time', () => {
  test.each(outcomes)('%s of an offer that was never presented is in time until the decision expires', (outcome) => {
    decision
      .given(decided)
      .when(happens(outcome, { at: tooLate }))
      .thenRefused('DECISION_EXPIRED', { field: 'at' });
    decision
      .given(decided, expired)
      .when(happens(outcome, { at: expiresAt }))
      .thenRefused('DECISION_EXPIRED');
  });
  test('the last instant of a decision is in time', () => {
    const presented: DecisionEvent = {
      type: 'OfferPresented',
      data: { ...about, creditedUntil: '2026-11-21T19:10:00.000Z' },
    };
    decision
      .given(decided)
      .when(happens('PRESENTED', { at: expiresAt }))
      .thenRecorded(presented);
  });
  test('a presented offer is credited until its window is over, however long ago the decision expired', () => {
    const presented = decision.given(decided, events.PRESENTED);
    presented.when(happens('ACCEPTED', { at: creditedUntil })).thenRecorded(events.ACCEPTED);
    presented
      .when(happens('ACCEPTED', { at: '2026-11-21T19:01:00.001Z' }))
      .thenRefused('CREDIT_WINDOW_OVER', { field: 'at', rule: creditedUntil });
  });
  test.each([undefined, soon, at, '2027', 'tomorrow'])('an offer is not postponed until %s', (until) =>
    decision.given(decided).when(happens('POSTPONED', { until })).thenRefused('UNTIL_NOT_LATER', { field: 'until' }),
  );
});

describe('contradictions', () => {
  // What may still follow each outcome; everything else contradicts it.
  const after: Record<Outcome, readonly Outcome[]> = {
    PRESENTED: ['CLICKED', 'ACCEPTED', 'DECLINED', 'DISMISSED', 'POSTPONED'],
    CLICKED: ['ACCEPTED', 'DECLINED', 'DISMISSED', 'POSTPONED'],
    ACCEPTED: ['CLICKED'],
    DECLINED: [],
    DISMISSED: [],
    POSTPONED: [],
  };
  const pairs = outcomes.flatMap((first) =>
    outcomes.filter((each) => each !== first).map((next) => [first, next] as const),
  );
  test.each(pairs)('after %s: %s', (first, next) => {
    const presented = first === 'PRESENTED' ? [] : [events.PRESENTED];
    const past = decision.given(decided, ...presented, events[first]);
    if (next === 'PRESENTED') past.when(happens(next)).thenNothing();
    else if (after[first].includes(next)) past.when(happens(next)).thenRecorded(events[next]);
    else past.when(happens(next)).thenRefused('OUTCOME_CONTRADICTS', { field: 'outcome', rule: first.toLowerCase() });
  });
  test.each(['DISMISSED', 'POSTPONED'] as const)('an offer that was %s unseen is not presented any more', (first) =>
    decision.given(decided, events[first]).when(happens('PRESENTED')).thenRefused('OUTCOME_CONTRADICTS'),
  );
});

describe('expiry', () => {
  test('an offer that was never presented expires with its decision, once', () => {
    decision.given(decided).when(expire(expiresAt)).thenRecorded(expired);
    decision.given(decided, expired).when(expire(tooLate)).thenNothing();
  });
  test('before its time nothing expires', () => decision.given(decided).when(expire(soon)).thenNothing());
  test.each(['PRESENTED', 'DISMISSED', 'POSTPONED'] as const)('an offer that was %s does not expire', (outcome) =>
    decision.given(decided, events[outcome]).when(expire(tooLate)).thenNothing(),
  );
  test('what is unknown does not expire', () => {
    decision.when(expire(tooLate)).thenRefused('DECISION_UNKNOWN');
    decision
      .given([decidedEvent({ offers: [] }), at])
      .when(expire(tooLate))
      .thenRefused('OFFER_NOT_IN_DECISION');
  });
});

test('the state keeps what outcomes are judged by', () => {
  const state = stateAfter(decisionDecider, [decided, events.PRESENTED, events.CLICKED]);
  const { offers, ...rest } = state.decisions.get(about.decisionId) ?? { offers: new Map() };
  expect(rest).toEqual({ customerId: 'c42', decidedAt: at, expiresAt });
  expect([...state.answers]).toEqual([['r1|home', [about.decisionId]]]);
  expect(offers.get('fuel')).toEqual({
    creditWindowSeconds: 3600,
    recorded: ['PRESENTED', 'CLICKED'],
    creditedUntil,
    expired: false,
  });
});

test('whatever is commanded, each outcome of an offer is recorded once, and nothing before its presentation', () => {
  const { logs, recorded, refused } = walk<
    ReturnType<typeof decisionDecider.initialState>,
    DecisionCommand,
    DecisionEvent,
    string
  >(decisionDecider, decisionEvent, {
    walks: 200,
    steps: 40,
    command(random, step) {
      const now = new Date(Date.UTC(2026, 10, 21, 18, 0, step - random.whole(2) * random.whole(5))).toISOString();
      const decisionId = random.pick(['d1', 'd2', 'd3']);
      const offerId = random.pick(['fuel', 'bread']);
      const offers = random.pick([
        [],
        [offered('fuel', 0)],
        [offered('fuel', 0), offered('fuel', 1)],
        [offered('fuel', 0), offered('bread', 0)],
      ]);
      const short = offers.map((offer) => ({ ...offer, creditWindowSeconds: 5 }));
      const expiry = new Date(Date.parse(now) + random.whole(20) * 1000).toISOString();
      return random.pick<DecisionCommand>([
        {
          type: 'RecordDecision',
          at: now,
          data: data({ decisionId, offers: short, expiresAt: expiry, requestId: `r${random.whole(5)}` }),
        },
        happens(random.pick(outcomes), { decisionId, offerId, at: now, reason: 'x'.repeat(random.pick([3, 300])) }),
        happens(random.pick(outcomes), { decisionId, offerId, at: now, until: random.pick([now, creditedUntil]) }),
        { type: 'ExpireOffer', at: now, decisionId, offerId },
      ]);
    },
  });
  expect(recorded.size).toBe(8);
  expect([...refused].sort()).toEqual([...decisionReasons].sort());
  for (const log of logs) {
    const seen = new Set<string>();
    for (const event of log) {
      if (event.type === 'OfferDecided') continue;
      const key = `${event.data.decisionId} ${event.data.offerId}`;
      expect(seen.has(`${key} ${event.type}`)).toBe(false);
      if (['OfferClicked', 'OfferAccepted', 'OfferDeclined'].includes(event.type))
        expect(seen.has(`${key} OfferPresented`)).toBe(true);
      if (event.type === 'OfferExpired') expect(seen.has(`${key} OfferPresented`)).toBe(false);
      seen.add(`${key} ${event.type}`);
    }
  }
});
