// Timestamps and durations, to the millisecond and in UTC. Undefined is CEL's error.

const earliest = Date.parse('0001-01-01T00:00:00Z');
const latest = Date.parse('9999-12-31T23:59:59.999Z');
/** 2⁶³ nanoseconds: what every implementation of CEL can hold. */
const longest = 9_223_372_036_854;

const instant =
  /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,9}))?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))$/;

/** Epoch milliseconds of an instant as RFC 3339 writes it; none with a finer fraction than that. */
export function timestampOfText(text: string): number | undefined {
  const parts = instant.exec(text);
  if (!parts || text.length > 30) return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', sign, offsetHour = '0', offsetMinute = '0'] = parts;
  if (!/^0*$/.test(fraction.slice(3))) return undefined;
  const midnight = new Date(0);
  midnight.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  // The 30th of February is not the 2nd of March.
  if (midnight.getUTCMonth() !== Number(month) - 1 || midnight.getUTCDate() !== Number(day)) return undefined;
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * (sign === '-' ? -1 : 1);
  const seconds = (Number(hour) * 60 + Number(minute) - offset) * 60 + Number(second);
  return inRange(midnight.getTime() + seconds * 1000 + Number(fraction.slice(0, 3).padEnd(3, '0')));
}

export function timestampOfSeconds(seconds: number | bigint): number | undefined {
  return inRange(Number(seconds) * 1000);
}

function inRange(at: number): number | undefined {
  return at >= earliest && at <= latest ? at : undefined;
}

const nanoseconds = { h: 3_600_000_000_000n, m: 60_000_000_000n, s: 1_000_000_000n, ms: 1_000_000n, us: 1000n, ns: 1n };
const spans = /(\d+)(?:\.(\d{1,9}))?(h|ms|m|s|us|ns)/g;

/** Milliseconds of a duration such as `1h30m`, `-1.5s`, `250ms`; none that is not whole milliseconds. */
export function durationOfText(text: string): number | undefined {
  const [sign, size] = /^[+-]/.test(text) ? [text[0], text.slice(1)] : ['', text];
  if (size === '' || size.replace(spans, '') !== '') return undefined;
  let total = 0n;
  for (const [, whole = '', fraction = '', unit] of size.matchAll(spans)) {
    const scaled = BigInt(whole + fraction) * nanoseconds[unit as keyof typeof nanoseconds];
    const divisor = 10n ** BigInt(fraction.length);
    if (scaled % divisor !== 0n) return undefined;
    total += scaled / divisor;
  }
  return total % nanoseconds.ms === 0n
    ? inBounds(Number(total / nanoseconds.ms) * (sign === '-' ? -1 : 1) + 0)
    : undefined;
}

const librarySpan = /\d*(?:\.\d*)?(?:ns|us|µs|ms|s|m|h)/y;

/**
 * What the library says of a text that it does not take for a duration; undefined: it does. It is not asked: it would try each digit as
 * the first, and from there each as the last, which takes long for a long text.
 */
export function faultOfDuration(text: string): string | undefined {
  const size = text.replace(/^[+-]/, '');
  let read = 0;
  do {
    librarySpan.lastIndex = read;
    if (!librarySpan.test(size)) return `Invalid duration string: ${text === '' ? "''" : size.slice(read)}`;
    read = librarySpan.lastIndex;
  } while (read < size.length);
  return undefined;
}

function inBounds(duration: number): number | undefined {
  return Math.abs(duration) <= longest ? duration : undefined;
}

export const later = (at: number, duration: number) => inRange(at + duration);
export const earlier = (at: number, duration: number) => inRange(at - duration);
export const between = (at: number, since: number) => inBounds(at - since);
export const longer = (duration: number, other: number) => inBounds(duration + other);
export const shorter = (duration: number, other: number) => inBounds(duration - other);

/** The parts of a timestamp in UTC, under their names in CEL. Months and days of the month start at 0, but for `getDate`. */
export const partsOfTimestamp: Readonly<Record<string, (at: number) => number>> = {
  getFullYear: (at) => new Date(at).getUTCFullYear(),
  getMonth: (at) => new Date(at).getUTCMonth(),
  getDate: (at) => new Date(at).getUTCDate(),
  getDayOfMonth: (at) => new Date(at).getUTCDate() - 1,
  getDayOfWeek: (at) => new Date(at).getUTCDay(),
  getHours: (at) => new Date(at).getUTCHours(),
  getMinutes: (at) => new Date(at).getUTCMinutes(),
  getSeconds: (at) => new Date(at).getUTCSeconds(),
  getMilliseconds: (at) => new Date(at).getUTCMilliseconds(),
};

/** A duration in whole units, under their names in CEL. Its `getMilliseconds` is left out: implementations disagree on it. */
export const partsOfDuration: Readonly<Record<string, (duration: number) => number>> = {
  getHours: (duration) => Math.trunc(duration / 3_600_000) + 0,
  getMinutes: (duration) => Math.trunc(duration / 60_000) + 0,
  getSeconds: (duration) => Math.trunc(duration / 1000) + 0,
};
