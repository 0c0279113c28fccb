// The caps are built anew while replicas reserve: no cap is exceeded, and afterwards Redis says what the log says.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type CapAudit, isSafe } from '../../projections/cap-audit.ts';
import type { ReservationRequest } from '../../projections/cap-gate.ts';
import { noDrift } from '../../projections/drift.ts';
import { ReadSideUnavailable } from '../../projections/read-side-unavailable.ts';
import type { CapRule } from '../../src/aggregates/cap-rule.ts';
import { bindOfferCap } from '../../src/decisioning/caps.ts';
import { type EventStore, type NewEvent, noStream } from '../../src/event-store/event-store.ts';
import { createSqliteEventStore } from '../../src/event-store/sqlite-event-store.ts';
import { temporaryPath } from '../event-store/temporary-log.ts';
import {
  hasRedis,
  startRedis,
  startRedisCluster,
  type TestCluster,
  type TestRedis,
  until,
} from '../redis/redis-server.ts';
import { confirm, live, reserve, ruleWith } from './cap-log-samples.ts';
import { openProcess, type RedisProcess } from './projected-redis.ts';
import { type Random, seededRandom } from './random.ts';
import type { Told } from './recorded-events.ts';

const rules: readonly CapRule[] = [
  ruleWith({
    ...{ name: 'seldom', counts: 'DECISION', scope: { kind: 'EVERYTHING' }, limit: 4 },
    window: { kind: 'ROLLING', seconds: 1 },
  }),
  ruleWith({ name: 'shown', limit: 1, window: { kind: 'LIFETIME' } }),
  ruleWith({ name: 'all', counts: 'DECISION', subject: 'TOTAL', limit: 2, window: { kind: 'LIFETIME' } }),
];
/** So many that there is a place until the end, and so few of each that all want it. */
const offerIds = Array.from({ length: 80 }, (_, index) => `o${index}`);
const customerIds = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6'];
/** Longer than a reservation needs to be recorded here, however busy the machine is. */
const graceMs = 1000;

describe.skipIf(!hasRedis)('a rebuild of the caps', () => {
  let server: TestRedis;
  let cluster: TestCluster;
  let store: EventStore;
  let path: string;
  let processes: RedisProcess[];
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    [server, cluster] = await Promise.all([startRedis(), startRedisCluster()]);
  });
  afterAll(async () => {
    await Promise.all([server?.stop(), cluster?.stop()]);
  });
  beforeEach(async () => {
    path = temporaryPath();
    store = createSqliteEventStore({ path, retryDelay: () => 5, pollEvery: 5 });
    processes = [];
    for (const told of offerIds.flatMap((offerId) => live(offerId, ...rules)))
      await record(told, `${told.stream}-${told.type}`);
  });
  afterEach(async () => {
    for (const each of children.splice(0)) each.kill('SIGKILL');
    for (const each of processes) await each.close();
    await store.close();
  });

  async function open(url: string, prefix?: string): Promise<RedisProcess> {
    const process = await openProcess(url, store, prefix);
    processes.push(process);
    return process;
  }

  async function record({ type, data, at }: Told, stream: string): Promise<string> {
    const metadata = { v: 1, at: at ?? new Date().toISOString(), correlationId: 'c', causationId: 'c', actor: 'test' };
    const event: NewEvent = { id: randomUUID(), type, data, metadata };
    return (await store.append(stream, noStream, [event])).position;
  }

  function capsOf({ rebuildables }: RedisProcess) {
    const caps = rebuildables.get('caps');
    if (!caps) throw new Error('the caps cannot be built anew');
    return caps;
  }
  const rebuild = (process: RedisProcess) => process.rebuild(capsOf(process), { deleteAfterMs: 300 });

  /** A process that has the lease before all others. */
  async function startProjecting(url: string, { connection, keys, program }: RedisProcess): Promise<ChildProcess> {
    const script = join(import.meta.dirname, 'projecting-process.ts');
    const child = spawn(process.execPath, [script, path, url, keys.prefix, String(graceMs)], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    children.push(child);
    await until(async () => (await connection.client.exists(keys.lease(program))) === 1);
    return child;
  }

  async function audited(process: RedisProcess): Promise<CapAudit> {
    expect(await process.progress.waitFor(await store.head(), 10_000)).toBe(true);
    return process.auditCaps();
  }

  const noneDiffer = { seriesThatDiffer: 0, contacts: noDrift, holds: noDrift };

  /** One decision as a replica makes it; what it holds it presents soon, or never. Whether it was made. */
  async function decide({ gate }: RedisProcess, random: Random): Promise<boolean> {
    const [customerId, offerId, decisionId] = [random.oneOf(customerIds), random.oneOf(offerIds), randomUUID()];
    const at = Date.now();
    const told = reserve(decisionId, at, { customerId, offers: [offerId] });
    const { callId, channel, placementId, timeZone } = told.data as ReservationRequest;
    const caps = rules.map((rule) => bindOfferCap(rule, offerId, placementId));
    const request = { customerId, decisionId, callId, channel, placementId, timeZone, at, heldUntil: at + 600_000 };
    const { reserved } = await gate.reserve({ ...request, offers: [{ offerId, tags: ['fuel'], caps }] });
    if (!reserved) return false;
    await delay(random.below(60));
    if (random.below(10) === 0) {
      await gate.withdraw(customerId, decisionId);
      return false;
    }
    gate.recorded(decisionId, await record(told, `cap-${decisionId}`));
    if (random.below(2) === 0)
      await record(confirm(decisionId, Date.now(), 'IMPRESSION', offerId, customerId), `cap-${decisionId}_1`);
    return true;
  }

  test.each(['a server', 'a cluster', 'a server, whose projector is killed at a switch'])(
    'twice, while replicas reserve, in %s: no cap is exceeded, and nothing has drifted',
    async (where) => {
      const url = where === 'a cluster' ? cluster.url : server.url;
      const first = await open(url);
      const killed = where.endsWith('switch') ? await startProjecting(url, first) : undefined;
      first.project({ graceMs });
      const replicas = [first, ...(await Promise.all([1, 2, 3].map(() => open(url, first.keys.prefix))))];
      await until(() => decide(first, seededRandom(0)).catch(() => false));
      let [isDone, made, refused] = [false, 0, 0];
      async function decideOn(replica: RedisProcess, seed: number): Promise<void> {
        const random = seededRandom(seed);
        while (!isDone) {
          try {
            if (await decide(replica, random)) made += 1;
          } catch (error) {
            if (!(error instanceof ReadSideUnavailable)) throw error;
            refused += 1;
          }
          await delay(1);
        }
      }
      const loops = replicas.flatMap((each, index) => [1, 2, 3].map((seed) => decideOn(each, 10 * index + seed)));
      const deciding = Promise.all(loops);
      deciding.catch(() => {});
      const operator = await open(url, first.keys.prefix);
      const endListening = operator.control.onChange(({ numberOf }) => {
        if (numberOf(capsOf(operator).model) > 1) killed?.kill('SIGKILL');
      });
      const [deaf] = replicas.slice(-1);
      try {
        // For three seconds it believes that the first build is in use.
        deaf?.control.stop();
        for (const build of ['1-2', '1-3']) {
          const madeBefore = made;
          expect(await rebuild(operator)).toMatchObject({ build });
          await until(() => made > madeBefore + 25);
        }
      } finally {
        isDone = true;
        endListening();
      }
      await deciding;
      const audit = await audited(operator);
      expect(audit.recount.violations).toEqual([]);
      expect(audit.recount.reservations).toBeGreaterThan(50);
      expect(refused).toBeGreaterThan(0);
      expect(killed?.signalCode).toBe(killed && 'SIGKILL');
      expect(audit).toMatchObject({ ...noneDiffer, customersElsewhere: 0 });
      expect(audit.totals).toMatchObject({ ...noneDiffer, seriesElsewhere: 0 });
      for (const pattern of ['caps:1-[12]:*', 'totals:1-[12]:*', 'marker:rebuild*']) {
        const left = first.connection.masters().map((each) => each.keys(`${first.keys.prefix}:${pattern}`));
        expect((await Promise.all(left)).flat()).toEqual([]);
      }
      for (const error of replicas.flatMap(({ errors }) => errors)) expect(error).toBeInstanceOf(ReadSideUnavailable);
    },
    60_000,
  );

  test('heals what the audit finds', async () => {
    const process = await open(server.url);
    process.project({ graceMs });
    const random = seededRandom(1);
    for (let made = 0; made < 6; ) if (await decide(process, random).catch(() => delay(20))) made += 1;
    expect(isSafe(await audited(process))).toBe(true);

    const { connection, keys, control } = process;
    const build = control.buildOf(capsOf(process).model);
    const [one] = await connection.client.keys(keys.caps(build, '*'));
    const [other] = await connection.client.keys(keys.totals(build, 'contacts:DECISION:offer:*'));
    if (one === undefined || other === undefined) throw new Error('nobody was contacted');
    const [decisions = '', ...lists] = String(await connection.client.hget(one, '*')).split('|');
    // The newest contact is gone, and there is one that never was.
    const changed = String(Number(decisions.slice(0, 13)) - 1).padStart(13, '0') + decisions.slice(0, -13);
    await connection.client.hset(one, '*', [changed, ...lists].join('|'));
    await connection.client.hincrby(other, 'all', -1);
    const audit = await audited(process);
    expect(audit).toMatchObject({ seriesThatDiffer: 1, contacts: { tooMany: 1, tooFew: 1 }, holds: noDrift });
    expect(audit.totals).toMatchObject({ seriesThatDiffer: 1, contacts: { tooMany: 0, tooFew: 1 }, holds: noDrift });
    expect(isSafe(audit)).toBe(false);

    await rebuild(process);
    const after = await audited(process);
    expect(after).toMatchObject(noneDiffer);
    expect(after.totals).toMatchObject(noneDiffer);
    expect(after.customersCompared).toBe(audit.customersCompared);
    expect(isSafe(after)).toBe(true);
  }, 30_000);
});
