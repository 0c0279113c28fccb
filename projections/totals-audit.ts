// How far the book of totals has drifted from the log: each series as of the event that the book is at, also while it goes on.
import { setTimeout as delay } from 'node:timers/promises';
import type { Position, RecordedEvent } from '../src/event-store/event-store.ts';
import { type ContactsOfLog, holdersAt } from './contacts-of-log.ts';
import { addTo, type Drift, driftBetween, isDrift, noDrift, sumOf, type Tally } from './drift.ts';
import { holdsName, isContacts } from './totals-change.ts';

export interface TotalsAudit {
  /** Contacts of one kind, or holds of the same places, in one series. */
  readonly seriesCompared: number;
  /** The book was behind the log, and did not come after it in time. */
  readonly seriesElsewhere: number;
  readonly seriesThatDiffer: number;
  readonly contacts: Drift;
  /** Places that are held at the instant of the audit. */
  readonly holds: Drift;
}

/** The book of totals as it is kept, part by part: by `contactsName` and `holdsName`. */
export interface StoredTotals {
  /** Those that there are. */
  names(): Promise<readonly string[]>;
  /** All of them as of one event. */
  read(names: readonly string[]): Promise<StoredTotalsParts>;
}

export interface StoredTotalsParts {
  /** Of the last event that is in. */
  readonly position: Position;
  /** Contacts: field and value of each (`apply-totals.lua`). Holds: until when each lasts. Empty: there is no such part. */
  readonly parts: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

export interface TotalsAuditOptions {
  readonly stored: StoredTotals;
  /** Goes on with the log as far as the book is. */
  readonly ofLog: ContactsOfLog;
  /** Events of the category `cap` behind a position, up to another. */
  readonly laterEvents: (after: Position, upTo: Position) => AsyncIterable<RecordedEvent>;
  /** Up to here the log is in the book, or was. */
  readonly appliedUpTo: Position;
  /** Epoch milliseconds. */
  readonly at: number;
}

const namesAtOnce = 100;
/** So often, in all, it is looked again whether a book that is behind has come on; every so many milliseconds. */
const [mostLooks, lookEveryMs] = [20, 50];

export async function auditTotals(options: TotalsAuditOptions): Promise<TotalsAudit> {
  const { stored, ofLog, laterEvents, appliedUpTo, at } = options;
  let [seriesCompared, seriesElsewhere, seriesThatDiffer] = [0, 0, 0];
  let [contacts, holds] = [noDrift, noDrift];
  let looks = 0;

  async function readInTime(names: readonly string[]): Promise<StoredTotalsParts | undefined> {
    for (;;) {
      const read = await stored.read(names);
      if (read.position >= ofLog.position() || ofLog.position() <= appliedUpTo) return read;
      looks += 1;
      if (looks > mostLooks) return undefined;
      await delay(lookEveryMs);
    }
  }

  const names = [...new Set([...(await stored.names()), ...ofLog.minutes.keys(), ...holdsOf(ofLog, at).keys()])];
  for (let first = 0; first < names.length; first += namesAtOnce) {
    const some = names.slice(first, first + namesAtOnce);
    const read = await readInTime(some);
    if (!read) {
      seriesElsewhere += some.length;
      continue;
    }
    for await (const event of laterEvents(ofLog.position(), read.position)) ofLog.note(event);
    const held = holdsOf(ofLog, at);
    for (const name of some) {
      const part = read.parts.get(name) ?? new Map();
      const drift = isContacts(name)
        ? driftOfContacts(ofLog.minutes.get(name) ?? new Map(), part)
        : driftBetween(held.get(name) ?? new Map(), heldIn(part, at));
      if (isContacts(name)) contacts = sumOf(contacts, drift);
      else holds = sumOf(holds, drift);
      seriesCompared += 1;
      if (isDrift(drift)) seriesThatDiffer += 1;
    }
  }
  return { seriesCompared, seriesElsewhere, seriesThatDiffer, contacts, holds };
}

/** By `holdsName`: how many end at each instant. */
function holdsOf({ customers }: ContactsOfLog, at: number): Map<string, Tally> {
  const holds = new Map<string, Tally>();
  for (const customer of customers.values()) {
    for (const { series, holding, heldUntil } of holdersAt(customer, at)) {
      for (const name of series.map((each) => holdsName(holding, each))) {
        const tally = holds.get(name) ?? new Map();
        holds.set(name, tally);
        addTo(tally, heldUntil, 1);
      }
    }
  }
  return holds;
}

function heldIn(part: ReadonlyMap<string, string>, at: number): Tally {
  const tally: Tally = new Map();
  for (const until of part.values()) if (Number(until) >= at) addTo(tally, Number(until), 1);
  return tally;
}

/** Contacts are kept as sums of different fineness, and caps read whichever fits: one that misses in several of them misses once. */
function driftOfContacts(minutes: Tally, part: ReadonlyMap<string, string>): Drift {
  const [kept, found] = [Number(part.get('kept') ?? 0), sumsIn(part)];
  const day = (minute: number) => Math.floor(minute / 1440);
  const finer = new Map([...minutes].filter(([minute]) => day(minute) >= kept));
  const drifts = [
    driftBetween(
      summed(minutes, () => 0),
      found.all,
    ),
    driftBetween(summed(minutes, day), found.days),
    driftBetween(
      summed(finer, (minute) => Math.floor(minute / 60)),
      found.hours,
    ),
    driftBetween(finer, found.minutes),
  ];
  return {
    tooMany: Math.max(...drifts.map(({ tooMany }) => tooMany)),
    tooFew: Math.max(...drifts.map(({ tooFew }) => tooFew)),
  };
}

function summed(minutes: Tally, by: (minute: number) => number): Tally {
  const sums: Tally = new Map();
  for (const [minute, count] of minutes) addTo(sums, by(minute), count);
  return sums;
}

function sumsIn(part: ReadonlyMap<string, string>) {
  const sums = {
    all: new Map() as Tally,
    days: new Map() as Tally,
    hours: new Map() as Tally,
    minutes: new Map() as Tally,
  };
  for (const [field, value] of part) {
    const [what, which] = field.split(':');
    if (what === 'all') addTo(sums.all, 0, Number(value));
    if (what === 'day') addTo(sums.days, Number(which), Number(value));
    if (what !== 'hour') continue;
    const [count, ...cells] = value.split(' ');
    addTo(sums.hours, Number(which), Number(count));
    for (const cell of cells) {
      const [minute, contacts] = cell.split('=');
      addTo(sums.minutes, Number(which) * 60 + Number(minute), Number(contacts));
    }
  }
  return sums;
}
