// When a budget burns so fast that somebody must know: the same rules for the page of a process and for the alerts of Prometheus.

/**
 * How often somebody is told, and how soon. The windows and rates of the budget of 30 days are those of "Alerting on SLOs" in Google's
 * Site Reliability Workbook, chapter 5, table 5-8 and its listing with four conditions: the long window says that it matters, the short
 * one that it still goes on.
 */
export interface BurnRule {
  readonly severity: 'page' | 'ticket';
  readonly longSeconds: number;
  readonly shortSeconds: number;
  /** Times the rate at which the budget would last exactly as long as it is meant for. */
  readonly rate: number;
}

const [minute, hour, day] = [60, 3600, 86_400];

export const burnRules: readonly BurnRule[] = [
  { severity: 'page', longSeconds: hour, shortSeconds: 5 * minute, rate: 14.4 },
  { severity: 'page', longSeconds: 6 * hour, shortSeconds: 30 * minute, rate: 6 },
  { severity: 'ticket', longSeconds: day, shortSeconds: 2 * hour, rate: 3 },
  { severity: 'ticket', longSeconds: 3 * day, shortSeconds: 6 * hour, rate: 1 },
];

/**
 * What the workbook does not have: after an hour of good events, its fastest rule needs 43 minutes to see an objective of 95 % fail
 * altogether. A third of the events of half a minute, and at least five, is no noise of any objective here.
 */
export const suddenRule = { seconds: 30, share: 1 / 3, events: 5 } as const;

/** Of an objective without a budget every bad event of this time is told. */
export const anySeconds = 5 * minute;

/** How fast the budget burns: 1 uses it up in exactly its time. Undefined where there is no budget. */
export function burnRateOf(total: number, bad: number, objective: number): number | undefined {
  if (objective >= 1) return undefined;
  return total === 0 ? 0 : bad / total / (1 - objective);
}

/** What is left of the budget: 1 is all of it, 0 nothing, less than that more was used than there was. */
export function budgetLeftOf(total: number, bad: number, objective: number): number {
  if (bad === 0) return 1;
  return objective >= 1 ? 0 : 1 - bad / (total * (1 - objective));
}
