// What `npm run report` is asked: each word is read, and what is wrong with it is said by its name.
import { parseArgs } from 'node:util';

export interface ReportArguments {
  /** Epoch milliseconds; infinite where the period is open. */
  readonly from: number;
  readonly to: number;
  readonly coolingWindowMs: number;
  /** A folder, a file or the URL of an event store; absent: that of the environment. */
  readonly data: string | undefined;
  readonly caps: boolean;
  readonly json: boolean;
}

export const usage = `npm run report -- slo
  --from <instant>          the first instant of the period, 2026-11-01 or 2026-11-01T08:00:00Z; absent: the beginning of the log
  --to <instant>            the first instant behind it; absent: its end
  --cooling-window <time>   in which nobody should be reached twice, in whatever channel: 90s, 30m, 24h or 7d; 24h when absent
  --data <place>            the folder of the log, its file kairos.db, or the URL of an event store; absent: as Kairos is configured
  --no-caps                 caps are not counted again, which takes memory for every contact of the log
  --json                    one line of JSON
It reads the log from its beginning, while Kairos runs or not, and changes nothing. It ends with 1 when a cap or the cooling window of a
placement was broken.`;

const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const instantRule = 'must be an instant, 2026-11-01 or 2026-11-01T08:00:00Z';

/** @throws Error that names the word at fault and its rule. */
export function readReportArguments(words: readonly string[]): ReportArguments {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    allowNegative: true,
    options: {
      from: { type: 'string' },
      to: { type: 'string' },
      'cooling-window': { type: 'string', default: '24h' },
      data: { type: 'string' },
      caps: { type: 'boolean', default: true },
      json: { type: 'boolean', default: false },
    },
  });
  const [subject, ...more] = positionals;
  if (subject !== 'slo') throw new Error(subject ? `there is no report ${subject}: slo` : 'say which report: slo');
  if (more.length > 0) throw new Error(`there is nothing to do with ${more.join(' ')}`);
  const from = instantOf('from', values.from, Number.NEGATIVE_INFINITY);
  const to = instantOf('to', values.to, Number.POSITIVE_INFINITY);
  if (from >= to) throw new Error('--to: must be later than --from');
  if (values.data === '') throw new Error('--data: is empty');
  const coolingWindowMs = durationOf('cooling-window', values['cooling-window']);
  return { from, to, coolingWindowMs, data: values.data, caps: values.caps, json: values.json };
}

function instantOf(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const form = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/;
  const at = form.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw new Error(`--${name}: ${instantRule}, not ${text}`);
  return at;
}

function durationOf(name: string, text: string): number {
  const [, count = '', unit = ''] = /^([1-9]\d{0,5})([smhd])$/.exec(text) ?? [];
  const milliseconds = Number(count) * (units[unit] ?? 0);
  if (milliseconds === 0) throw new Error(`--${name}: must be a time, 90s, 30m, 24h or 7d, not ${text}`);
  return milliseconds;
}
