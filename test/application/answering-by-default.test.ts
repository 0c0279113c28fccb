// When a default answer is given instead of a decision, and when the call fails all the same.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Overloaded } from '../../src/application/admission.ts';
import type { DecisionRecord } from '../../src/application/decision-records.ts';
import type { UnansweredObservation } from '../../src/application/observations.ts';
import { StoreUnavailable } from '../../src/event-store/event-store.ts';
import { later } from '../running-kairos.ts';
import { createRig, type Rig } from './rig.ts';

let rig: Rig;
let unanswered: unknown[];
const begin = async (mostUnderWay?: number) => {
  unanswered = [];
  const observers = [{ unanswered: ({ cause }: UnansweredObservation) => void unanswered.push(cause) }];
  rig = await createRig({ observers, ...(mostUnderWay !== undefined && { mostUnderWay }) });
  await rig.publish('fuel', { propensity: 0.9 });
  await rig.publish('news', { purposes: [] });
  await rig.place('home', { defaultAnswer: 'ON', timeBudgetMs: 300 });
  await rig.place('till', { timeBudgetMs: 300 });
  await rig.consent('c1');
};
beforeEach(() => begin());
afterEach(() => rig.stop());

const shown = ({ data: { offers } }: DecisionRecord) => offers.map(({ offerId }) => offerId);
const unavailable = (stage: string) => [{ stage, cause: 'UNAVAILABLE', instead: 'DEFAULT' }];

describe('a decision that cannot be recorded', () => {
  test('is the default of a placement that has one; elsewhere the call fails as ever', async () => {
    expect(shown(await rig.decide('c1', 'home'))).toEqual(['fuel']);
    rig.log.cut('REFUSED');
    const record = await rig.decide('c1', 'home');
    expect(shown(record)).toEqual(['news']);
    expect(record.data.degradations).toEqual(unavailable('RECORD'));
    await expect(rig.decide('c1', 'till')).rejects.toThrow(StoreUnavailable);
    rig.log.heal();
    expect(shown(await rig.decide('c1', 'home'))).toEqual(['fuel']);
  });

  test('in time is the default, too', async () => {
    await rig.decide('c1', 'home');
    rig.log.cut('SLOW');
    const record = await rig.decide('c1', 'home');
    expect(shown(record)).toEqual(['news']);
    expect(record.data.degradations).toEqual([{ stage: 'RECORD', cause: 'OVERRUN', instead: 'DEFAULT' }]);
    rig.log.heal();
  });

  test('is recorded late where the placement lets it be: it is a decision of the customer then', async () => {
    await rig.place('late', { defaultAnswer: 'ON', recording: 'LATE', timeBudgetMs: 300 });
    rig.log.cut('REFUSED');
    expect((await rig.decide('c1', 'late')).data).toMatchObject({ recorded: 'LATE', offers: [{ offerId: 'fuel' }] });
  });

  test('is not begun any more when many could not be, but one from time to time, by which it is found out when they can', async () => {
    rig.log.cut('REFUSED');
    for (let number = 0; number < 12; number += 1) await rig.decide('c1', 'home');
    const record = await rig.decide('c1', 'home');
    expect(shown(record)).toEqual(['news']);
    expect(record.data.degradations).toEqual([{ stage: 'RECORD', cause: 'BREAKER_OPEN', instead: 'DEFAULT' }]);
    // Whether its request was answered before is looked up once.
    const { readTogether } = rig.kairos.readModels;
    let looks = 0;
    Object.assign(rig.kairos.readModels, {
      readTogether: (...asked: Parameters<typeof readTogether>) => {
        looks += 1;
        return readTogether(...asked);
      },
    });
    expect(shown(await rig.decide('c1', 'home', 'r1'))).toEqual(['news']);
    expect(looks).toBe(1);
    // Whoever has no default has nothing to lose.
    await expect(rig.decide('c1', 'till')).rejects.toThrow(StoreUnavailable);
    rig.log.heal();
    expect(shown(await rig.decide('c1', 'till'))).toEqual(['fuel']);
    await expect.poll(async () => shown(await rig.decide('c1', 'home'))).toEqual(['fuel']);
  });

  test('because of what else its customer has under way is the default for him, and for nobody else', async () => {
    await rig.consent('c2');
    const { data } = await rig.decide('c1', 'home');
    rig.log.cut('SLOW');
    const presented = rig.kairos.outcomes.record([{ decisionId: data.decisionId, kind: 'PRESENTED' }], rig.context());
    const crowd = await Promise.all(Array.from({ length: 12 }, () => rig.decide('c1', 'home')));
    expect(new Set(crowd.flatMap(shown))).toEqual(new Set(['news']));
    rig.log.heal();
    expect(shown(await rig.decide('c2', 'home'))).toEqual(['fuel']);
    await presented;
  });

  test('but was, without the call hearing of it, is the default now and what was recorded when it is asked for again', async () => {
    // Then its streams are known, and need not be read.
    await rig.decide('c1', 'home');
    rig.log.cut('LOST');
    expect(shown(await rig.decide('c1', 'home', 'r1'))).toEqual(['news']);
    rig.log.heal();
    rig.at = later(rig.at, 1);
    expect(shown(await rig.decide('c1', 'home', 'r1'))).toEqual(['fuel']);
    expect((await rig.types()).filter((type) => type === 'OfferDecided')).toHaveLength(2);
  });

  test('of a request that was answered before is not its default: it fails, or is what it was', async () => {
    const { data } = await rig.decide('c1', 'home', 'r1');
    rig.log.cut('REFUSED');
    await expect(rig.decide('c1', 'home', 'r1')).rejects.toThrow(StoreUnavailable);
    expect(shown(await rig.decide('c1', 'home', 'r2'))).toEqual(['news']);
    rig.log.heal();
    expect((await rig.decide('c1', 'home', 'r1')).data.decisionId).toBe(data.decisionId);
  });
});

describe('while nothing at all can be reached', () => {
  const away = async () => {
    await rig.decide('c1', 'home', 'r1');
    rig.away = 'ALL';
    rig.log.cut('REFUSED');
  };

  test('the last catalogue gives the default, as long as its dates allow', async () => {
    await rig.publish('flash', { purposes: [], propensity: 1, endAt: later(rig.at, 600) });
    await away();
    expect(shown(await rig.decide('c1', 'home'))).toEqual(['flash']);
    rig.at = later(rig.at, 600);
    expect(shown(await rig.decide('c1', 'home'))).toEqual(['news']);
  });

  test('whether a request was answered before cannot be known, and the default is its answer', async () => {
    await away();
    expect(shown(await rig.decide('c1', 'home', 'r1'))).toEqual(['news']);
  });

  test('agents are told that it is so', async () => {
    await rig.place('desk', { defaultAnswer: 'ON', channel: 'CALL_CENTER' });
    await away();
    const call = { interactionId: 'i1', agentId: 'a1', customerId: 'c1', placementId: 'desk', attributes: {} };
    const started = rig.kairos.interactions.start(call, rig.context());
    await expect(started).rejects.toThrow(StoreUnavailable);
  });

  test('a process that has had no catalogue yet has no default', async () => {
    rig.away = 'ALL';
    rig.log.cut('REFUSED');
    await expect(rig.kairos.defaults.of('home', Date.parse(rig.at))).rejects.toThrow(StoreUnavailable);
    expect(unanswered).toEqual([]);
    await expect(rig.decide('c1', 'home')).rejects.toThrow(StoreUnavailable);
    expect(unanswered).toEqual(['UNAVAILABLE']);
  });
});

describe('when too much is under way', () => {
  test('a request that was answered before gets that answer, others the default', async () => {
    await rig.stop();
    await begin(1);
    const [first, second] = await Promise.all([rig.decide('c1', 'home', 'r1'), rig.decide('c1', 'home', 'r2')]);
    expect([shown(first), shown(second)]).toEqual([['fuel'], ['news']]);
    // Somebody else's decision is under way meanwhile.
    const [, again] = await Promise.all([rig.decide('c2', 'home'), rig.decide('c1', 'home', 'r1')]);
    expect(again?.data.decisionId).toBe(first.data.decisionId);
  });

  test('a placement without a default is told to come again', async () => {
    await rig.stop();
    await begin(0);
    await expect(rig.decide('c1', 'till')).rejects.toThrow(Overloaded);
    expect(unanswered).toEqual(['OVERLOAD']);
  });

  test('an operation that is let in is let in with all of its decisions', async () => {
    await rig.stop();
    await begin(1);
    const context = rig.context();
    const ask = (customerId: string) => ({ customerId, attributes: {} });
    const customers = Array.from({ length: 50 }, (_, number) => `c${number}`);
    const decided = await Promise.all(
      customers.map((customerId) => rig.kairos.nextBestOffer.decide(ask(customerId), ['home'], context)),
    );
    const ids = decided.flatMap((records) => (records as DecisionRecord[]).map(({ data }) => data.decisionId));
    expect(ids.filter((id) => id.startsWith('default_'))).toEqual([]);
  });
});
