// Where days, weeks, months and years begin in a time zone: wall clocks jump, and caps must not.

export type CalendarUnit = 'DAY' | 'WEEK' | 'MONTH' | 'YEAR';

const hour = 3_600_000;

/**
 * Epoch milliseconds at which the day, ISO week (from Monday), month or year of `at` began in a time zone.
 *
 * Where the clock is set forward over midnight, the unit begins with the first instant after the gap; where midnight comes
 * twice, with the first. An unknown zone is a RangeError.
 */
export function calendarStart(unit: CalendarUnit, at: number, timeZone: string): number {
  const local = new Date(at + offsetOf(at, timeZone));
  const month = unit === 'YEAR' ? 0 : local.getUTCMonth();
  const sinceMonday = (local.getUTCDay() + 6) % 7;
  const day = unit === 'DAY' ? local.getUTCDate() : unit === 'WEEK' ? local.getUTCDate() - sinceMonday : 1;
  const midnight = Date.UTC(local.getUTCFullYear(), month, day);
  if (timeZone === 'UTC') return midnight;
  const { midnights } = zoneOf(timeZone);
  let start = midnights.get(midnight);
  if (start === undefined) {
    start = instantOf(midnight, timeZone);
    remember(midnights, midnight, start);
  }
  return start;
}

/**
 * The first instant at which the wall clock of a zone shows `wallClock` (epoch milliseconds as if it were UTC) or later.
 *
 * Offsets lie within ±16 hours, so the instant does too, and the clock is set at most once in that time.
 */
function instantOf(wallClock: number, timeZone: string): number {
  let before = wallClock - 16 * hour;
  let after = wallClock + 16 * hour;
  const offsetBefore = offsetOf(before, timeZone);
  const offsetAfter = offsetOf(after, timeZone);
  if (offsetBefore === offsetAfter) return wallClock - offsetBefore;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetOf(middle, timeZone) === offsetBefore) before = middle;
    else after = middle;
  }
  if (wallClock - offsetBefore < after) return wallClock - offsetBefore;
  return Math.max(after, wallClock - offsetAfter);
}

interface Zone {
  readonly format: Intl.DateTimeFormat;
  /** By stretch of time: the offset when it is the same from beginning to end, NaN when the clock is set in between. */
  readonly offsets: Map<number, number>;
  /** What `instantOf` answered, by wall clock. */
  readonly midnights: Map<number, number>;
}

const zones = new Map<string, Zone>();
/** More than there are zones; names differ in case too, so that the number of names has no bound of its own. */
const zonesKept = 700;
const rememberedPerZone = 4000;
/** Short enough that no zone ever set its clock and set it back within it. */
const stretch = 6 * hour;

/** Milliseconds that local time is ahead of UTC at an instant. An unknown zone is a RangeError. */
export function offsetOf(at: number, timeZone: string): number {
  if (timeZone === 'UTC') return 0;
  const zone = zoneOf(timeZone);
  const index = Math.floor(at / stretch);
  let offset = zone.offsets.get(index);
  if (offset === undefined) {
    const first = formattedOffset(index * stretch, zone.format);
    offset = first === formattedOffset((index + 1) * stretch - 1000, zone.format) ? first : Number.NaN;
    remember(zone.offsets, index, offset);
  }
  return Number.isNaN(offset) ? formattedOffset(at, zone.format) : offset;
}

function formattedOffset(at: number, format: Intl.DateTimeFormat): number {
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(at)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
}

function zoneOf(timeZone: string): Zone {
  const known = zones.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const zone: Zone = { format, offsets: new Map(), midnights: new Map() };
  if (zones.size >= zonesKept) zones.clear();
  zones.set(timeZone, zone);
  return zone;
}

function remember(memory: Map<number, number>, key: number, value: number): void {
  if (memory.size >= rememberedPerZone) memory.clear();
  memory.set(key, value);
}
