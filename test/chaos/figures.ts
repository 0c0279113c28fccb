// What a fault did to those who asked meanwhile, as figures.
import { quantile } from '../../bench/statistics.ts';
import { type Answer, isWhole, type ToldPop } from './answers.ts';

export interface PlaceFigures {
  readonly placementId: string;
  readonly asked: number;
  readonly answered: number;
  /** Milliseconds, of answers and of errors. */
  readonly p50: number;
  readonly p99: number;
  readonly budget: number;
  /** How often each: what was done instead of something, and resolutions that are not FRESH. */
  readonly degraded: Readonly<Record<string, number>>;
  readonly errors: Readonly<Record<string, number>>;
}

export function figuresOf(
  answers: readonly Answer[],
  { placementId, timeBudgetMs }: { readonly placementId: string; readonly timeBudgetMs: number },
): PlaceFigures {
  const own = answers.filter((answer) => answer.placementId === placementId);
  const latencies = own.map(({ latencyMs }) => latencyMs);
  return {
    placementId,
    asked: own.length,
    answered: own.filter(({ error }) => error === undefined).length,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
    budget: timeBudgetMs,
    degraded: tally(own.flatMap(({ degradations, resolution }) => [...degradations, ...unfresh(resolution)])),
    errors: tally(own.flatMap(({ error }) => error ?? [])),
  };
}

/**
 * Milliseconds from an instant until answers are whole again: until the last that was not whole arrived. Undefined when some of the
 * answers that arrived in the last `sureMs` were not, or there were none.
 */
export function recoveredAfter(
  answers: readonly Answer[],
  from: number,
  now: number,
  sureMs: number,
): number | undefined {
  const arrivals = answers.filter(({ dueAt, latencyMs }) => dueAt + latencyMs >= from);
  const lastBroken = arrivals
    .filter((answer) => !isWhole(answer))
    .reduce((last, { dueAt, latencyMs }) => Math.max(last, dueAt + latencyMs), from);
  const isSure = now - lastBroken >= sureMs && arrivals.some(({ dueAt }) => dueAt >= now - sureMs);
  return isSure ? lastBroken - from : undefined;
}

/** What was asked in one second of a fault, and what became of it. */
export interface Second {
  /** From the beginning of the fault. */
  readonly second: number;
  readonly asked: number;
  /** Milliseconds. */
  readonly p50: number;
  /** As `PlaceFigures.degraded`, and errors. */
  readonly instead: Readonly<Record<string, number>>;
}

export function timelineOf(answers: readonly Answer[], from: number): Second[] {
  const bySecond = Map.groupBy(answers, ({ dueAt }) => Math.floor((dueAt - from) / 1000));
  return [...bySecond]
    .sort(([one], [other]) => one - other)
    .map(([second, own]) => ({
      second,
      asked: own.length,
      p50: quantile(
        own.map(({ latencyMs }) => latencyMs),
        0.5,
      ),
      instead: tally(
        own.flatMap(({ error, degradations, resolution }) => error ?? [...degradations, ...unfresh(resolution)]),
      ),
    }));
}

export interface PopFigures {
  readonly promised: number;
  /** Of those, on no screen. */
  readonly lost: number;
  /** Milliseconds from the promise to the screen. */
  readonly slowestMs: number;
}

/** @param popsSeen also later ones */
export function popsOf(
  { popsPromised }: { readonly popsPromised: readonly ToldPop[] },
  { popsSeen }: { readonly popsSeen: readonly ToldPop[] },
): PopFigures {
  const seenAt = new Map(popsSeen.map(({ interactionId, number, at }) => [`${interactionId} ${number}`, at]));
  const waits = popsPromised.flatMap(({ interactionId, number, at }) => {
    const seen = seenAt.get(`${interactionId} ${number}`);
    return seen === undefined ? [] : seen - at;
  });
  const promised = popsPromised.length;
  return { promised, lost: promised - waits.length, slowestMs: Math.max(0, ...waits) };
}

/** How often each is there. */
export function tally(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

const unfresh = (resolution: string | undefined) =>
  resolution === undefined || resolution === 'FRESH' ? [] : [resolution];
