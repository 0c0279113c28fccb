// Several replicas that share totals in one Redis, the log that they write, and a recount of it by plain lists.
import { expect } from 'vitest';
import type { ReservationRequest } from '../../projections/cap-gate.ts';
import { createRedisTotals, type RedisTotals, type RedisTotalsOptions } from '../../projections/redis-totals.ts';
import { totalsProjectingScripts } from '../../projections/redis-totals-book.ts';
import { totalsServingScripts } from '../../projections/redis-totals-questions.ts';
import type { CapEvent, Counted } from '../../src/aggregates/cap/events.ts';
import { type BoundCap, bindOfferCap, binds, type CapRule, seriesOf, windowStart } from '../../src/decisioning/caps.ts';
import type { RecordedEvent } from '../../src/event-store/event-store.ts';
import { createGuardedScripts } from '../../src/redis/guarded-scripts.ts';
import { connectRedis, type RedisConnection } from '../../src/redis/redis-connection.ts';
import { createRedisKeys } from '../../src/redis/redis-keys.ts';
import { readRedisUrl } from '../../src/redis/redis-settings.ts';
import { openRedis } from '../redis/open-redis.ts';
import { until } from '../redis/redis-server.ts';
import { recorded } from './recorded-events.ts';

export const totalsScripts = { ...totalsServingScripts, ...totalsProjectingScripts };

/** Of everybody who shares totals: the clock by which they live, and each call that they made. */
export interface SharedTotals {
  now: number;
  calls: number;
  /** One more replica, with a connection of its own. */
  join(options?: Partial<RedisTotalsOptions>): Promise<RedisTotals>;
  /** From now on a replica reaches nobody any more. */
  die(replica: RedisTotals): void;
  isAlive(replica: RedisTotals): boolean;
  /** Loses all data, as FLUSHALL does: the scripts stay. */
  emptyServer(): Promise<unknown>;
  /** Gives the server the scripts again. */
  open(): Promise<void>;
  /** Resolves when everybody has a connection. */
  reconnected(): Promise<unknown>;
  /** How many reservations are open, and the fields of a hash. */
  stored(part: string): Promise<{ reservations: number; fields: string[] }>;
  close(): Promise<void>;
}

export async function shareTotals(url: string, now: number): Promise<SharedTotals> {
  const first = await openRedis(url, totalsScripts);
  const replicas = new Map<RedisTotals, RedisConnection>();
  const keys = createRedisKeys(first.keys.prefix);
  const shared: SharedTotals = {
    now,
    calls: 0,
    async join(options = {}) {
      const connection = connectRedis({ settings: readRedisUrl(url), commandTimeout: 10_000, onError: () => {} });
      if (connection.client.status !== 'ready') {
        await new Promise((resolve) => connection.client.once('ready', resolve));
      }
      const scripts = createGuardedScripts(connection.client, totalsScripts, first.keys.prefix);
      const counting: typeof scripts = {
        ...scripts,
        call(...asked) {
          shared.calls += 1;
          return scripts.call(...asked);
        },
      };
      const replica: RedisTotals = createRedisTotals({
        keys,
        build: () => '1-1',
        serving: counting,
        projecting: counting,
        onError: (error) => (replicas.has(replica) ? expect.fail(String(error)) : undefined),
        freshForMs: 0,
        giveBackEveryMs: 0,
        now: () => shared.now,
        monotonic: () => shared.now,
        ...options,
      });
      replicas.set(replica, connection);
      return replica;
    },
    die(replica) {
      replicas.get(replica)?.client.disconnect();
      replicas.delete(replica);
      replica.close().catch(() => {});
    },
    emptyServer: () => first.connection.client.flushall(),
    async open() {
      for (const each of first.connection.masters()) await first.scripts.open(each);
    },
    reconnected: () =>
      Promise.all([first.connection, ...replicas.values()].map(({ client }) => until(() => client.status === 'ready'))),
    async stored(part) {
      const { client } = first.connection;
      const reservations = await client.hlen(keys.totals('1-1', 'open'));
      return { reservations, fields: await client.hkeys(keys.totals('1-1', part)) };
    },
    isAlive: (replica) => replicas.has(replica),
    async close() {
      for (const [replica, connection] of replicas) {
        await replica.close();
        await connection.close();
      }
      await first.close();
    },
  };
  return shared;
}

const minute = 60_000;
const everything: readonly Counted[] = ['IMPRESSION', 'CLICK', 'ACCEPTANCE'];

export interface Taken {
  readonly decisionId: string;
  readonly offerId: string;
  readonly series: readonly string[];
  readonly turn: Turn;
  readonly at: number;
  heldUntil: number;
  confirmed: Counted[];
  isOver: boolean;
}

/** When a place was asked for and answered, by a clock that everybody shares. */
export interface Turn {
  readonly began: number;
  readonly done: number;
}

interface Contact extends Turn {
  readonly at: number;
  readonly isBound: boolean;
}

/**
 * The log, and whether what is in it was ever too much. Contacts that a cap does not bind count for those that were asked for when the
 * former were answered.
 */
export function createRecountedLog(
  caps: readonly BoundCap[],
  isBound: (cap: BoundCap, offerId: string) => boolean = () => true,
) {
  const events: RecordedEvent[] = [];
  const reservations: Taken[] = [];
  const contacts = new Map<BoundCap, Contact[]>(caps.map((cap) => [cap, []]));

  function add(event: CapEvent, at: number): RecordedEvent {
    const told = { stream: 'cap-c1_202611', ...event, at: new Date(at).toISOString() };
    const [one] = recorded([told], events.length + 1);
    if (!one) throw new Error('nothing was recorded');
    events.push(one);
    return one;
  }

  function count(counted: CapRule['counts'], { series, offerId, turn }: Taken, at: number): void {
    for (const [cap, all] of contacts) {
      if (cap.rule.counts !== counted || !binds(cap, series)) continue;
      all.push({ at, isBound: isBound(cap, offerId), ...turn });
      for (const end of all.map((each) => each.at).filter((each) => each >= at)) {
        const start = windowStart(cap.rule, end, 'UTC');
        if (start > at) continue;
        const inWindow = all.filter((each) => each.at >= start && each.at <= end);
        const bound = inWindow.filter((each) => each.isBound);
        const last = Math.max(...bound.map(({ began }) => began));
        const before = inWindow.filter((each) => !each.isBound && each.done < last);
        const found = bound.length === 0 ? 0 : bound.length + before.length;
        expect(found, `${cap.key} at ${new Date(end).toISOString()}`).toBeLessThanOrEqual(cap.rule.limit);
      }
    }
  }

  return {
    events,
    /** Those that may be confirmed for so many milliseconds more. */
    open: (at: number, forMs: number) => reservations.filter((each) => !each.isOver && each.heldUntil >= at + forMs),
    reserve(request: ReservationRequest, turn: Turn): RecordedEvent {
      const { customerId, decisionId, placementId, channel, callId, timeZone, at, heldUntil } = request;
      for (const offer of request.offers) {
        const series = seriesOf({ ...request, ...offer });
        const { offerId } = offer;
        const taken = { decisionId, offerId, series, turn, at, heldUntil, confirmed: [], isOver: false };
        reservations.push(taken);
        count('DECISION', taken, at);
      }
      const offers = request.offers.map(({ offerId, tags }) => ({ offerId, tags: [...tags] }));
      const until = new Date(heldUntil).toISOString();
      const place = { placementId, channel, callId, timeZone };
      return add({ type: 'CapReserved', data: { customerId, decisionId, ...place, offers, heldUntil: until } }, at);
    },
    confirm(reservation: Taken, counted: Counted, at: number, heldUntil: number): void {
      const { decisionId, offerId, confirmed } = reservation;
      if (confirmed.includes(counted)) return;
      confirmed.push(counted);
      if (counted === 'IMPRESSION') reservation.heldUntil = heldUntil;
      reservation.isOver = everything.every((each) => confirmed.includes(each));
      count(counted, reservation, at);
      const until = new Date(heldUntil).toISOString();
      add({ type: 'CapConfirmed', data: { customerId: 'c1', decisionId, offerId, counted, heldUntil: until } }, at);
    },
    release(reservation: Taken, at: number): void {
      reservation.isOver = true;
      const { decisionId, offerId } = reservation;
      add({ type: 'CapReleased', data: { customerId: 'c1', decisionId, offerId, reason: 'DISMISSED' } }, at);
    },
    /** In whole minutes, with what is held. */
    usedOf(cap: BoundCap, at: number): number {
      const start = Math.floor(windowStart(cap.rule, at, 'UTC') / minute) * minute;
      const { counts } = cap.rule;
      const held = reservations.filter(
        ({ series, heldUntil, isOver, confirmed }) =>
          counts !== 'DECISION' && !isOver && heldUntil >= at && !confirmed.includes(counts) && binds(cap, series),
      );
      return (contacts.get(cap) ?? []).filter((each) => each.at >= start).length + held.length;
    },
  };
}

/** Rules bound to every offer that they could count, each cap once. */
export function capsOf(rules: readonly CapRule[], offerIds: readonly string[], placementIds: readonly string[]) {
  const caps = new Map<string, BoundCap>();
  for (const rule of rules) {
    for (const offerId of offerIds) {
      for (const placementId of placementIds) {
        const cap = bindOfferCap(rule, offerId, placementId);
        if (!caps.has(cap.key)) caps.set(cap.key, cap);
      }
    }
  }
  return [...caps.values()];
}
