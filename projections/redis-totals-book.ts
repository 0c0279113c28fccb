// The book of totals in Redis: what everybody together has of contacts and holds, written from the log only and exactly once.
import { randomUUID } from 'node:crypto';
import { beginning, type Position, type RecordedEvent } from '../src/event-store/event-store.ts';
import { type GuardedScripts, readLua } from '../src/redis/guarded-scripts.ts';
import type { Build, RedisKeys } from '../src/redis/redis-keys.ts';
import { answered, dataLost } from './redis-failures.ts';
import { changeOf, type OpenReservation, reservationsIn, type TotalsChange } from './totals-change.ts';

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
  readonly known: ReadonlyMap<string, OpenReservation>;
  readonly over: ReadonlyMap<string, OpenReservation>;
}

/** Together they are one call, during which the server does nothing else: some milliseconds when all are of different series. */
const eventsAtOnce = 50;
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

  async function applySome(build: Build, events: readonly RecordedEvent[]): Promise<void> {
    // Whoever tells what was told before knows that it may have been lost.
    if ((events[0]?.position ?? reached) <= reached) reached = beginning;
    const newest = events.reduce((latest, { metadata }) => Math.max(latest, Date.parse(metadata.at)), 0);
    for (;;) {
      const { position, known, over } = await read(build, reservationsIn(events), newest - rememberedMs);
      if (position < reached) throw dataLost('contacts of everybody');
      const news = events.filter((event) => event.position > position);
      const last = news.at(-1);
      if (!last) break;
      const change = changeOf(news, known, over);
      const isDone = await write(build, change, Date.parse(last.recordedAt), {
        before: position,
        position: last.position,
      });
      if (isDone) break;
      // Another projector was quicker: what is left is read anew.
    }
    reached = events.at(-1)?.position ?? reached;
  }

  async function write(
    build: Build,
    { open, contacts, holds }: TotalsChange,
    upTo: number,
    move: { before: Position; position: Position } | undefined,
  ): Promise<boolean> {
    const changed = [...contacts.keys(), ...holds.keys()].map((part) => keyOf(build, part));
    const keys = [...groundOf(build), ...changed];
    const change = {
      ...move,
      upTo: String(upTo),
      book: randomUUID(),
      open: [...open].flatMap(([name, value]) => [name, value ? JSON.stringify(value) : '', String(value?.until ?? 0)]),
      contacts: [...contacts].map(([name, minutes]) => ({
        isOffer: name.startsWith('contacts:DECISION:offer:') && !name.includes('|'),
        minutes: [...minutes].flat(),
      })),
      holds: [...holds.values()].map((list) =>
        [...list].flatMap(([name, until]) => [name, until === undefined ? '' : String(until)]),
      ),
    };
    return (await answered(scripts.call('applyTotals', keys, [JSON.stringify(change)]))) === 1;
  }

  return {
    async apply(events) {
      const build = parts.build();
      for (let first = 0; first < events.length; first += eventsAtOnce) {
        await applySome(build, events.slice(first, first + eventsAtOnce));
      }
    },
    async caughtUp(at) {
      await write(parts.build(), changeOf([], new Map(), new Map()), at, undefined);
    },
  };
}
