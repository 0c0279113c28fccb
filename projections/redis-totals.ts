// Caps of everybody in Redis: replicas take places from blocks that they were granted, and the book is written from the log.
import { randomUUID } from 'node:crypto';
import type { CapEvent } from '../src/aggregates/cap/events.ts';
import { type BoundCap, binds } from '../src/decisioning/caps.ts';
import type { RecordedEvent } from '../src/event-store/event-store.ts';
import type { GuardedScripts } from '../src/redis/guarded-scripts.ts';
import type { Build, RedisKeys } from '../src/redis/redis-keys.ts';
import type { ReservableOffer, Reservation, ReservationRequest } from './cap-gate.ts';
import type { CapTotals } from './cap-totals.ts';
import { createFirstFailure } from './first-failure.ts';
import { type PreparedOffer, preparedOffer } from './prepared-offers.ts';
import { ReadSideUnavailable } from './read-side-unavailable.ts';
import { dataLost } from './redis-failures.ts';
import { createRedisTotalsBook, type totalsProjectingScripts } from './redis-totals-book.ts';
import { createTotalsQuestions, type TotalsAnswers, type totalsServingScripts } from './redis-totals-questions.ts';
import { createTotalLeases, type WantedPlaces } from './total-leases.ts';
import { createTotalLooks } from './total-looks.ts';
import { createTotalsPauses } from './totals-pauses.ts';
import { createUnappliedContacts } from './unapplied-contacts.ts';

export interface RedisTotalsOptions {
  readonly keys: RedisKeys;
  /** Which build of the caps is meant; asked at each call. */
  readonly build: () => Build;
  readonly serving: GuardedScripts<keyof typeof totalsServingScripts>;
  readonly projecting: GuardedScripts<keyof typeof totalsProjectingScripts>;
  /** Told of the first failure in a row of what is done beside. */
  readonly onError: (error: unknown) => void;
  /** Nobody else has it; by default it is random. */
  readonly replicaId?: string;
  /** Milliseconds for which a look serves, by the wall and by the instants of decisions; 250 when absent, 0: every look asks. */
  readonly freshForMs?: number;
  /**
   * Milliseconds within which a reservation is in the log after its place was taken, or never, unless it is doubted; 10,000 when
   * absent. Clocks of replicas and of the log must differ by less than what it is longer than that really takes.
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

interface WantingOffer extends Pick<PreparedOffer, 'series' | 'totals'> {
  readonly offer: ReservableOffer;
  /** By key: the caps that count it and do not bind it. */
  readonly untold: ReadonlyMap<string, BoundCap>;
}

/** Places that are not known to be free. */
interface Lacking {
  readonly wanted: readonly WantedPlaces[];
}

const mostAttempts = 8;

/**
 * No window ever holds more than its limit, however many replicas there are. When places are granted at an instant, contacts in its
 * window (whole minutes) + holds + all blocks are within the limit; a block is every place that a replica has in flight or free.
 * Take any window that ends at `e`, and the last grant `g` of a place whose contact is in it. The place is only used at instants whose
 * window begins no earlier than that of `g`: so the contacts of the window of `e` that the book had at `g` were counted at `g`, and all
 * others came from holds and blocks that were counted at `g`. Their sum was within the limit. That goes for rolling and calendar windows,
 * whose beginning only moves on, and for lifetimes. A hold becomes a contact while it lasts, and it outlasts its offer by more than an event
 * takes to come into the book. A rule that pauses is asked for every place, by one who knows all contacts that are in the book.
 *
 * A contact that a rule counts and does not bind needs no place, and may come on top; but it counts for every place that is taken later.
 * So the book is told of it before it is answered (its place is in flight, whether there was one or not), and under caps that count such
 * contacts places are asked for one by one, as under those that pause.
 */
export function createRedisTotals(options: RedisTotalsOptions): RedisTotals {
  const { keys, build, freshForMs = 250, recordWithinMs = 10_000, giveBackEveryMs = 500 } = options;
  const { now = Date.now, monotonic = () => performance.now(), replicaId = randomUUID() } = options;
  const ask = createTotalsQuestions({ keys, build, scripts: options.serving, replicaId });
  const book = createRedisTotalsBook({ keys, build, scripts: options.projecting });
  const unapplied = createUnappliedContacts();
  const pauses = createTotalsPauses();
  const leases = createTotalLeases({ ask, unapplied, pauses, now, monotonic, recordWithinMs, learn });
  const looks = { ask, learn, unapplied, pauses, leases, freshForMs, monotonic, beside };
  let known: { readonly build?: Build; readonly book: string } = { book: '' };
  const timer = giveBackEveryMs > 0 ? setInterval(() => beside(giveBackUnused()), giveBackEveryMs).unref() : undefined;
  const telling = createFirstFailure(options.onError);

  /** For work that nobody waits for. */
  function beside(work: Promise<unknown>): void {
    void telling(() => work);
  }

  function meet(answers?: TotalsAnswers): void {
    const met = { build: build(), book: answers?.book ?? known.book };
    if (met.build !== known.build || met.book !== known.book) leases.forget();
    known = met;
  }

  function learn(answers: TotalsAnswers): void {
    if (answers.book === '' && known.book !== '' && known.build === build()) throw dataLost('contacts of everybody');
    meet(answers);
    unapplied.learn(answers, monotonic());
  }

  function take(request: ReservationRequest): Reservation | Promise<Reservation> {
    meet();
    const known = takeKnown(request, noKeys);
    return 'wanted' in known ? takeAsked(request, known.wanted) : known;
  }

  async function takeAsked(request: ReservationRequest, first: readonly WantedPlaces[]): Promise<Reservation> {
    const asked = new Set<string>();
    let wanted = first;
    for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
      await leases.ask(wanted, request.at);
      for (const { cap } of wanted) asked.add(cap.key);
      const known = await takeKnown(request, asked);
      if (!('wanted' in known)) return known;
      wanted = known.wanted;
    }
    throw new ReadSideUnavailable('totals change too quickly');
  }

  /** The same from what is known; or the places that have to be asked for first. */
  function takeKnown(
    request: ReservationRequest,
    asked: ReadonlySet<string>,
  ): Reservation | Promise<Reservation> | Lacking {
    const { decisionId, at } = request;
    const offers: WantingOffer[] = [];
    for (const offer of request.offers) {
      if (!unapplied.has(decisionId, offer.offerId)) offers.push(wanting(request, offer));
    }
    const { shut, wanted } = placesFor(offers, at, asked);
    if (wanted.length > 0) return { wanted };
    if (shut) return { reserved: false, ...shut };
    for (const { offer, series, untold } of offers) {
      unapplied.add(request, offer, now() + recordWithinMs);
      leases.use(series, untold);
    }
    return offers.every(({ untold }) => untold.size === 0) ? allTaken : tell(decisionId, offers, at);
  }

  /** Says which contacts are on their way under caps that count them and do not bind them. */
  async function tell(decisionId: string, offers: readonly WantingOffer[], at: number): Promise<Reservation> {
    const caps = new Map(offers.flatMap(({ untold }) => [...untold]));
    try {
      await leases.ask(
        [...caps.values()].map((cap) => ({ cap, places: 0, isSole: true })),
        at,
      );
    } catch (error) {
      unapplied.giveBack(decisionId);
      throw error;
    }
    return allTaken;
  }

  /** The first offer and cap that certainly has no place, and how many places are to be asked for under the caps before it. */
  function placesFor(offers: readonly WantingOffer[], at: number, asked: ReadonlySet<string>) {
    // Mostly nothing is lacking: then nothing is made.
    let lacking: Map<string, WantedPlaces> | undefined;
    let earlier = 0;
    for (const { offer, totals } of offers) {
      for (const cap of totals) {
        const { key, rule } = cap;
        let before = 0;
        for (let index = 0; index < earlier; index += 1) if (binds(cap, offers[index]?.series ?? [])) before += 1;
        if (rule.limit <= before || (asked.has(key) && isShut(cap, before, at))) {
          return { shut: { offerId: offer.offerId, by: rule.name }, wanted: listOf(lacking) };
        }
        const isSole = rule.pauseDays !== undefined || isLoose(cap, offers);
        if (leases.freeFor(cap, at) > before && (!isSole || asked.has(key))) continue;
        lacking ??= new Map();
        const other = lacking.get(key);
        const strictest = other && other.cap.rule.limit < rule.limit ? other.cap : cap;
        lacking.set(key, { cap: strictest, places: before + 1, isSole });
      }
      earlier += 1;
    }
    return { shut: undefined, wanted: listOf(lacking) };
  }

  /** Whether the last answer leaves no place after so many that are taken before. */
  function isShut(cap: BoundCap, before: number, at: number): boolean {
    const lease = leases.of(cap);
    if (!lease || lease.isOutdated) return false;
    if (lease.occupied + before >= cap.rule.limit) return true;
    if (lease.isShort && cap.rule.limit <= lease.limit && leases.freeFor(cap, at) <= before) return true;
    return at < (pauses.pausedUntil(cap, at, unapplied.instantsOf(cap)) ?? Number.NEGATIVE_INFINITY);
  }

  async function giveBackUnused(): Promise<void> {
    await leases.giveBackUnused();
    // While the catalogue has no totals nobody else asks how far the book is, and contacts would be kept for ever.
    if (unapplied.size() > 0) learn(await ask([]));
  }

  async function apply(events: readonly RecordedEvent[]): Promise<void> {
    await book.apply(events);
    for (const { type, data, position } of events as readonly (RecordedEvent & CapEvent)[]) {
      if (type === 'CapReserved') unapplied.recorded(data.decisionId, position);
    }
  }

  return {
    look: createTotalLooks(looks),
    take,
    giveBack: unapplied.giveBack,
    doubted: unapplied.doubted,
    recorded: unapplied.recorded,
    apply,
    caughtUp: book.caughtUp,
    giveBackUnused,
    async close() {
      clearInterval(timer);
      await leases.giveBackUnused(true);
    },
  };
}

const allTaken: Reservation = { reserved: true };
const noKeys: ReadonlySet<string> = new Set();
const noPlaces: readonly WantedPlaces[] = [];
const nothing: ReadonlyMap<string, BoundCap> = new Map();

function listOf(places: ReadonlyMap<string, WantedPlaces> | undefined): readonly WantedPlaces[] {
  return places ? [...places.values()] : noPlaces;
}

/** Whether one of some offers counts under a cap that does not bind it. */
function isLoose({ key }: BoundCap, offers: readonly WantingOffer[]): boolean {
  for (const { offer } of offers) for (const other of offer.counted ?? []) if (other.key === key) return true;
  return false;
}

function wanting(request: ReservationRequest, offer: ReservableOffer): WantingOffer {
  const { series, totals } = preparedOffer(request, offer);
  return { offer, series, totals, untold: untoldOf(offer) };
}

function untoldOf({ caps, counted = [] }: ReservableOffer): ReadonlyMap<string, BoundCap> {
  if (counted.length === 0) return nothing;
  const own = new Set(caps.map(({ key }) => key));
  return new Map(counted.filter(({ key }) => !own.has(key)).map((cap) => [cap.key, cap]));
}
