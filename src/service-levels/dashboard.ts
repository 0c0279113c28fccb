// A dashboard for Grafana, made from the objectives: what is promised on top, and below it where the time goes.
import { badMetric, eventsMetric, shareOf } from './alert-rules.ts';
import { suddenRule } from './burn-rates.ts';
import { indicators, type Objective, objectives } from './objectives.ts';

interface Query {
  readonly expr: string;
  readonly legend: string;
}

interface Panel {
  readonly title: string;
  readonly description?: string;
  readonly type: 'timeseries' | 'bargauge' | 'stat';
  readonly unit: 's' | 'percentunit' | 'short' | 'reqps' | 'none';
  /** Of the 24 columns of a dashboard. */
  readonly width: number;
  readonly height: number;
  readonly queries: readonly Query[];
  /** From which value on it is bad, and whether that is below it. */
  readonly bound?: { readonly value: number; readonly isLeast?: boolean };
}

const datasource = { type: 'prometheus', uid: `\${datasource}` };
const rate = (metric: string) => `rate(${metric}[$__rate_interval])`;
const quantiles = (metric: string, by: string) =>
  [0.5, 0.95, 0.99].map((quantile) => ({
    expr: `histogram_quantile(${quantile}, sum by (le) (${rate(`${metric}_bucket`)}))`,
    legend: `${by} p${quantile * 100}`,
  }));

const panels: readonly Panel[] = [
  {
    title: 'Budget left of 30 days',
    description:
      '1 is all of it; below 0 more was used than there was. Objectives without a budget show 0 when anything was bad.',
    type: 'bargauge',
    unit: 'percentunit',
    width: 12,
    height: 10,
    queries: objectives.map((objective) => ({ expr: budgetLeft(objective), legend: objective.id })),
    bound: { value: 0, isLeast: true },
  },
  {
    title: 'Burn rate of the last five minutes',
    description: '1 uses the budget up in exactly its time; the alerts begin to page at 14.4.',
    type: 'timeseries',
    unit: 'none',
    width: 12,
    height: 10,
    queries: objectives
      .filter(({ objective }) => objective < 1)
      .map(({ id, objective }) => ({
        expr: `${shareOf(300)}{objective="${id}"} / ${Number((1 - objective).toPrecision(6))}`,
        legend: id,
      })),
    bound: { value: 14.4 },
  },
  ...objectives.map(panelOf),
  {
    title: 'Decisions',
    description: 'With what was answered, or failed, instead of them.',
    type: 'timeseries',
    unit: 'reqps',
    width: 8,
    height: 8,
    queries: [
      { expr: `sum by (resolution) (${rate('kairos_decisions_total')})`, legend: '{{resolution}}' },
      { expr: `sum by (cause) (${rate('kairos_default_answers_total')})`, legend: 'default: {{cause}}' },
      { expr: `sum by (cause) (${rate('kairos_unanswered_calls_total')})`, legend: 'unanswered: {{cause}}' },
    ],
  },
  {
    title: 'Decision time',
    type: 'timeseries',
    unit: 's',
    width: 8,
    height: 8,
    queries: quantiles('kairos_decision_duration_seconds', 'decision'),
    bound: { value: 0.2 },
  },
  {
    title: 'Stages of a decision, p99',
    type: 'timeseries',
    unit: 's',
    width: 8,
    height: 8,
    queries: [
      {
        expr: `histogram_quantile(0.99, sum by (le, stage) (${rate('kairos_decision_stage_duration_seconds_bucket')}))`,
        legend: '{{stage}}',
      },
    ],
  },
  {
    title: 'What was done instead',
    type: 'timeseries',
    unit: 'reqps',
    width: 8,
    height: 8,
    queries: [
      {
        expr: `sum by (stage, cause, instead) (${rate('kairos_decision_degradations_total')})`,
        legend: '{{stage}} {{cause}}: {{instead}}',
      },
    ],
  },
  {
    title: 'Why candidates were removed',
    type: 'timeseries',
    unit: 'reqps',
    width: 8,
    height: 8,
    queries: [{ expr: `sum by (reason) (${rate('kairos_decision_rejections_total')})`, legend: '{{reason}}' }],
  },
  {
    title: 'Event to read model, p99',
    type: 'timeseries',
    unit: 's',
    width: 8,
    height: 8,
    queries: [
      {
        expr: `histogram_quantile(0.99, sum by (le, category) (${rate('kairos_event_to_read_model_seconds_bucket')}))`,
        legend: '{{category}}',
      },
    ],
    bound: { value: 5 },
  },
  {
    title: 'Circuit breakers',
    description: '0 closed, 1 half open, 2 open.',
    type: 'timeseries',
    unit: 'none',
    width: 8,
    height: 8,
    queries: [{ expr: 'max by (breaker) (kairos_breaker_state)', legend: '{{breaker}}' }],
    bound: { value: 1 },
  },
  {
    title: 'Appends, p99',
    type: 'timeseries',
    unit: 's',
    width: 8,
    height: 8,
    queries: [
      {
        expr: `histogram_quantile(0.99, sum by (le, outcome) (${rate('kairos_event_store_append_duration_seconds_bucket')}))`,
        legend: '{{outcome}}',
      },
    ],
  },
  {
    title: 'HTTP answers and subscriptions',
    type: 'timeseries',
    unit: 'short',
    width: 8,
    height: 8,
    queries: [
      { expr: `sum by (status) (${rate('kairos_http_answers_total')})`, legend: '{{status}} a second' },
      { expr: 'sum by (wire) (kairos_subscriptions)', legend: '{{wire}} open' },
    ],
  },
];

function panelOf({ id, title, sentence, objective, indicator }: Objective): Panel {
  const { events } = indicators.find((each) => each.id === indicator) ?? { events: 'events' };
  return {
    title: `${title}: bad ${events}`,
    description: sentence,
    type: 'timeseries',
    unit: 'percentunit',
    width: 6,
    height: 6,
    queries: [
      { expr: `${shareOf(suddenRule.seconds)}{objective="${id}"}`, legend: 'half a minute' },
      { expr: `${shareOf(3600)}{objective="${id}"}`, legend: 'an hour' },
    ],
    bound: { value: Number((1 - objective).toPrecision(6)) },
  };
}

function budgetLeft({ id, objective, windowDays }: Objective): string {
  const sum = (metric: string) => `sum(increase(${metric}{objective="${id}"}[${windowDays}d]))`;
  const share = `${sum(badMetric)} / ${sum(eventsMetric)}`;
  return objective >= 1 ? `1 - ceil(${share})` : `1 - ${share} / ${Number((1 - objective).toPrecision(6))}`;
}

/** As Grafana imports it. */
export function dashboardFile(): string {
  const places = placesOf(panels);
  const dashboard = {
    __comment: 'Made from src/service-levels/objectives.ts by `npm run ops`; change it there.',
    uid: 'kairos-service-levels',
    title: 'Kairos: what it promises',
    schemaVersion: 39,
    editable: false,
    refresh: '10s',
    time: { from: 'now-1h', to: 'now' },
    templating: {
      list: [{ name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Prometheus' }],
    },
    panels: panels.map((panel, index) => ({ id: index + 1, gridPos: places[index], ...grafanaPanel(panel) })),
  };
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}

function grafanaPanel({ title, description = '', type, unit, queries, bound }: Panel) {
  const [before, after] = bound?.isLeast ? ['red', 'green'] : ['green', 'red'];
  const steps = bound
    ? [
        { color: before, value: null },
        { color: after, value: bound.value },
      ]
    : [{ color: 'green', value: null }];
  const isDrawn = type === 'timeseries' && bound !== undefined;
  return {
    title,
    description,
    type,
    datasource,
    targets: queries.map(({ expr, legend }, index) => ({
      refId: String.fromCharCode(65 + index),
      datasource,
      expr,
      legendFormat: legend,
      ...(type !== 'timeseries' && { instant: true }),
    })),
    fieldConfig: {
      defaults: {
        unit,
        thresholds: { mode: 'absolute', steps },
        ...(isDrawn && { custom: { thresholdsStyle: { mode: 'line' } } }),
      },
      overrides: [],
    },
  };
}

/** From left to right, and a new row where there is no room. */
function placesOf(all: readonly Panel[]) {
  let [x, y, tallest] = [0, 0, 0];
  return all.map(({ width: w, height: h }) => {
    if (x + w > 24) [x, y, tallest] = [0, y + tallest, 0];
    const place = { x, y, w, h };
    x += w;
    tallest = Math.max(tallest, h);
    return place;
  });
}
