// How the objectives stand: counted as it happens, minute by minute of the last hour, judged when somebody asks.
import { anySeconds, budgetLeftOf, burnRateOf, burnRules, suddenRule } from './burn-rates.ts';
import {
  countOf,
  countUpTo,
  createHistogramRing,
  type Histogram,
  type HistogramRing,
  quantileOf,
} from './histograms.ts';
import { type Indicator, type IndicatorId, indicators, type Objective, objectives } from './objectives.ts';

/**
 * BROKEN: more of the last hour was bad than the objective allows. BURNING: a rule for alerts holds. TOO_FEW: there were not enough
 * events in the last hour to say. NOT_MEASURED: this process has seen none since it started.
 */
export type ServiceLevelState = 'MET' | 'BURNING' | 'BROKEN' | 'TOO_FEW' | 'NOT_MEASURED';

export interface ServiceLevelMinute {
  /** When it began, epoch milliseconds. */
  readonly at: number;
  readonly events: number;
  readonly bad: number;
  /** As that of the service level; absent without events. */
  readonly value?: number | undefined;
}

export interface ServiceLevel {
  readonly objective: Objective;
  readonly indicator: Indicator;
  readonly state: ServiceLevelState;
  /** Of the last hour. */
  readonly events: number;
  readonly bad: number;
  /** Milliseconds within which the share of the objective was in the last hour, or the share that was good; absent without events. */
  readonly value?: number | undefined;
  /** The same of the last half minute. */
  readonly valueNow?: number | undefined;
  /** Of the budget of the last hour: 1 is all of it, 0 none, less than 0 overspent. */
  readonly budgetLeft: number;
  /** Absent where there is no budget. */
  readonly burnRates: readonly { readonly seconds: number; readonly rate: number }[];
  /** Oldest first, the running minute last. */
  readonly minutes: readonly ServiceLevelMinute[];
}

/** Since the process started. */
export interface ServiceLevelTotal {
  readonly objective: Objective;
  readonly events: number;
  readonly bad: number;
}

export interface ServiceLevels {
  /** Counts an event; `at` is milliseconds of `performance.now()`. */
  record(indicator: IndicatorId, value: number, at: number): void;
  levels(): readonly ServiceLevel[];
  totals(): readonly ServiceLevelTotal[];
}

export interface ServiceLevelsOptions {
  /** The minute that everything is counted in, in milliseconds: shorter in tests, which cannot wait for an hour. */
  readonly minuteMs?: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
  /** What of that clock is 1970, in epoch milliseconds. */
  readonly origin?: number;
}

const slicesOfMinute = 6;
const minutesOfHour = 60;
/** Under so many events in an hour, one bad one says little of an objective that allows some. */
const enough = 20;

/** All bounds of objectives are among them, so that what is good is counted exactly. */
const milliseconds = [
  ...[0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 4, 5, 6, 7.5, 10, 12.5, 15, 20, 25, 30, 40, 50, 75],
  ...[
    100, 125, 150, 175, 200, 225, 250, 275, 300, 325, 350, 400, 450, 500, 600, 750, 1000, 1250, 1500, 2000, 3000, 4000,
    5000, 7500,
  ],
  ...[10_000, 15_000, 20_000, 30_000, 60_000],
];

export function createServiceLevels(options: ServiceLevelsOptions = {}): ServiceLevels {
  const { minuteMs = 60_000, now = () => performance.now(), origin = performance.timeOrigin } = options;
  const sliceMs = minuteMs / slicesOfMinute;
  const rings = new Map<IndicatorId, HistogramRing>(
    indicators.map(({ id, unit }) => {
      const bounds = unit === 'SHARE' ? [0] : milliseconds;
      // One slice more than an hour: the newest has only begun.
      return [id, createHistogramRing(bounds, sliceMs, slicesOfMinute * minutesOfHour + slicesOfMinute)];
    }),
  );

  function ringOf(id: IndicatorId): HistogramRing {
    const ring = rings.get(id);
    if (!ring) throw new Error(`there is no indicator ${id}`);
    return ring;
  }

  function levelOf(objective: Objective, at: number): ServiceLevel {
    const indicator = indicatorOf(objective);
    const ring = ringOf(indicator.id);
    const over = (seconds: number) => talliedIn(ring.over(at, Math.ceil((seconds / 60) * slicesOfMinute)), objective);
    const hour = over(3600);
    // The running slice may have just begun.
    const recent = over(suddenRule.seconds + 60 / slicesOfMinute);
    const burnRates = ratesShown.flatMap((seconds) => {
      const { events, bad } = over(seconds);
      const rate = burnRateOf(events, bad, objective.objective);
      return rate === undefined ? [] : [{ seconds, rate }];
    });
    return {
      objective,
      indicator,
      state: stateOf(objective, { hour, recent, over, ever: countOf(ring.total) }),
      ...hour,
      valueNow: recent.value,
      budgetLeft: budgetLeftOf(hour.events, hour.bad, objective.objective),
      burnRates,
      minutes: minutesOf(ring, objective, at),
    };
  }

  function minutesOf(ring: HistogramRing, objective: Objective, at: number): ServiceLevelMinute[] {
    const running = Math.floor(at / minuteMs);
    // Slices of the running minute that have begun.
    const begun = Math.floor(at / sliceMs) - running * slicesOfMinute + 1;
    return Array.from({ length: minutesOfHour }, (_, index) => {
      const back = minutesOfHour - 1 - index;
      const skip = back === 0 ? 0 : begun + (back - 1) * slicesOfMinute;
      const histogram = ring.over(at, back === 0 ? begun : slicesOfMinute, skip);
      return { at: origin + (running - back) * minuteMs, ...talliedIn(histogram, objective) };
    });
  }

  return {
    record: (indicator, value, at) => ringOf(indicator).add(value, at),
    levels() {
      const at = now();
      return objectives.map((objective) => levelOf(objective, at));
    },
    totals: () =>
      objectives.map((objective) => {
        const { total } = ringOf(objective.indicator);
        const { events, bad } = talliedIn(total, objective);
        return { objective, events, bad };
      }),
  };
}

/** A minute, and the windows of rules that are within the hour that a process knows. */
const ratesShown = [
  ...new Set([60, ...burnRules.flatMap(({ longSeconds, shortSeconds }) => [shortSeconds, longSeconds])]),
]
  .filter((seconds) => seconds <= 3600)
  .sort((one, other) => one - other);

interface Tallied {
  readonly events: number;
  readonly bad: number;
  readonly value: number | undefined;
}

function talliedIn(histogram: Histogram, { indicator, atMost, objective }: Objective): Tallied {
  const events = countOf(histogram);
  const bad = events - countUpTo(histogram, atMost);
  const isShare = indicators.some(({ id, unit }) => id === indicator && unit === 'SHARE');
  const share = events === 0 ? undefined : 1 - bad / events;
  return { events, bad, value: isShare ? share : quantileOf(histogram, objective) };
}

/** Counts of the last hour, of the last half minute, and of the last so many seconds. */
interface Counted {
  readonly hour: Tallied;
  readonly recent: Tallied;
  readonly over: (seconds: number) => Tallied;
  /** Since the process started. */
  readonly ever: number;
}

function stateOf({ objective }: Objective, { hour, recent, over, ever }: Counted): ServiceLevelState {
  if (ever === 0) return 'NOT_MEASURED';
  if (objective >= 1) {
    if (hour.bad > 0) return over(anySeconds).bad > 0 ? 'BURNING' : 'BROKEN';
    return hour.events > 0 ? 'MET' : 'TOO_FEW';
  }
  if (recent.bad >= suddenRule.events && recent.bad / recent.events > suddenRule.share) return 'BURNING';
  if (hour.events < enough) return 'TOO_FEW';
  const burns = (seconds: number, rate: number) => {
    const { events, bad } = over(seconds);
    return (burnRateOf(events, bad, objective) ?? 0) > rate;
  };
  const isBurning = burnRules.some(
    ({ longSeconds, shortSeconds, rate }) =>
      longSeconds <= 3600 && burns(longSeconds, rate) && burns(shortSeconds, rate),
  );
  if (isBurning) return 'BURNING';
  return budgetLeftOf(hour.events, hour.bad, objective) < 0 ? 'BROKEN' : 'MET';
}

export function indicatorOf({ indicator }: Pick<Objective, 'indicator'>): Indicator {
  const found = indicators.find(({ id }) => id === indicator);
  if (!found) throw new Error(`there is no indicator ${indicator}`);
  return found;
}
