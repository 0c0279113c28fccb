// Caps of everybody in Redis: replicas take places from blocks that they were granted, and the book is written from the log.
import { randomUUID } from 'node:crypto';
import type { CapEvent } from '../src/aggregates/cap/events.ts';
import { type BoundCap, binds, seriesOf } from '../src/decisioning/caps.ts';
import type { Position, RecordedEvent } from '../src/event-store/event-store.ts';
import type { GuardedScripts } from '../src/redis/guarded-scripts.ts';
import type { Build, RedisKeys } from '../src/redis/redis-keys.ts';
import type { ReservableOffer, Reservation, ReservationRequest } from './cap-gate.ts';
import type { CapTotals } from './cap-totals.ts';
import { ReadSideUnavailable } from './read-side-unavailable.ts';
import { dataLost } from './redis-failures.ts';
import { createRedisTotalsBook, type totalsProjectingScripts } from './redis-totals-book.ts';
import {
  createTotalsQuestions,
  type TotalsAnswer,
  type TotalsAnswers,
  type totalsServingScripts,
} from './redis-totals-questions.ts';
import { createTotalLeases } from './total-leases.ts';
import { createTotalsPauses } from './totals-pauses.ts';
import { createUnappliedContacts } from './unapplied-contacts.ts';

export interface RedisTotalsOptions {
  readonly keys: RedisKeys;
  /** Which build of the caps is meant; asked at each call. */
  readonly build: () => Build;
  readonly serving: GuardedScripts<keyof typeof totalsServingScripts>;
  readonly projecting: GuardedScripts<keyof typeof totalsProjectingScripts>;
  /** Told of each failure of what is done beside. */
  readonly onError: (error: unknown) => void;
  /** Nobody else has it; by default it is random. */
  readonly replicaId?: string;
  /** Milliseconds for which a look serves, by the wall and by the instants of decisions; 250 when absent, 0: every look asks. */
  readonly freshForMs?: number;
  /**
   * Milliseconds within which a reservation is in the log after its place was taken, or never; 10,000 when absent. Clocks
   * of replicas and of the log must differ by less than what it is longer than that really takes.
   */
  readonly recordWithinMs?: number;
  /** Milliseconds after which unused places are given back, again and again; 500 when absent, 0: only when asked to. */
  readonly giveBackEveryMs?: number;
  /** Epoch milliseconds by the wall; the system's when absent. */
  readonly now?: () => number;
  /** Milliseconds by a clock that only goes forward; the process's when absent. */
  readonly monotonic?: () => number;
}

export interface RedisTotals extends CapTotals {
  /** Says that everything that was recorded up to an instant (epoch milliseconds by the wall) is in the book. */
  caughtUp(at: number): Promise<void>;
  /** Gives places back that were not used in time; it is done now and then without being asked. */
  giveBackUnused(): Promise<void>;
  /** Gives all unused places back. */
  close(): Promise<void>;
}

interface WantingOffer extends ReservableOffer {
  readonly series: readonly string[];
}

type TotalsSeen = Awaited<ReturnType<CapTotals['look']>>;

interface View {
  readonly at: number;
  /** By the clock that only goes forward. */
  readonly since: number;
  readonly largest: number;
  /** By key of a cap, with the position of the book that says so. */
  readonly of: ReadonlyMap<string, { readonly answer: TotalsAnswer; readonly position: Position }>;
}

interface Views {
  latest?: View;
  coming?: { readonly at: number; readonly view: Promise<View> };
}

/** A view is looked at again beside decisions when it is not fresh any more, and before the next one when it is so much older. */
const tooOld = 4;
const mostAttempts = 8;
/** So many are one call, during which the server does nothing else: about a millisecond. Calls of a look go out together. */
const capsAtOnce = 50;

/**
 * No window ever holds more than its limit, however many replicas there are. When places are granted at an instant, contacts in its
 * window (whole minutes) + holds + all blocks are within the limit; a block is every place that a replica has in flight or free.
 * Take any window that ends at `e`, and the last grant `g` of a place whose contact is in it. The place is only used at instants whose
 * window begins no earlier than that of `g`: so the contacts of the window of `e` that the book had at `g` were counted at `g`, and all
 * others came from holds and blocks that were counted at `g`. Their sum was within the limit. That goes for rolling and calendar windows,
 * whose beginning only moves on, and for lifetimes. A rule that pauses is asked for every place, by one who knows all its contacts.
 *
 * What a rule does not bind takes no place: contacts with other offers that count in the same series are known to other replicas when they
 * are in the book. Between their reservation and that, and while a block is used, they can come on top.
 */
export function createRedisTotals(options: RedisTotalsOptions): RedisTotals {
  const { keys, build, freshForMs = 250, recordWithinMs = 10_000, giveBackEveryMs = 500 } = options;
  const { now = Date.now, monotonic = () => performance.now(), replicaId = randomUUID() } = options;
  const ask = createTotalsQuestions({ keys, build, scripts: options.serving, replicaId });
  const book = createRedisTotalsBook({ keys, build, scripts: options.projecting });
  const unapplied = createUnappliedContacts();
  const pauses = createTotalsPauses();
  const leases = createTotalLeases({ ask, unapplied, pauses, now, monotonic, recordWithinMs, learn });
  const views = new WeakMap<readonly BoundCap[], Views>();
  let known = { build: build(), book: '' };
  let isReported = false;
  const timer = giveBackEveryMs > 0 ? setInterval(giveBackUnused, giveBackEveryMs).unref() : undefined;

  /** An outage is told once. */
  function giveBackUnused(): void {
    leases.giveBackUnused().then(
      () => {
        isReported = false;
      },
      (error) => {
        if (!isReported) options.onError(error);
        isReported = true;
      },
    );
  }

  function meet(answers?: TotalsAnswers): void {
    const met = { build: build(), book: answers?.book ?? known.book };
    if (met.build !== known.build || met.book !== known.book) leases.forget();
    known = met;
  }

  function learn(answers: TotalsAnswers): void {
    if (answers.book === '' && known.book !== '') throw dataLost('contacts of everybody');
    meet(answers);
    unapplied.learn(answers, monotonic());
  }

  async function see(at: number, caps: readonly BoundCap[]): Promise<View> {
    const since = monotonic();
    const of = new Map<string, { answer: TotalsAnswer; position: Position }>();
    let largest = 0;
    async function seeSome(some: readonly BoundCap[]): Promise<void> {
      const answers = await ask(
        some.map((cap) => {
          const history = pauses.known(cap, at);
          return { cap, at, ...(history && { history }) };
        }),
      );
      learn(answers);
      largest = Math.max(largest, answers.largest);
      for (const [index, cap] of some.entries()) {
        const answer = answers.to[index];
        if (!answer) continue;
        pauses.learn(cap, at, answer);
        of.set(cap.key, { answer, position: answers.position });
      }
    }
    const looks = Math.ceil(caps.length / capsAtOnce);
    await Promise.all(
      Array.from({ length: looks }, (_, index) => seeSome(caps.slice(index * capsAtOnce, (index + 1) * capsAtOnce))),
    );
    return { at, since, largest, of };
  }

  function refresh(state: Views, at: number, caps: readonly BoundCap[]): Promise<View> {
    if (state.coming && Math.abs(state.coming.at - at) <= freshForMs) return state.coming.view;
    const coming = { at, view: see(at, caps) };
    state.coming = coming;
    const settle = () => {
      if (state.coming === coming) delete state.coming;
    };
    coming.view.then((view) => {
      state.latest = view;
      settle();
    }, settle);
    return coming.view;
  }

  async function look(at: number, caps: readonly BoundCap[]): Promise<TotalsSeen> {
    // Of a cap that nobody has looked at, it says that it is full.
    if (caps.length === 0) return { usageOf: ({ rule }) => ({ used: rule.limit }), largestTotal: () => Infinity };
    const state = views.get(caps) ?? {};
    views.set(caps, state);
    const { latest } = state;
    const age = latest ? monotonic() - latest.since : Infinity;
    if (!latest || age >= tooOld * freshForMs || Math.abs(latest.at - at) > freshForMs) {
      return seen(await refresh(state, at, caps), at);
    }
    if (age >= freshForMs) refresh(state, at, caps).catch(options.onError);
    return seen(latest, at);
  }

  function seen({ largest, of }: View, at: number): TotalsSeen {
    return {
      usageOf(cap) {
        const { answer, position } = of.get(cap.key) ?? {};
        if (!answer) return { used: cap.rule.limit };
        const used = answer.used + answer.held + unapplied.countOf(cap, at, position);
        const isLeft = used + answer.others < cap.rule.limit || answer.others === 0 || leases.freeFor(cap, at) > 0;
        const pausedUntil = pauses.pausedUntil(cap, at, unapplied.instantsOf(cap));
        return {
          used: isLeft ? used : Math.max(used, cap.rule.limit),
          ...(pausedUntil !== undefined && { pausedUntil }),
        };
      },
      largestTotal: () => largest + unapplied.size(),
    };
  }

  async function take(request: ReservationRequest): Promise<Reservation> {
    const { decisionId, at } = request;
    meet();
    const asked = new Set<string>();
    for (let attempt = 1; ; attempt += 1) {
      const offers = request.offers
        .filter(({ offerId }) => !unapplied.has(decisionId, offerId))
        .map((offer) => ({ ...offer, series: seriesOf({ ...request, ...offer }) }));
      const { shut, wanted } = placesFor(offers, at, asked);
      if (wanted.size === 0) {
        if (shut) return { reserved: false, ...shut };
        for (const offer of offers) {
          unapplied.add(request, offer, now() + recordWithinMs);
          leases.use(offer.series);
        }
        return { reserved: true };
      }
      if (attempt > mostAttempts) throw new ReadSideUnavailable('totals change too quickly');
      await leases.ask(wanted, at);
      for (const { key } of wanted.keys()) asked.add(key);
    }
  }

  /** The first offer and cap that certainly has no place, and how many places are to be asked for under the caps before it. */
  function placesFor(offers: readonly WantingOffer[], at: number, asked: ReadonlySet<string>) {
    const taken = new Map<string, number>();
    const lacking = new Map<string, { cap: BoundCap; places: number }>();
    const wanted = () => new Map([...lacking.values()].map(({ cap, places }) => [cap, places]));
    const caps = offers.flatMap((offer) => offer.caps.filter(({ rule }) => rule.subject === 'TOTAL'));
    for (const { offerId, series, caps: own } of offers) {
      for (const cap of own) {
        const { key, rule } = cap;
        if (rule.subject !== 'TOTAL') continue;
        const before = taken.get(key) ?? 0;
        if (rule.limit <= before || (asked.has(key) && isShut(cap, before, at))) {
          return { shut: { offerId, by: rule.name }, wanted: wanted() };
        }
        const isFree = leases.freeFor(cap, at) > before && (rule.pauseDays === undefined || asked.has(key));
        if (isFree) continue;
        const other = lacking.get(key);
        const strictest = other && other.cap.rule.limit < rule.limit ? other.cap : cap;
        lacking.set(key, { cap: strictest, places: before + 1 });
      }
      for (const key of new Set(caps.filter((cap) => binds(cap, series)).map((cap) => cap.key))) {
        taken.set(key, (taken.get(key) ?? 0) + 1);
      }
    }
    return { shut: undefined, wanted: wanted() };
  }

  /** Whether the last answer leaves no place after so many that are taken before. */
  function isShut(cap: BoundCap, before: number, at: number): boolean {
    const lease = leases.of(cap);
    if (!lease || lease.isOutdated) return false;
    if (lease.occupied + before >= cap.rule.limit) return true;
    if (lease.isShort && cap.rule.limit <= lease.limit && leases.freeFor(cap, at) <= before) return true;
    return at < (pauses.pausedUntil(cap, at, unapplied.instantsOf(cap)) ?? Number.NEGATIVE_INFINITY);
  }

  async function apply(events: readonly RecordedEvent[]): Promise<void> {
    await book.apply(events);
    for (const { type, data, position } of events as readonly (RecordedEvent & CapEvent)[]) {
      if (type === 'CapReserved') unapplied.recorded(data.decisionId, position);
    }
  }

  return {
    look,
    take,
    giveBack: unapplied.giveBack,
    recorded: unapplied.recorded,
    apply,
    caughtUp: book.caughtUp,
    giveBackUnused: () => leases.giveBackUnused(),
    async close() {
      clearInterval(timer);
      await leases.giveBackUnused(true);
    },
  };
}
