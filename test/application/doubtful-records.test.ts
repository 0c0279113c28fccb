// A decision whose record failed may be in the log all the same, or come there yet: no cap is exceeded, and no place is lost.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { recountCaps, recountedCategories } from '../../projections/cap-recount.ts';
import { decisionDecider, streamIdOf } from '../../src/aggregates/decision/decider.ts';
import type { OfferDecided } from '../../src/application/decision-records.ts';
import { type Append, RevisionConflict, StoreUnavailable } from '../../src/event-store/event-store.ts';
import { createExecutor } from '../../src/event-store/execute.ts';
import { createRig, type Rig, surely } from './rig.ts';

const once = {
  name: 'once',
  counts: 'DECISION',
  scope: { kind: 'OFFER' },
  subject: 'CUSTOMER',
  limit: 1,
  window: { kind: 'LIFETIME' },
} as const;

let rig: Rig;
const begin = async (options: Parameters<typeof createRig>[0] = {}) => {
  rig = await createRig(options);
  await rig.publish('fuel', { propensity: 0.9, caps: [once] });
  await rig.publish('bread', { propensity: 0.5, caps: [{ ...once, name: 'in all', subject: 'TOTAL' }] });
  await rig.place('home');
  await rig.place('till', { recording: 'LATE' });
  for (const customerId of ['c1', 'c2']) await rig.consent(customerId);
  await rig.kairos.following.waitFor(await rig.kairos.store.head(), 5000);
};
beforeEach(() => begin());
afterEach(async () => {
  const { violations } = await recountCaps(rig.log.real.readAll({ categories: recountedCategories }));
  await rig.stop();
  expect(violations).toEqual([]);
});

const shown = async (customerId: string, placement = 'home') =>
  (await rig.decide(customerId, placement)).data.offers[0]?.offerId;
const fails = (customerId: string) => expect(rig.decide(customerId, 'home')).rejects.toThrow(StoreUnavailable);
const capEvents = async () => (await rig.types()).filter((type) => type.startsWith('Cap'));

describe('what was given up and comes to the log later', () => {
  test('has its place when it comes in front of what follows it', async () => {
    rig.log.cut('QUEUED');
    await fails('c1');
    rig.log.heal();
    expect(await shown('c1')).toBe('bread');
    expect(await capEvents()).toEqual(['CapReserved', 'CapReserved']);
  });

  test('comes no more when what follows it was there first', async () => {
    rig.log.cut('QUEUED');
    await fails('c1');
    const [appends = []] = rig.log.queued.splice(0);
    rig.log.heal();
    expect(await shown('c1')).toBe('fuel');
    await expect(rig.log.real.appendAll(appends)).rejects.toThrow(RevisionConflict);
    expect(await capEvents()).toEqual(['CapReleased', 'CapReserved']);
  });

  test('has its place under a cap of everybody, too', async () => {
    expect([await shown('c1'), await shown('c2')]).toEqual(['fuel', 'fuel']);
    rig.log.cut('QUEUED');
    await fails('c1');
    rig.log.heal();
    expect(await shown('c2')).toBe(undefined);
  });
});

test('the place of what never comes is free again, without its customer coming again', async () => {
  expect([await shown('c1'), await shown('c2')]).toEqual(['fuel', 'fuel']);
  rig.log.cut('REFUSED');
  await fails('c1');
  rig.log.heal();
  await vi.waitFor(async () => expect(await capEvents()).toContain('CapReleased'));
  expect(await shown('c2')).toBe('bread');
});

test('while the log is known to be away nothing is reserved, and nothing is left to find out', async () => {
  rig.log.cut('REFUSED');
  await expect(rig.kairos.store.head()).rejects.toThrow(StoreUnavailable);
  await fails('c1');
  await fails('c2');
  expect(rig.kairos.doubtful.isSure('c1')).toBe(false);
  rig.log.heal();
  expect(rig.kairos.doubtful.isSure('c1')).toBe(true);
  expect([await shown('c1'), await shown('c2')]).toEqual(['fuel', 'fuel']);
  expect(await capEvents()).toEqual(['CapReserved', 'CapReserved']);
});

test('a decision that may be recorded late is answered while another of the customer is in doubt, and counts it', async () => {
  expect([await shown('c1'), await shown('c2')]).toEqual(['fuel', 'fuel']);
  await rig.publish('milk', { propensity: 0.1, caps: [{ ...once, strict: false }] });
  rig.log.cut('QUEUED');
  await fails('c1');
  // It answers, and takes nothing yet.
  await rig.kairos.store.head();
  expect(await shown('c1', 'till')).toBe('milk');
  rig.log.heal();
  await vi.waitFor(() => expect(rig.kairos.late?.status().waiting).toBe(0));
  expect(await shown('c2')).toBe('milk');
});

describe('a reservation that was written alone', () => {
  beforeEach(async () => {
    await rig.stop();
    await begin({ lagMs: 100 });
  });

  test('keeps its place although the gate hears of it late', async () => {
    rig.failNext('OfferDecided');
    await fails('c1');
    expect(await shown('c1')).toBe('bread');
  });

  test('keeps its place when another process has answered the same request in between', async () => {
    const { real } = rig.log;
    const { append, appendAll } = real;
    const elsewhere = createExecutor({ store: real });
    Object.assign(real, {
      async appendAll([reserve, decide]: readonly [Append, Append]) {
        Object.assign(real, { appendAll });
        const reserved = await append(reserve.stream, reserve.expectedRevision, reserve.events);
        const data = decide.events[0]?.data as OfferDecided;
        const command = { ...data, decisionId: `${data.decisionId}0` };
        const record = { type: 'RecordDecision' as const, at: rig.at, data: command };
        await surely(elsewhere.execute(decisionDecider, streamIdOf(data.decisionId) ?? '', record, rig.context()));
        return [reserved, await append(decide.stream, decide.expectedRevision, decide.events)];
      },
    });
    expect((await rig.decide('c1', 'home', 'r1')).data.decisionId).toMatch(/0$/);
    expect(await shown('c1')).toBe('bread');
  });
});
