// A circuit breaker around calls that leave the process: what has failed often is not asked again until a probe of it was answered.
import { CircuitState, CountBreaker, circuitBreaker, handleWhen } from 'cockatiel';

/** HALF_OPEN: one call is on its way, by which it is found out whether the others may follow. */
export type BreakerState = 'CLOSED' | 'OPEN' | 'HALF_OPEN';

/** It was not asked, as it has failed just before. */
export class BreakerOpen extends Error {}

/** Whatever a probe fails with, which is its cause. */
class ProbeFailed extends Error {}

export interface BreakerStatus {
  readonly state: BreakerState;
  /** Of one that is not closed: since when, ISO, and what the call has failed with by which it has opened. */
  readonly since?: string;
  readonly cause?: string;
}

export interface Breaker {
  readonly name: string;
  /**
   * Does the work, which begins before this returns, and gives its outcome.
   * @throws BreakerOpen at once, and without the work, while it is open or another call is the probe.
   */
  call<Result>(work: () => Promise<Result>): Promise<Result>;
  status(): BreakerStatus;
  /** It is probed no more. */
  stop(): void;
}

export interface BreakerOptions {
  /** As people are told of it: `redis`. */
  readonly name: string;
  /** Whether an error says that the other side is not well; all others neither open nor close anything, and a probe has to succeed. */
  readonly isFailure: (error: unknown) => boolean;
  /** Told of each change; must not throw. */
  readonly onState?: ((name: string, state: BreakerState) => void) | undefined;
  /**
   * Asks the other side something that costs it nothing, again and again while it is open: then calls are never probes. Absent: the next
   * call after `probeAfterMs` is. Given what the call has failed with by which it has opened; it must come to an end.
   */
  readonly probe?: (opening: unknown) => Promise<unknown>;
  /** Milliseconds from the opening, or from a probe that has failed, to the next probe; 250 when absent. */
  readonly probeAfterMs?: number;
  /** It opens when more than this share of the last calls has failed; 0.7 when absent. */
  readonly share?: number;
  /** Of so many calls; 20 when absent. */
  readonly calls?: number;
  /** Of no fewer; 10 when absent. */
  readonly leastCalls?: number;
  /** Milliseconds by a clock that only goes forward; the process's when absent. */
  readonly monotonic?: () => number;
}

const states: Readonly<Record<CircuitState, BreakerState>> = {
  [CircuitState.Closed]: 'CLOSED',
  [CircuitState.Open]: 'OPEN',
  [CircuitState.HalfOpen]: 'HALF_OPEN',
  [CircuitState.Isolated]: 'OPEN',
};

/** Closed when it is made. */
export function createBreaker(options: BreakerOptions): Breaker {
  const { name, isFailure, onState, probe, probeAfterMs = 250, share = 0.7, calls = 20, leastCalls = 10 } = options;
  const { monotonic = () => performance.now() } = options;
  const policy = circuitBreaker(
    handleWhen((error) => error instanceof ProbeFailed || isFailure(error)),
    {
      breaker: new CountBreaker({ threshold: share, size: calls, minimumNumberOfCalls: leastCalls }),
      // It goes by the clock of the system, which may be put back; when it is time is decided here.
      halfOpenAfter: Number.NEGATIVE_INFINITY,
    },
  );
  let openedAt = Number.NEGATIVE_INFINITY;
  /** Of one that is not closed. */
  let trouble: { readonly since: string; readonly opening: unknown } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;

  policy.onBreak((reason) => {
    openedAt = monotonic();
    trouble ??= { since: new Date().toISOString(), opening: 'error' in reason ? reason.error : undefined };
    if (probe && !isStopped) probeLater(probe, trouble.opening);
  });
  policy.onReset(() => {
    trouble = undefined;
  });
  policy.onStateChange((state) => onState?.(name, states[state]));

  function probeLater(ask: (opening: unknown) => Promise<unknown>, opening: unknown): void {
    clearTimeout(timer);
    timer = setTimeout(() => tryOut(() => ask(opening)).catch(() => {}), probeAfterMs).unref();
  }

  /** Closes it only by an answer: a call that fails by its own fault has not found out anything. */
  async function tryOut<Result>(work: () => Promise<Result>): Promise<Result> {
    const failed = (error: unknown) => Promise.reject(new ProbeFailed(messageOf(error), { cause: error }));
    try {
      return await policy.execute(() => work().catch(failed));
    } catch (error) {
      throw error instanceof ProbeFailed ? error.cause : error;
    }
  }

  function isProbe(): boolean {
    return probe === undefined && policy.state === CircuitState.Open && monotonic() - openedAt >= probeAfterMs;
  }

  return {
    name,
    async call(work) {
      if (policy.state === CircuitState.Closed) return policy.execute(work);
      if (isProbe()) return tryOut(work);
      throw new BreakerOpen(`${name} has failed just before: ${messageOf(trouble?.opening)}`);
    },
    status: () => ({
      state: states[policy.state],
      ...(trouble && { since: trouble.since, cause: messageOf(trouble.opening) }),
    }),
    stop() {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
