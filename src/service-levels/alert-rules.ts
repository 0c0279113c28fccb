// The alerts of Prometheus, made from the objectives: recorded shares of bad events, and rules over them.
import { anySeconds, burnRules, suddenRule } from './burn-rates.ts';
import { type Objective, objectives } from './objectives.ts';

/** Counters of the process, by the label `objective`. */
export const eventsMetric = 'kairos_service_level_events_total';
export const badMetric = 'kairos_service_level_bad_events_total';

export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
}

export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Seconds between two evaluations, and at most between two scrapes: the half minute of the sudden rule needs several of them. */
export const evaluateEverySeconds = 10;

const windows = [
  ...new Set([
    suddenRule.seconds,
    ...burnRules.flatMap(({ shortSeconds, longSeconds }) => [shortSeconds, longSeconds]),
  ]),
].sort((one, other) => one - other);

export function recordingRules(): readonly RecordingRule[] {
  return windows.map((seconds) => {
    const rate = (metric: string) => `sum by (objective) (rate(${metric}[${durationOf(seconds)}]))`;
    return { record: shareOf(seconds), expr: `${rate(badMetric)} / ${rate(eventsMetric)}` };
  });
}

export function alertRules(): readonly AlertRule[] {
  return objectives.flatMap((objective) => (objective.objective >= 1 ? [anyBad(objective)] : budgetAlerts(objective)));
}

function budgetAlerts(objective: Objective): AlertRule[] {
  const budget = 1 - objective.objective;
  const above = (seconds: number, share: number) =>
    `${shareOf(seconds)}{objective="${objective.id}"} > ${rounded(share)}`;
  const burning = (severity: 'page' | 'ticket') =>
    burnRules
      .filter((rule) => rule.severity === severity)
      .map(
        ({ longSeconds, shortSeconds, rate }) =>
          `(${above(longSeconds, rate * budget)} and ${above(shortSeconds, rate * budget)})`,
      )
      .join(' or ');
  const { seconds, share, events } = suddenRule;
  const sudden = `${above(seconds, share)} and ${badIn(objective, seconds)} >= ${events}`;
  return [
    alertOf(
      objective,
      'FailingNow',
      'page',
      sudden,
      'More than a third of the events of the last half minute were bad.',
    ),
    alertOf(
      objective,
      'BudgetBurnsFast',
      'page',
      burning('page'),
      'The budget of the month would be gone within days.',
    ),
    alertOf(objective, 'BudgetBurns', 'ticket', burning('ticket'), 'The budget of the month will not last.'),
  ];
}

function anyBad(objective: Objective): AlertRule {
  return alertOf(
    objective,
    'Broken',
    'page',
    `${badIn(objective, anySeconds)} > 0`,
    'There is no budget: each is too many.',
  );
}

function alertOf(objective: Objective, what: string, severity: string, expr: string, description: string): AlertRule {
  return {
    alert: `Kairos${pascal(objective.id)}${what}`,
    expr,
    labels: { severity, objective: objective.id },
    annotations: { summary: `Not kept: ${objective.sentence}`, description },
  };
}

function badIn({ id }: Objective, seconds: number): string {
  return `sum by (objective) (increase(${badMetric}{objective="${id}"}[${durationOf(seconds)}]))`;
}

/** The rules as Prometheus reads them. */
export function alertsFile(): string {
  const rules = [
    ...recordingRules().map(({ record, expr }) => [`record: ${record}`, `expr: ${quoted(expr)}`]),
    ...alertRules().map(({ alert, expr, labels, annotations }) => [
      `alert: ${alert}`,
      `expr: ${quoted(expr)}`,
      ...mapping('labels', labels),
      ...mapping('annotations', annotations),
    ]),
  ];
  return [
    '# Made from src/service-levels/objectives.ts by `npm run ops`; change it there.',
    'groups:',
    '  - name: kairos-service-levels',
    `    interval: ${evaluateEverySeconds}s`,
    '    rules:',
    ...rules.flatMap((lines) => lines.map((line, index) => `      ${index === 0 ? '- ' : '  '}${line}`)),
    '',
  ].join('\n');
}

function mapping(name: string, values: Readonly<Record<string, string>>): string[] {
  return [`${name}:`, ...Object.entries(values).map(([key, value]) => `  ${key}: ${quoted(value)}`)];
}

/** Every string of JSON is one of YAML. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

/** The name of a recorded rule: level, metric and operations, as Prometheus advises. */
export function shareOf(seconds: number): string {
  return `objective:kairos_service_level_bad:share${durationOf(seconds)}`;
}

function durationOf(seconds: number): string {
  for (const [unit, length] of [
    ['d', 86_400],
    ['h', 3600],
    ['m', 60],
  ] as const) {
    if (seconds % length === 0) return `${seconds / length}${unit}`;
  }
  return `${seconds}s`;
}

function pascal(id: string): string {
  return id.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function rounded(share: number): number {
  return Number(share.toPrecision(6));
}
