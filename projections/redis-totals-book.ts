// The book of totals in Redis: what everybody together has of contacts and holds, written from the log only and exactly once.
import { randomUUID } from 'node:crypto';
import { beginning, type Position, type RecordedEvent } from '../src/event-store/event-store.ts';
import { type GuardedScripts, readLua } from '../src/redis/guarded-scripts.ts';
import type { Build, RedisKeys } from '../src/redis/redis-keys.ts';
import { answered, dataLost } from './redis-failures.ts';
import {
  changeOf,
  contactsName,
  holdsName,
  type OpenReservation,
  reservationsIn,
  type TotalsChange,
} from './totals-change.ts';

/** The scripts that write the book: for projectors. */
export const totalsProjectingScripts = {
  readTotals: readLua(new URL('./lua/read-totals.lua', import.meta.url)),
  applyTotals: readLua(new URL('./lua/apply-totals.lua', import.meta.url)),
};

export interface RedisTotalsBook {
  /**
   * Brings events of the category `cap` in, in order of the log; those at or before the position of the book change nothing.
   * @throws ReadSideUnavailable, because of a `RedisNotReady` when the book has lost what was applied to it: until the log is told again
   * from further back, nothing is written on top.
   */
  apply(events: readonly RecordedEvent[]): Promise<void>;
  /** Says that everything that was recorded up to an instant (epoch milliseconds) is in the book: with events, `apply` says so. */
  caughtUp(at: number): Promise<void>;
}

interface Said {
  readonly position: Position;
  readonly known: Map<string, OpenReservation>;
  readonly over: ReadonlyMap<string, OpenReservation>;
}

/** Together they are one call, during which the server does nothing else: some milliseconds when all are of different series. */
const eventsAtOnce = 100;
/** After its end a reservation is remembered for so long: what happened in time may be told late. */
const rememberedMs = 7 * 86_400_000;

export function createRedisTotalsBook(parts: {
  readonly keys: RedisKeys;
  readonly build: () => Build;
  readonly scripts: GuardedScripts<keyof typeof totalsProjectingScripts>;
}): RedisTotalsBook {
  const { scripts } = parts;
  const keyOf = (build: Build, part: string) => parts.keys.totals(build, part);
  const groundOf = (build: Build) => ['book', 'open', 'ends'].map((part) => keyOf(build, part));

  /** Of the last event that was applied here since the log was last told from further back. */
  let reached: Position = beginning;

  async function read(build: Build, names: readonly string[], endedBefore: number): Promise<Said> {
    const said = await answered(scripts.call('readTotals', groundOf(build), [endedBefore, ...names]));
    const [position, asked, over] = said as [Position, (string | null)[], string[]];
    const known = names.flatMap((name, index): [string, OpenReservation][] => {
      const text = asked[index];
      return typeof text === 'string' ? [[name, parse(build, name, text)]] : [];
    });
    const forgotten = over.flatMap((name, index): [string, OpenReservation][] =>
      index % 2 === 1 ? [] : [[name, parse(build, name, over[index + 1] ?? '')]],
    );
    return { position, known: new Map(known), over: new Map(forgotten) };
  }

  function parse(build: Build, name: string, text: string): OpenReservation {
    try {
      return JSON.parse(text);
    } catch (error) {
      throw new Error(`${keyOf(build, 'open')} has no reservation in ${name}`, { cause: error });
    }
  }

  /** Whether the book had all of it, or nobody else was at it meanwhile. */
  async function applyOnce(build: Build, events: readonly RecordedEvent[]): Promise<boolean> {
    const newest = events.reduce((latest, { metadata }) => Math.max(latest, Date.parse(metadata.at)), 0);
    const { position, known, over } = await read(build, reservationsIn(events), newest - rememberedMs);
    if (position < reached) throw dataLost('contacts of everybody');
    const news = events.filter((event) => event.position > position);
    const writes: Promise<boolean>[] = [];
    let [before, forgotten] = [position, over];
    for (let first = 0; first < news.length; first += eventsAtOnce) {
      const some = news.slice(first, first + eventsAtOnce);
      const last = some.at(-1);
      if (!last) break;
      const change = changeOf(some, known, forgotten);
      // Each is only made where the one before was.
      writes.push(write(build, change, Date.parse(last.recordedAt), { before, position: last.position }));
      for (const [name, reservation] of change.open) {
        if (reservation) known.set(name, reservation);
        else known.delete(name);
      }
      [before, forgotten] = [last.position, new Map()];
    }
    return (await Promise.all(writes)).every(Boolean);
  }

  async function write(
    build: Build,
    { open, contacts, holds }: TotalsChange,
    upTo: number,
    move: { before: Position; position: Position } | undefined,
  ): Promise<boolean> {
    const keys = groundOf(build);
    const [ofContacts, ofHolds]: [object[], (readonly number[])[]] = [[], []];
    for (const [counts, ofSeries] of contacts) {
      const ofCounted = keyOf(build, contactsName(counts, ''));
      ofSeries.forEach((minutes, series) => {
        keys.push(ofCounted + series);
        const isOffer = counts === 'DECISION' && series.startsWith('offer:') && !series.includes('|');
        ofContacts.push({ isOffer, minutes });
      });
    }
    for (const [places, ofSeries] of holds) {
      const ofPlaces = keyOf(build, holdsName(places, ''));
      ofSeries.forEach((numbers, series) => {
        keys.push(ofPlaces + series);
        ofHolds.push(numbers);
      });
    }
    const change = { ...move, upTo: String(upTo), book: randomUUID(), contacts: ofContacts, holds: ofHolds };
    const args = [JSON.stringify(change)];
    for (const [name, value] of open) args.push(name, value ? JSON.stringify(value) : '', String(value?.until ?? 0));
    return (await answered(scripts.call('applyTotals', keys, args))) === 1;
  }

  return {
    async apply(events) {
      const [first, last] = [events[0], events.at(-1)];
      if (!first || !last) return;
      // Whoever tells what was told before knows that it may have been lost.
      if (first.position <= reached) reached = beginning;
      // When another projector was quicker, what is left is read anew.
      while (!(await applyOnce(parts.build(), events)));
      reached = last.position;
    },
    async caughtUp(at) {
      await write(parts.build(), changeOf([], new Map(), new Map()), at, undefined);
    },
  };
}
