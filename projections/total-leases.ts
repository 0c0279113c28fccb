// The places under caps of everybody that a replica may give away without asking, and the asking for more.
import type { BoundCap } from '../src/decisioning/caps.ts';
import { firstMinute, settledMs, type TotalsAnswers, type TotalsQuestion } from './redis-totals-questions.ts';
import type { TotalsPauses } from './totals-pauses.ts';
import type { UnappliedContacts } from './unapplied-contacts.ts';

/** Places under all caps with one key. */
export interface Lease {
  readonly cap: BoundCap;
  /** Places that nobody uses yet. */
  free: number;
  /** They were granted under this limit, */
  limit: number;
  /** for windows from this minute on, */
  since: number;
  /** for instants from this one on, */
  from: number;
  /** and until then, by a clock that only goes forward. */
  deadline: number;
  /** Contacts in the window, holds and places of all at the last answer, without what was granted. */
  occupied: number;
  /** The last answer was less than was asked for. */
  isShort: boolean;
  /** The last answer came from what is not so any more, or has told what is so: asked again, it may be another. */
  isOutdated: boolean;
  /** What it was granted is on its way: `free` is what was used without waiting for it, below 0. */
  isAsking: boolean;
  /** The book has a block of it. */
  isTold: boolean;
}

export interface TotalLeases {
  of(cap: BoundCap): Lease | undefined;
  /**
   * A contact that counts in series has used a place under all their caps, whether it was granted one or not; but not under those that
   * the book is told of next.
   */
  use(series: readonly string[], untold: ReadonlyMap<string, BoundCap>): void;
  /** Places under a cap for an instant. */
  freeFor(cap: BoundCap, at: number): number;
  /** Asks for places, together with whoever asks in the meantime; the answer is in the leases. */
  ask(wanted: readonly WantedPlaces[], at: number): Promise<void>;
  /** Tells the book what is really in use of leases whose time is over, or of all. */
  giveBackUnused(all?: boolean): Promise<void>;
  /** There is another book, which knows nothing of places that are free. */
  forget(): void;
}

/**
 * A place that was granted is given away within this time or not at all. Shorter than the second that a rebuilt book waits
 * before it serves: what was taken on the word of the one before is in it.
 */
const useWithinMs = 500;

export interface LeaseParts {
  readonly ask: (questions: readonly TotalsQuestion[]) => Promise<TotalsAnswers>;
  readonly unapplied: UnappliedContacts;
  readonly pauses: TotalsPauses;
  readonly now: () => number;
  readonly monotonic: () => number;
  readonly recordWithinMs: number;
  readonly learn: (answers: TotalsAnswers) => void;
}

export interface WantedPlaces {
  cap: BoundCap;
  /** 0: it is only told how many are in use. */
  places: number;
  /** None for later. */
  isSole: boolean;
}

interface Wanted extends WantedPlaces {
  at: number;
}

const none: ReadonlySet<Lease> = new Set();

export function createTotalLeases(parts: LeaseParts): TotalLeases {
  const { unapplied, pauses } = parts;
  const leases = new Map<string, Lease>();
  const bySeries = new Map<string, Set<Lease>>();
  let waiting: Map<string, Wanted> | undefined;
  let next = Promise.resolve();
  let last = Promise.resolve();

  function leaseOf(cap: BoundCap): Lease {
    let lease = leases.get(cap.key);
    if (!lease) {
      const never = { free: 0, limit: cap.rule.limit, since: 0, from: 0, deadline: Number.NEGATIVE_INFINITY };
      const state = { isShort: false, isOutdated: false, isAsking: false, isTold: false };
      lease = { cap, ...never, occupied: 0, ...state };
      leases.set(cap.key, lease);
      for (const name of cap.series) bySeries.set(name, (bySeries.get(name) ?? new Set<Lease>()).add(lease));
    }
    return lease;
  }

  function end(lease: Lease): void {
    leases.delete(lease.cap.key);
    for (const name of lease.cap.series) {
      const ofSeries = bySeries.get(name);
      ofSeries?.delete(lease);
      if (ofSeries?.size === 0) bySeries.delete(name);
    }
  }

  /** One call at a time: what it says of a replica's places is the last word. */
  function queue(wanted: Iterable<Wanted>): Promise<void> {
    if (!waiting) {
      waiting = new Map();
      next = last.then(send);
      last = next.catch(() => {});
    }
    for (const { cap, places, isSole, at } of wanted) {
      const before = waiting.get(cap.key);
      if (before) {
        if (places > 0) before.at = before.places > 0 ? Math.min(before.at, at) : at;
        before.places += places;
        before.isSole ||= isSole;
        if (cap.rule.limit < before.cap.rule.limit) before.cap = cap;
      } else waiting.set(cap.key, { cap, places, isSole, at });
    }
    return next;
  }

  async function send(): Promise<void> {
    const wanted = [...(waiting?.values() ?? [])];
    waiting = undefined;
    // Its time begins before the call: the book, which begins later, ends it later.
    const [deadline, till] = [parts.monotonic() + useWithinMs, parts.now() + useWithinMs + parts.recordWithinMs];
    const asked = wanted.map(({ cap, places, isSole, at }) => {
      const lease = leaseOf(cap);
      // If there is no answer, the book may have given places that nobody knows of, until it is told again.
      Object.assign(lease, { free: 0, isAsking: true, isTold: true });
      const history = places > 0 ? pauses.known(cap, at) : undefined;
      const own = unapplied.countOf(cap, at);
      const block = { wanted: places, own, inFlight: unapplied.countOf(cap), till, sole: isSole };
      const question: TotalsQuestion = { cap, at, ...(history && { history }), block };
      return { question, block, lease, hasEnded: unapplied.hasEnded(cap, at - settledMs, at) };
    });
    try {
      const answers = await parts.ask(asked.map(({ question }) => question));
      parts.learn(answers);
      for (const [index, { question, block, lease, hasEnded }] of asked.entries()) {
        const answer = answers.to[index];
        if (!answer) continue;
        const { cap, at } = question;
        pauses.learn(cap, at, answer);
        const isExact = cap.rule.counts !== 'DECISION' && (answer.hasLapsed || hasEnded);
        Object.assign(lease, {
          free: Math.max(0, answer.granted + lease.free),
          limit: cap.rule.limit,
          since: firstMinute(cap, at),
          from: isExact ? at : cap.rule.counts === 'DECISION' ? Number.NEGATIVE_INFINITY : at - settledMs,
          deadline,
          occupied: answer.used + answer.held + answer.others + block.own,
          isShort: answer.granted < block.wanted,
          // What was in flight and has come into the book was counted twice.
          isOutdated: answer.history !== undefined || unapplied.countOf(cap, at) < block.own,
          isTold: block.inFlight + answer.granted > 0,
        });
      }
    } finally {
      for (const { lease } of asked) {
        lease.isAsking = false;
        lease.free = Math.max(0, lease.free);
      }
    }
  }

  return {
    of: ({ key }) => leases.get(key),
    use(series, untold) {
      for (const name of series) {
        for (const lease of bySeries.get(name) ?? none) {
          if (lease.free <= 0 && !lease.isAsking) continue;
          const { key, series: counted } = lease.cap;
          // A contact that is in several series of a cap is one contact.
          const isFirst = counted.length === 1 || counted.find((each) => series.includes(each)) === name;
          if (isFirst && !untold.has(key)) lease.free -= 1;
        }
      }
    },
    freeFor(cap, at) {
      const lease = leases.get(cap.key);
      if (!lease || lease.free <= 0 || parts.monotonic() >= lease.deadline) return 0;
      const isMeant = cap.rule.limit >= lease.limit && at >= lease.from && firstMinute(cap, at) >= lease.since;
      return isMeant ? lease.free : 0;
    },
    ask: (wanted, at) => queue(wanted.map((each) => ({ ...each, at }))),
    async giveBackUnused(all = false) {
      const over = [...leases.values()].filter(({ deadline }) => all || deadline <= parts.monotonic());
      for (const lease of over) if (!lease.isTold) end(lease);
      const told = over.filter(({ isTold }) => isTold);
      if (told.length > 0) await queue(told.map(({ cap }) => ({ cap, places: 0, isSole: false, at: parts.now() })));
    },
    forget() {
      for (const lease of leases.values()) lease.free = Math.min(0, lease.free);
    },
  };
}
