// Wall clocks against Intl: every zone, random instants, and the nights on which clocks are set.
import { describe, expect, test } from 'vitest';
import { type CalendarUnit, calendarStart, offsetOf } from '../../src/decisioning/calendar.ts';
import { seededRandom } from '../projections/random.ts';

const hour = 3_600_000;
const units: readonly CalendarUnit[] = ['DAY', 'WEEK', 'MONTH', 'YEAR'];
const allZones = Intl.supportedValuesOf('timeZone');
const oddZones = [
  'Africa/Cairo',
  'America/Asuncion',
  'America/Havana',
  'America/St_Johns',
  'Antarctica/Troll',
  'Asia/Beirut',
  'Asia/Kathmandu',
  'Atlantic/Azores',
  'Australia/Lord_Howe',
  'Europe/Berlin',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
];

const formats = new Map<string, Intl.DateTimeFormat>();

/** What the clock on the wall shows, by Intl's own text. */
function wallClock(at: number, timeZone: string): string {
  const known = formats.get(timeZone);
  const format = known ?? new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  if (!known) formats.set(timeZone, format);
  return format.format(at).replace(' ', 'T');
}

/** The date on which the unit of a wall clock's date begins, by the calendar alone. */
function firstDate(unit: CalendarUnit, wall: string): string {
  const date = new Date(`${wall.slice(0, 10)}T00:00:00Z`);
  if (unit === 'WEEK') while (date.getUTCDay() !== 1) date.setUTCDate(date.getUTCDate() - 1);
  if (unit === 'MONTH' || unit === 'YEAR') date.setUTCDate(1);
  if (unit === 'YEAR') date.setUTCMonth(0);
  return date.toISOString().slice(0, 10);
}

/** It begins on its first date (or behind a gap in the clock), and the instant before is not in it. */
function expectBeginning(unit: CalendarUnit, at: number, timeZone: string): void {
  const start = calendarStart(unit, at, timeZone);
  const label = `${unit} of ${new Date(at).toISOString()} in ${timeZone} began at ${new Date(start).toISOString()}`;
  const first = firstDate(unit, wallClock(at, timeZone));
  expect(start, label).toBeLessThanOrEqual(at);
  expect(calendarStart(unit, start, timeZone), label).toBe(start);
  const [shown, before] = [wallClock(start, timeZone), wallClock(start - 1, timeZone)];
  expect(before < `${first}T00:00:00`, `${label}, before it the clock showed ${before}`).toBe(true);
  // A clock set forward over midnight shows something later at once.
  const isGap = Date.parse(`${shown}Z`) - Date.parse(`${before}Z`) > 1000;
  if (isGap) expect(shown >= `${first}T00:00:00`, label).toBe(true);
  else expect(shown, label).toBe(`${first}T00:00:00`);
}

describe('offsets', () => {
  test('they are those of Intl at random instants of random zones from 1970 to 2040', () => {
    const random = seededRandom(1);
    for (let count = 0; count < 3000; count += 1) {
      const [at, timeZone] = [random.below(2_208_988_800) * 1000 + random.below(1000), random.oneOf(allZones)];
      const expected = Date.parse(`${wallClock(at, timeZone)}Z`) - Math.floor(at / 1000) * 1000;
      expect(offsetOf(at, timeZone), `${timeZone} ${at}`).toBe(expected);
    }
  });

  test('they are exact to the millisecond at which a clock is set', () => {
    const spring = Date.parse('2026-03-29T01:00:00.000Z');
    expect([offsetOf(spring - 1, 'Europe/Berlin'), offsetOf(spring, 'Europe/Berlin')]).toEqual([hour, 2 * hour]);
    const backOverMidnight = Date.parse('2010-11-07T02:31:00.000Z');
    expect([
      offsetOf(backOverMidnight - 1, 'America/St_Johns'),
      offsetOf(backOverMidnight, 'America/St_Johns'),
    ]).toEqual([-2.5 * hour, -3.5 * hour]);
  });

  test('an unknown zone is a RangeError', () => {
    expect(() => offsetOf(0, 'Mars/Olympus')).toThrow(RangeError);
    expect(() => calendarStart('DAY', 0, '')).toThrow(RangeError);
  });

  test('more names and instants than are remembered change nothing', () => {
    const before = offsetOf(0, 'Europe/Berlin');
    for (let count = 0; count < 9000; count += 1) offsetOf(count * 7 * hour, 'Europe/Berlin');
    for (let minutes = 0; minutes < 800; minutes += 1) {
      const name = `+${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
      expect(offsetOf(0, name)).toBe(minutes * 60_000);
    }
    expect(offsetOf(0, 'Europe/Berlin')).toBe(before);
  });
});

describe('beginnings', () => {
  test('UTC needs no clock', () => {
    const at = Date.parse('2026-11-18T22:30:00.000Z');
    const starts = units.map((unit) => new Date(calendarStart(unit, at, 'UTC')).toISOString().slice(0, 10));
    expect(starts).toEqual(['2026-11-18', '2026-11-16', '2026-11-01', '2026-01-01']);
  });

  test.each([
    [
      'midnight that does not exist: the day begins at one',
      'Asia/Beirut',
      '2026-03-29T12:00:00Z',
      '2026-03-28T22:00:00Z',
    ],
    [
      'midnight that comes twice: the day begins with the first',
      'America/Havana',
      '2026-11-01T12:00:00Z',
      '2026-11-01T04:00:00Z',
    ],
    [
      'a clock set back before midnight: the day begins at the only one',
      'Africa/Cairo',
      '2026-10-30T12:00:00Z',
      '2026-10-29T22:00:00Z',
    ],
    [
      'a day that was skipped: the next one begins at the date line',
      'Pacific/Apia',
      '2011-12-30T20:00:00Z',
      '2011-12-30T10:00:00Z',
    ],
    ['a clock set by half an hour', 'Australia/Lord_Howe', '2026-10-04T05:00:00Z', '2026-10-03T13:30:00Z'],
  ])('%s', (_, timeZone, at, expected) => {
    expect(calendarStart('DAY', Date.parse(at), timeZone)).toBe(Date.parse(expected));
  });

  test('of a month that begins where a day was skipped', () => {
    const start = calendarStart('YEAR', Date.parse('1995-03-01T00:00:00Z'), 'Pacific/Kiritimati');
    expectBeginning('YEAR', start, 'Pacific/Kiritimati');
    expectBeginning('MONTH', Date.parse('1995-01-05T00:00:00Z'), 'Pacific/Kiritimati');
  });

  test('random instants in all zones', () => {
    const random = seededRandom(2);
    for (let count = 0; count < 1500; count += 1) {
      const at = random.below(2_208_988_800) * 1000 + random.below(1000);
      const timeZone = random.oneOf(allZones);
      // Saint John's once set its clock back across midnight: a day that is left again has two beginnings.
      if (timeZone !== 'America/St_Johns') expectBeginning(random.oneOf(units), at, timeZone);
    }
  });

  test.each(oddZones)('every hour around the nights on which the clock is set in %s', (timeZone) => {
    for (let at = Date.UTC(2024, 0, 1); at < Date.UTC(2027, 0, 1); at += 6 * hour) {
      if (offsetOf(at, timeZone) === offsetOf(at + 6 * hour, timeZone)) continue;
      for (let near = at - 20 * hour; near <= at + 32 * hour; near += hour / 2) {
        for (const unit of units) expectBeginning(unit, near, timeZone);
      }
    }
  });

  test('beginnings never go back as time goes on', () => {
    for (const timeZone of oddZones) {
      for (const unit of units) {
        let last = Number.NEGATIVE_INFINITY;
        for (let at = Date.UTC(2026, 1, 20); at < Date.UTC(2026, 11, 1); at += 1.7 * hour) {
          const start = calendarStart(unit, at, timeZone);
          expect(start).toBeGreaterThanOrEqual(last);
          last = start;
        }
      }
    }
  });
});
