// What decisions do while the service of a model fails: what it said before counts, or the offers' own propensities, and they say so.
import { beforeEach, describe, expect, test } from 'vitest';
import { offered, useScoredRig } from './scored-rig.ts';

const scored = useScoredRig();

describe('a service that fails', () => {
  beforeEach(async () => {
    await scored.rig.model('m', scored.service());
    await scored.rig.place('home', { model: 'm' });
  });

  test.each<[string, () => void, string]>([
    [
      'says that it is not well',
      () => (scored.server.answer = (response) => response.writeHead(503).end()),
      'UNAVAILABLE',
    ],
    ['answers nonsense', () => scored.server.give({ high: 0.1, low: null }), 'INVALID'],
    ['is redirected', () => (scored.server.answer = (response) => response.writeHead(302).end()), 'INVALID'],
  ])('as it %s: each offer has its own propensity, and the decision says so', async (_, break_, cause) => {
    break_();
    const record = await scored.decide();
    expect([offered(record), record.data.degradations]).toEqual([
      'high',
      [{ stage: 'MODEL', cause, instead: 'PRIOR' }],
    ]);
    expect(record.data.offers[0]?.propensityFrom).toEqual({ model: 'm', revision: 1, source: 'PRIOR' });
    expect(record.data.basis.propensities).toMatchObject({ scored: {}, lastKnown: {}, prior: ['high', 'low'] });
    expect(scored.told).toMatchObject([{ scored: 0, prior: 2, cause }]);
    await scored.explained(record);
  });

  test('leaves what it said before in force for a while, of the same revision and customer', async () => {
    scored.server.give({ high: 0.1, low: 0.6 });
    await scored.decide();
    scored.server.answer = (response) => response.writeHead(500).end();
    const record = await scored.decide();
    expect(record.data.offers).toMatchObject([
      { offerId: 'low', score: 6, propensityFrom: { model: 'm', revision: 1, source: 'LAST_KNOWN' } },
    ]);
    expect(record.data.degradations).toEqual([{ stage: 'MODEL', cause: 'UNAVAILABLE', instead: 'LAST_KNOWN' }]);
    expect(record.data.basis.propensities).toMatchObject({ scored: {}, lastKnown: { high: 0.1, low: 0.6 }, prior: [] });
    await scored.explained(record);
    await scored.rig.consent('c2');
    expect(offered(await scored.rig.decide('c2', 'home'))).toBe('high');
    await scored.rig.model('m', scored.service({ budgetMs: 1999 }));
    expect(offered(await scored.decide())).toBe('high');
  });

  test('is not remembered where the model says so', async () => {
    await scored.rig.model('m', scored.service({ lastKnownSeconds: 0 }));
    scored.server.give({ high: 0.1, low: 0.6 });
    await scored.decide();
    scored.server.answer = (response) => response.writeHead(500).end();
    expect(offered(await scored.decide())).toBe('high');
  });

  test('for some offers only: the others have its scores', async () => {
    scored.server.give({ high: 0.1, low: 0.6 });
    await scored.decide();
    await scored.rig.publish('new', { propensity: 0.05 });
    scored.server.give({ low: 0.7 });
    const record = await scored.decide();
    expect(record.data.basis.propensities).toMatchObject({
      scored: { low: 0.7 },
      lastKnown: { high: 0.1 },
      prior: ['new'],
    });
    expect(record.data.degradations).toEqual([
      { stage: 'MODEL', cause: 'INVALID', instead: 'LAST_KNOWN' },
      { stage: 'MODEL', cause: 'INVALID', instead: 'PRIOR' },
    ]);
  });

  test('to answer in the time of the model is not waited for, and its connection is given up', async () => {
    await scored.rig.model('m', scored.service({ budgetMs: 20 }));
    scored.server.hang();
    const record = await scored.decide();
    expect(record.data.degradations).toEqual([{ stage: 'MODEL', cause: 'OVERRUN', instead: 'PRIOR' }]);
    while (scored.server.gone === 0) await new Promise(setImmediate);
  });

  test('to answer in the time of the placement is not waited for, and is not at fault', async () => {
    await scored.rig.place('hasty', { model: 'm', timeBudgetMs: 2000, stageBudgets: { model: 10 } });
    scored.server.hang();
    for (let times = 0; times < 12; times++) {
      const { data } = await scored.decide('hasty');
      expect(data.degradations).toEqual([{ stage: 'MODEL', cause: 'OVERRUN', instead: 'PRIOR' }]);
    }
    scored.server.give({ low: 1 });
    expect(offered(await scored.decide())).toBe('low');
  });

  test('often is not asked any more until a probe of it was answered', async () => {
    scored.server.answer = (response) => response.writeHead(500).end();
    for (let times = 0; times < 10; times++) await scored.decide();
    const { length } = scored.server.asked;
    const record = await scored.decide();
    expect(record.data.degradations).toEqual([{ stage: 'MODEL', cause: 'BREAKER_OPEN', instead: 'PRIOR' }]);
    expect(scored.server.asked).toHaveLength(length);
    scored.server.give({ high: 0.1, low: 0.6 });
    await expect.poll(async () => offered(await scored.decide()), { timeout: 5000 }).toBe('low');
  });

  test('leaves others be: more questions than it may be asked at once are not asked', async () => {
    const customers = Array.from({ length: 70 }, (_, number) => `many-${number}`);
    for (const customer of customers) await scored.rig.consent(customer);
    const waiting: (() => void)[] = [];
    scored.server.answer = (response) => {
      waiting.push(() => response.end('{"propensities":{"high":0.1,"low":0.6}}'));
      if (waiting.length === 64) for (const answer of waiting) answer();
    };
    const records = await Promise.all(customers.map((customer) => scored.rig.decide(customer, 'home')));
    const unasked = records.filter(({ data }) => data.degradations?.[0]?.cause === 'UNAVAILABLE');
    expect([waiting.length, unasked.length]).toEqual([64, 6]);
  });

  test('is asked once for a decision that has to be made again, because the log does not take it', async () => {
    const cap = {
      name: 'strict',
      counts: 'DECISION' as const,
      scope: { kind: 'OFFER' as const },
      subject: 'CUSTOMER' as const,
      limit: 9,
      window: { kind: 'LIFETIME' as const },
    };
    await scored.rig.publish('capped', { propensity: 0.2, caps: [cap] });
    await scored.rig.place('till', { model: 'm', recording: 'LATE' });
    scored.server.give({ capped: 1, high: 0.1, low: 0.6 });
    await scored.decide('till');
    scored.rig.log.cut('REFUSED');
    const record = await scored.decide('till');
    expect([offered(record), record.data.recorded, scored.server.asked.length]).toEqual(['low', 'LATE', 2]);
    expect(record.data.basis.propensities?.scored).toEqual({ capped: 1, high: 0.1, low: 0.6 });
    scored.rig.log.heal();
    await expect.poll(() => scored.rig.kairos.late?.status().waiting).toBe(0);
    await scored.explained(record);
  });
});
