// The audit finds what in Redis is not as the log says, and nothing else.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { auditCaps, type CapAudit, isSafe, renderCapAudit } from '../../projections/cap-audit.ts';
import { createInProcessCapGate } from '../../projections/in-process-cap-gate.ts';
import { storedCustomers } from '../../projections/redis-stored-customers.ts';
import { storedTotals } from '../../projections/redis-stored-totals.ts';
import { beginning, type RecordedEvent } from '../../src/event-store/event-store.ts';
import { hasRedis, startRedis, startRedisCluster, type TestCluster, type TestRedis } from '../redis/redis-server.ts';
import { liveTogether } from './cap-gate-history.ts';
import { createCapGateModel } from './cap-gate-model.ts';
import { asking, confirmed, day, logged, noon, reserved, second } from './cap-gate-samples.ts';
import { each, live, ruleWith, shown } from './cap-log-samples.ts';
import { type OpenCapGate, openCapGate } from './open-cap-gate.ts';
import { seededRandom } from './random.ts';
import { recorded } from './recorded-events.ts';

describe.skipIf(!hasRedis)('the audit of the caps', () => {
  let server: TestRedis;
  let cluster: TestCluster;
  const open: OpenCapGate[] = [];
  async function openGate(url = server.url): Promise<OpenCapGate> {
    const opened = await openCapGate(url);
    open.push(opened);
    return opened;
  }
  beforeAll(async () => {
    [server, cluster] = await Promise.all([startRedis(), startRedisCluster()]);
  });
  afterEach(async () => {
    for (const { close } of open.splice(0)) await close();
  });
  afterAll(async () => {
    await Promise.all([server?.stop(), cluster?.stop()]);
  });

  const audited = (
    { redis, build }: OpenCapGate,
    log: readonly RecordedEvent[],
    at: number,
    appliedUpTo = async () => beginning,
  ): Promise<CapAudit> =>
    auditCaps({
      events: each(log),
      stored: storedCustomers({ ...redis, build }),
      totals: { stored: storedTotals({ ...redis, build }), laterEvents: () => each([]) },
      appliedUpTo,
      at,
    });
  const noDrift = { tooMany: 0, tooFew: 0 };

  test.each(['a server', 'a cluster'])('finds nothing where the log was brought, in %s', async (where) => {
    const opened = await openGate(where === 'a server' ? server.url : cluster.url);
    const { log, now } = await liveTogether(createInProcessCapGate(), createCapGateModel(), seededRandom(5), 400);
    await opened.gate.apply(log);
    const audit = await audited(opened, log, now);
    expect(audit).toMatchObject({
      customersCompared: 3,
      customersElsewhere: 0,
      seriesThatDiffer: 0,
      contacts: noDrift,
      holds: noDrift,
      neverRecorded: 0,
      totals: { seriesElsewhere: 0, seriesThatDiffer: 0, contacts: noDrift, holds: noDrift },
    });
    expect(audit.totals?.seriesCompared).toBeGreaterThan(20);
    expect(audit.recount.reservations).toBeGreaterThan(50);
    expect(isSafe(audit)).toBe(true);
  });

  test('counts contacts and holds that are too many or too few, by series', async () => {
    const opened = await openGate();
    const { gate, redis, build } = opened;
    const log = [logged(reserved({}), noon), logged(confirmed('IMPRESSION', noon + day), noon + second)];
    await gate.apply(log);
    const key = redis.keys.caps(build, 'c1');
    const [decisions, impressions, clicks, acceptances] = String(await redis.connection.client.hget(key, '*')).split(
      '|',
    );
    const [earlier, heldUntil] = [String(noon - 1).padStart(13, '0'), String(noon + 2 * day)];
    const lists = [`${earlier}${decisions}`, '', clicks, acceptances, `${heldUntil}7`, '', ''];
    await redis.connection.client.hset(key, '*', lists.join('|'));
    await redis.connection.client.hdel(key, 'tag:fuel');
    expect(impressions).toHaveLength(13);
    expect(await audited(opened, log, noon + 60 * second)).toMatchObject({
      customersCompared: 1,
      seriesThatDiffer: 2,
      contacts: { tooMany: 1, tooFew: 3 },
      holds: { tooMany: 1, tooFew: 2 },
    });
  });

  test('counts what everybody has too many or too few, and what is missing in several sums once', async () => {
    const opened = await openGate();
    const { gate, redis, build } = opened;
    const log = [logged(reserved({}), noon), logged(confirmed('IMPRESSION', noon + day), noon + second)];
    await gate.apply(log);
    const { client } = redis.connection;
    const place = (part: string) => redis.keys.totals(build, part);
    await client.del(place('contacts:DECISION:offer:o1'));
    await client.hincrby(place('contacts:IMPRESSION:offer:o1'), 'all', 2);
    await client.zadd(place('holds:6:tag:fuel'), noon + day, 'd2|o1', noon - 1, 'd3|o1');
    await client.del(place('holds:6:offer:o1'));
    const audit = await audited(opened, log, noon + 60 * second);
    expect(audit).toMatchObject({ seriesThatDiffer: 0 });
    expect(audit.totals).toMatchObject({
      seriesElsewhere: 0,
      seriesThatDiffer: 4,
      contacts: { tooMany: 2, tooFew: 1 },
      holds: { tooMany: 1, tooFew: 1 },
    });
    expect(isSafe(audit)).toBe(false);
    expect(isSafe(await audited(opened, log, noon + 2 * day))).toBe(false);
  });

  test('counts as too few what was there and is not any more', async () => {
    const opened = await openGate();
    const log = [logged(reserved({}), noon), logged(confirmed('IMPRESSION', noon + day), noon)];
    const appliedUpTo = async () => log[1]?.position ?? '';
    const audit = await audited(opened, log, noon, appliedUpTo);
    expect(audit).toMatchObject({ customersCompared: 1, customersElsewhere: 0, contacts: { tooMany: 0 } });
    expect(audit.totals).toMatchObject({ seriesElsewhere: 0, contacts: { tooMany: 0 } });
    expect(audit.contacts.tooFew).toBeGreaterThan(2);
    expect(audit.totals?.contacts).toEqual(audit.contacts);
    expect(isSafe(audit)).toBe(false);
  });

  test('does not compare customers who are at another event, and counts those whom Redis does not have', async () => {
    const opened = await openGate();
    const log = [logged(reserved({}), noon), logged(confirmed('IMPRESSION', noon + day), noon)];
    await opened.gate.apply(log.slice(0, 1));
    const audit = await audited(opened, log, noon);
    expect(audit).toMatchObject({ customersCompared: 0, customersElsewhere: 1 });
    expect(audit.totals).toMatchObject({ seriesCompared: 0, seriesThatDiffer: 0 });
    expect(audit.totals?.seriesElsewhere).toBeGreaterThan(0);
    const empty = await openGate();
    expect(await audited(empty, log, noon)).toMatchObject({ customersCompared: 0, customersElsewhere: 1 });
  });

  test('tells reservations that were never recorded from those that still may be', async () => {
    const opened = await openGate();
    await opened.gate.reserve(asking({ heldUntil: noon + 60 * second }));
    expect(await audited(opened, [], noon + 60 * second)).toMatchObject({ neverRecorded: 0, seriesThatDiffer: 0 });
    const audit = await audited(opened, [], noon + 61 * second);
    expect(audit).toMatchObject({ customersCompared: 1, neverRecorded: 1, seriesThatDiffer: 0 });
    expect(isSafe(audit)).toBe(true);
  });

  test('counts and shows the contacts that broke a cap', async () => {
    const log = recorded([live('o1', ruleWith()), shown('d1', noon), shown('d2', noon + second)].flat());
    const audit = await auditCaps({ events: each(log), stored: each([]), at: noon });
    expect(isSafe(audit)).toBe(false);
    const text = renderCapAudit(audit);
    expect(text).toContain('contacts that broke a cap');
    expect(text).toContain('2 × IMPRESSION of 1 in offer:o1, by d2 o1');
  });
});
