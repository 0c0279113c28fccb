// Tells of an outage of Redis once when it begins and once when it is over, whoever runs into it in between.
import { setTimeout as delay } from 'node:timers/promises';
import { ReadSideUnavailable } from '../projections/read-side-unavailable.ts';
import type { Degradation } from './readiness.ts';
import { RedisNotReady } from './redis/guarded-scripts.ts';

export interface RedisWatch {
  /** Passes an error on, unless it is of an outage: then of that, once. */
  tell(error: unknown, correlationId?: string): void;
  /** The outage that is known of. */
  outage(): Degradation | undefined;
  stop(): void;
}

export interface RedisWatchOptions {
  /** A small read; resolves when Redis may be read. */
  readonly probe: () => Promise<unknown>;
  readonly onError: (error: unknown, correlationId?: string) => void;
  /** Milliseconds between two probes of an outage; 500 when absent. */
  readonly everyMs?: number;
}

/** Work that an outage has failed may end later, by so many milliseconds. */
const stragglingMs = 5000;

export function watchRedis({ probe, onError, everyMs = 500 }: RedisWatchOptions): RedisWatch {
  let outage: Degradation | undefined;
  /** By a clock that only goes forward. */
  let backAt = Number.NEGATIVE_INFINITY;
  let isStopped = false;
  let asked: Promise<boolean> | undefined;

  /** One probe at a time, whoever runs into it. */
  function answers(): Promise<boolean> {
    asked ??= probe()
      .then(
        () => true,
        () => false,
      )
      .finally(() => {
        asked = undefined;
      });
    return asked;
  }

  async function look(error: Error, correlationId: string | undefined): Promise<void> {
    const isOver = performance.now() - backAt < stragglingMs;
    const isThere = await answers();
    // Somebody else has run into it meanwhile.
    if (outage || (isThere && isOver)) return;
    if (isThere || isStopped) return onError(error, correlationId);
    const begunAt = performance.now();
    outage = { part: 'READ_SIDE', since: new Date().toISOString(), cause: `Redis does not answer: ${whyOf(error)}` };
    onError(`${outage.cause}. Kairos answers without it until it does.`);
    while (!isStopped && !(await answers())) await delay(everyMs, undefined, { ref: false });
    if (isStopped) return;
    outage = undefined;
    backAt = performance.now();
    onError(`Redis answers again, after ${((backAt - begunAt) / 1000).toFixed(1)} s.`);
  }

  return {
    tell(error, correlationId) {
      if (!isOfOutage(error)) onError(error, correlationId);
      else if (!outage) void look(error, correlationId);
    },
    outage: () => outage,
    stop() {
      isStopped = true;
    },
  };
}

const namesOfClient = new Set(['ReplyError', 'AbortError', 'MaxRetriesPerRequestError', 'ClusterAllFailedError']);
const codesOfLine = /^(ECONN\w+|EHOST\w+|ENET\w+|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/;

/** Whether it may be because Redis does not answer, however it was wrapped. */
function isOfOutage(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  if (error instanceof ReadSideUnavailable || error instanceof RedisNotReady || isOfClient(error)) return true;
  return error.constructor === Error && isOfOutage(error.cause);
}

/** Most of what the client throws has no name of its own: then it is known by where it comes from. */
function isOfClient(error: Error & { code?: unknown }): boolean {
  return namesOfClient.has(error.name) || codesOfLine.test(String(error.code)) || !!error.stack?.includes('/ioredis/');
}

function whyOf({ message, cause }: Error): string {
  return cause instanceof Error ? whyOf(cause) : message.replace(/\.$/, '');
}
