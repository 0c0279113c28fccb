// The metrics of a process: counted as plain numbers, written for Prometheus when it asks.
import { collectDefaultMetrics, type Metric, Registry } from 'prom-client';
import { type MetricDefinition, type MetricName, metrics } from './metric-table.ts';
import { type Count, createSeries, createTimings, type Series, type Timings } from './series.ts';

export type Reading = readonly { readonly values?: readonly string[]; readonly value: number }[];

type NamesOf<Kind extends MetricDefinition['kind']> = {
  [Name in MetricName]: (typeof metrics)[Name]['kind'] extends Kind ? Name : never;
}[MetricName];

export interface Metrics {
  counts(name: NamesOf<'counter'>): Series<Count>;
  timings(name: NamesOf<'histogram'>): Series<Timings>;
  /** Asked for whenever the metrics are; what it fails with, or takes longer than a second for, is absent. */
  gauge(name: NamesOf<'gauge'>, read: () => Reading | Promise<Reading>): void;
  /** All metrics in the form that the accept header prefers: OpenMetrics, with examples of traces, or the older text. */
  text(accept: string | undefined): Promise<{ readonly type: string; readonly body: string }>;
}

/** What a registry writes of a metric, besides the kinds of its own. */
interface Sample {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  readonly metricName?: string;
  readonly exemplar?: { labelSet: Record<string, string>; value: number; timestamp: number } | undefined;
}

const patienceMs = 1000;

/**
 * Of a registry of prom-client only the writing is used: its own counters look their labels up anew each time, and only know examples
 * where all that is ever written is OpenMetrics.
 *
 * @param ofNode whether those of the process itself are among them, which have to be followed
 */
export function createMetrics(ofNode = true): Metrics {
  const plain = new Registry();
  const open = new Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE>();
  open.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const counts = new Map<string, Series<Count>>();
  const timings = new Map<string, Series<Timings>>();
  const gauges = new Map<string, () => Reading | Promise<Reading>>();
  if (ofNode) collectDefaultMetrics({ register: plain });

  for (const [name, definition] of Object.entries(metrics) as [MetricName, MetricDefinition][]) {
    const { kind, help, labels, buckets = [] } = definition;
    const labelled = (values: readonly string[] = []) =>
      Object.fromEntries(labels.map((label, index) => [label, values[index] ?? '']));
    let samples: () => readonly Sample[] | Promise<readonly Sample[]>;
    if (kind === 'counter') {
      const series = createSeries<Count>(() => ({ value: 0 }));
      counts.set(name, series);
      samples = () => series.all().map(({ values, cell }) => ({ labels: labelled(values), value: cell.value }));
    } else if (kind === 'histogram') {
      const series = createSeries(() => createTimings(buckets));
      timings.set(name, series);
      samples = () => series.all().flatMap(({ values, cell }) => bucketsOf(name, buckets, labelled(values), cell));
    } else {
      samples = async () => {
        const reading = await soon(gauges.get(name));
        return reading.map(({ values, value }) => ({ labels: labelled(values), value }));
      };
    }
    // OpenMetrics calls the family of a counter by another name, which its registry writes into what it is given.
    const metric = {
      name,
      async get() {
        return { name: this.name, help, type: kind, values: await samples() };
      },
      type: kind,
    };
    plain.registerMetric(metric as unknown as Metric);
  }
  for (const metric of plain.getMetricsAsArray()) open.registerMetric(Object.create(metric) as Metric);

  const found = <Own>(all: ReadonlyMap<string, Own>, name: string): Own => {
    const own = all.get(name);
    if (own === undefined) throw new Error(`there is no such metric: ${name}`);
    return own;
  };

  return {
    counts: (name) => found(counts, name),
    timings: (name) => found(timings, name),
    gauge: (name, read) => gauges.set(name, read),
    async text(accept) {
      const registry = accept?.includes('application/openmetrics-text') ? open : plain;
      return { type: registry.contentType, body: await registry.metrics() };
    },
  };
}

function bucketsOf(
  name: string,
  bounds: readonly number[],
  labels: Readonly<Record<string, string>>,
  { counts, sum, examples }: Timings,
): Sample[] {
  let total = 0;
  const buckets = Array.from(counts, (count, index): Sample => {
    total += count;
    const example = examples[index];
    return {
      metricName: `${name}_bucket`,
      labels: { ...labels, le: bounds[index] ?? '+Inf' },
      value: total,
      exemplar: example && { labelSet: { trace_id: example.traceId }, value: example.value, timestamp: example.at },
    };
  });
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels, value: sum },
    { metricName: `${name}_count`, labels, value: total },
  ];
}

async function soon(read: (() => Reading | Promise<Reading>) | undefined): Promise<Reading> {
  if (!read) return [];
  const { promise: late, resolve } = Promise.withResolvers<Reading>();
  const timer = setTimeout(() => resolve([]), patienceMs);
  try {
    return await Promise.race([read(), late]);
  } catch {
    return [];
  } finally {
    clearTimeout(timer);
  }
}
