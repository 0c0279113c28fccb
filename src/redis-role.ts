// What one process of several does for the read side in Redis, as its role says, and what it waits for before it answers.
import { setTimeout as delay } from 'node:timers/promises';
import { type CatalogueWatch, watchCatalogue } from '../projections/catalogue-watch.ts';
import { createCaughtUpGate } from '../projections/caught-up-gate.ts';
import type { Projector } from '../projections/projector.ts';
import { ReadSideBehind, ReadSideUnavailable } from '../projections/read-side-unavailable.ts';
import { readModelProjections } from './application/kairos.ts';
import type { Observations } from './application/observations.ts';
import { readSideLate } from './application/read-side-calls.ts';
import { inTime, Overrun } from './application/time-budget.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import type { Role } from './config.ts';
import type { EventStore, Position } from './event-store/event-store.ts';
import type { OnError, ReadSide } from './read-side.ts';
import type { RedisSettings } from './redis/redis-settings.ts';
import { createRedisReadSide, type ObservedReadSide, type RedisReadSide } from './redis-read-side.ts';
import { watchRedis } from './redis-watch.ts';

/** How long a start waits for Redis to be there and caught up, in milliseconds; then the process answers without. */
const patienceMs = 10_000;

export interface RedisRoleOptions {
  readonly settings: RedisSettings;
  readonly prefix: string;
  readonly commandTimeout?: number;
  readonly role: Role;
  readonly store: EventStore;
  readonly onError: OnError;
  /** As `RedisReadSideOptions`. */
  readonly observed?: ObservedReadSide;
  /** As `CaughtUpGateOptions`. */
  readonly trustedMs?: number;
  readonly goodForMs?: number;
  /** As `SessionOptions`. */
  readonly graceMs?: number;
  /** As `RedisTotalsOptions`. */
  readonly recordWithinMs?: number;
  readonly onBreaker?: Observations['breaker'];
}

/** Milliseconds between two probes of a Redis that is not asked: each is one small command to each server. */
const probeAfterMs = 100;

function guardRedis({ probe }: Pick<RedisReadSide, 'probe'>, onState: Observations['breaker']): Breaker {
  return createBreaker({
    name: 'redis',
    onState,
    isFailure: (error) =>
      error instanceof Overrun || (error instanceof ReadSideUnavailable && !(error instanceof ReadSideBehind)),
    probeAfterMs,
    // Too slow for whoever has opened it is too slow.
    probe: (opening) =>
      opening instanceof Overrun
        ? inTime(probe(), opening.milliseconds, () => readSideLate(opening.milliseconds))
        : probe(),
  });
}

export function takeRedisRole({ role, graceMs, onBreaker, ...options }: RedisRoleOptions): ReadSide {
  const outages = watchRedis({ probe: () => redis.probe(), onError: options.onError });
  const onError = outages.tell;
  const redis = createRedisReadSide({ ...options, projections: readModelProjections, onError });
  const { connection, notes, progress, readModels } = redis;
  const gate = createCaughtUpGate({ ...options, gate: redis.gate, progress, onError });
  const breaker = guardRedis(redis, onBreaker);
  let isReady = false;
  return {
    readModels,
    gate,
    screenPops: redis.screenPops,
    breaker,
    tell: outages.tell,
    ready() {
      if (!isReady) return { ready: false, cause: 'The read models in Redis are not there yet.' };
      const outage = outages.outage();
      return { ready: true, ...(outage && { degraded: [outage] }) };
    },
    follow(catalogue, onApplied) {
      let projector: Projector | undefined;
      let watch: CatalogueWatch | undefined;
      let isStopped = false;
      const endNotes = notes.onNote((note) => {
        if (note.kind === 'APPLIED' && note.catalogue) void watch?.check();
      });

      async function waitFor(position: Position, timeoutMs: number): Promise<boolean> {
        const isReached = await progress.waitFor(position, timeoutMs);
        if (isReached) await watch?.check();
        return isReached;
      }

      /** Resolves when decisions can be made from what the log had at the time of the call. */
      async function readable(): Promise<void> {
        await gate.start();
        while (!isStopped && !(await isCompiled())) await delay(20);
        // Before there is anything to see it would only tell that there is not.
        if (!isStopped) watch = watchCatalogue({ readModels, view: catalogue, position: progress.position, onError });
        await watch?.check();
      }

      async function isCompiled(): Promise<boolean> {
        try {
          await catalogue.current();
          return true;
        } catch (error) {
          if (!(error instanceof ReadSideUnavailable)) throw error;
          return false;
        }
      }

      return {
        ...progress,
        waitFor,
        waitForCustomers: progress.waitFor,
        behindMs: gate.behindMs,
        async start() {
          const patience = delay(patienceMs, undefined, { ref: false });
          await Promise.race([connection.connected(), patience]);
          await redis.demandSameLog();
          if (role !== 'api') projector = redis.project({ onApplied, ...(graceMs !== undefined && { graceMs }) });
          // A log that cannot be read is for a person to see.
          await options.store.head();
          const caughtUp = readable().then(() => {
            isReady = true;
          });
          await Promise.race([caughtUp, patience]);
          if (!isReady) options.onError(`Redis is not there after ${patienceMs / 1000} s; it is answered without.`);
        },
        async stop() {
          isStopped = true;
          gate.stop();
          endNotes();
          await watch?.stop();
          await projector?.stop();
        },
      };
    },
    async close() {
      outages.stop();
      breaker.stop();
      await redis.close();
    },
  };
}
