// Readings of service levels as a person reads them.
import type { Indicator, Objective } from './objectives.ts';
import type { ServiceLevel, ServiceLevelState } from './service-levels.ts';

export const statesInWords: Readonly<Record<ServiceLevelState, string>> = {
  MET: 'kept',
  BURNING: 'failing now',
  BROKEN: 'missed this hour',
  TOO_FEW: 'too few to say',
  NOT_MEASURED: 'not measured here',
};

/** `2.1 ms`, `99.95 %`; a dash where nothing was measured. */
export function valueInWords({ unit }: Pick<Indicator, 'unit'>, value: number | undefined): string {
  if (value === undefined) return '–';
  return unit === 'SHARE' ? shareInWords(value) : durationInWords(value);
}

export function durationInWords(milliseconds: number): string {
  const [value, unit] = milliseconds >= 999.5 ? [milliseconds / 1000, 's'] : [milliseconds, 'ms'];
  return `${Number(value.toFixed(value < 9.95 ? 1 : 0))} ${unit}`;
}

/** Never rounded up: 100 % is all of it. */
export function shareInWords(share: number): string {
  return `${Math.floor(share * 10_000 + 1e-6) / 100} %`;
}

export function boundInWords({ atMost, objective }: Objective, { unit }: Indicator): string {
  return unit === 'SHARE' ? `at least ${shareInWords(objective)}` : `at most ${durationInWords(atMost)}`;
}

/** What `value` is: a quantile, or the part that was good. */
export function measureInWords({ objective }: Objective, { unit }: Indicator): string {
  return unit === 'SHARE' ? 'good' : `p${Number((objective * 100).toPrecision(6))}`;
}

export function budgetInWords({ objective, budgetLeft, bad, events }: ServiceLevel): string {
  if (events === 0) return 'no events in the last hour';
  if (objective.objective >= 1) return bad === 0 ? 'none was bad' : `${bad} of ${events} were bad`;
  if (budgetLeft >= 0) return `${Math.floor(budgetLeft * 100 + 1e-6)} % of the budget left`;
  return `${(1 - budgetLeft).toFixed(1)} times the budget used`;
}

/** The one sentence to read first. */
export function summaryInWords(levels: readonly ServiceLevel[]): string {
  const titlesOf = (state: ServiceLevelState) => [
    ...new Set(levels.filter((level) => level.state === state).map(({ objective }) => objective.title.toLowerCase())),
  ];
  const [burning, broken] = [titlesOf('BURNING'), titlesOf('BROKEN')];
  if (burning.length > 0) return `Failing now: ${burning.join(', ')}.`;
  if (broken.length > 0) return `Missed in the last hour: ${broken.join(', ')}.`;
  const met = levels.filter(({ state }) => state === 'MET').length;
  return met === 0
    ? 'Nothing was measured yet.'
    : `All is well: ${met} of ${met} promises that can be judged are kept.`;
}
