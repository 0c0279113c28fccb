// What replicas ask the book of totals: how full caps are, and for places under them; all caps in one call.
import { type BoundCap, windowStart } from '../src/decisioning/caps.ts';
import { type GuardedScripts, readLua } from '../src/redis/guarded-scripts.ts';
import type { Build, RedisKeys } from '../src/redis/redis-keys.ts';
import { allPlaces, placeOf } from './contact-book.ts';
import { answered } from './redis-failures.ts';
import { contactsName, holdsName } from './totals-change.ts';
import type { BookState } from './unapplied-contacts.ts';

/** The scripts that replicas ask with. */
export const totalsServingScripts = { askTotals: readLua(new URL('./lua/ask-totals.lua', import.meta.url)) };

export interface TotalsHistory {
  /** How many contacts there were ever when they were asked for; -1: they were not. */
  readonly ever: number;
  /** They are needed from this day on; absent: all. */
  readonly from?: number;
}

export interface TotalsQuestion {
  readonly cap: BoundCap;
  readonly at: number;
  /** What is known of the minutes of contacts, when they matter. */
  readonly history?: TotalsHistory;
  /** What the replica has of places, and wants; absent: it only looks. */
  readonly block?: {
    readonly wanted: number;
    /** Contacts of its own that are not in the book and count at the instant. */
    readonly own: number;
    /** All contacts of its own that are not in the book. */
    readonly inFlight: number;
    /** The instant after which nothing of the block is on its way to the log any more. */
    readonly till: number;
    /** It wants no places for later. */
    readonly sole: boolean;
  };
}

export interface TotalsAnswer {
  readonly used: number;
  readonly held: number;
  /** In the blocks of others. */
  readonly others: number;
  readonly granted: number;
  /** Holds have ended within `settledMs` before the instant. */
  readonly hasLapsed: boolean;
  /** Contacts ever. */
  readonly ever: number;
  /** Days and hours of each series, a name and a value in turn; absent when what was known is still so. */
  readonly history?: readonly (readonly string[])[];
}

export interface TotalsAnswers extends BookState {
  /** Another name is another book: of blocks it knows nothing. */
  readonly book: string;
  readonly largest: number;
  /** In the order of the questions. */
  readonly to: readonly TotalsAnswer[];
}

/** What is always asked of a cap. */
interface AskedCap {
  /** Of its blocks, then of its contacts, then of its holds. */
  readonly keys: readonly string[];
  /** How the question begins, as JSON. */
  readonly text: string;
}

/** As long as `ask-totals.lua` says. */
export const settledMs = 2000;

/** The minute in which the window of a cap begins; -Infinity for a lifetime. */
export function firstMinute({ rule }: BoundCap, at: number): number {
  return Math.floor(windowStart(rule, at, 'UTC') / 60_000);
}

/** Gives the function that asks. It fails with ReadSideUnavailable: what was asked may have been done. */
export function createTotalsQuestions(parts: {
  readonly keys: RedisKeys;
  readonly build: () => Build;
  readonly scripts: GuardedScripts<keyof typeof totalsServingScripts>;
  readonly replicaId: string;
}): (questions: readonly TotalsQuestion[]) => Promise<TotalsAnswers> {
  const known = new WeakMap<BoundCap, { readonly build: Build; readonly asked: AskedCap }>();

  function askedOf(build: Build, cap: BoundCap): AskedCap {
    const before = known.get(cap);
    if (before?.build === build) return before.asked;
    const keyOf = (part: string) => parts.keys.totals(build, part);
    const { key, series, rule } = cap;
    const place = rule.counts === 'DECISION' ? 0 : placeOf[rule.counts];
    const places = Array.from({ length: allPlaces }, (_, index) => index + 1).filter((each) => (each & place) > 0);
    const contacts = series.map((name) => keyOf(contactsName(rule.counts, name)));
    const holds = series.flatMap((name) => places.map((each) => keyOf(holdsName(each, name))));
    const asked = {
      keys: [keyOf(`blocks:${key}`), ...contacts, ...holds],
      text: `{"contacts":${contacts.length},"holds":${holds.length},"limit":${rule.limit}`,
    };
    known.set(cap, { build, asked });
    return asked;
  }

  let calls = 0;

  return async (questions) => {
    calls += 1;
    const build = parts.build();
    const keys = [parts.keys.totals(build, 'book')];
    let texts = '';
    for (const { cap, at, history, block } of questions) {
      const asked = askedOf(build, cap);
      for (const key of asked.keys) keys.push(key);
      const since = firstMinute(cap, at);
      texts += `${texts === '' ? '' : ','}${asked.text},"at":${at}`;
      if (Number.isFinite(since)) texts += `,"since":${since}`;
      if (history) texts += `,"history":${JSON.stringify(history)}`;
      texts += block ? `,"block":${JSON.stringify(block)}}` : '}';
    }
    const reply = await answered(parts.scripts.call('askTotals', keys, [parts.replicaId, `[${texts}]`, calls]));
    const [position, name, upTo, largest, ...answers] = reply as [string, string, number, number, ...Reply[]];
    const to = answers.map(([used, held, others, granted, lapsed, ever, history]) => {
      const hasLapsed = lapsed === 1;
      return { used, held, others, granted, hasLapsed, ever, ...(history && { history }) };
    });
    return { position, book: name, upTo, largest, to };
  };
}

type Reply = [number, number, number, number, number, number, string[][] | null];
