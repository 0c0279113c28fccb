// The cap gate in Redis: all replicas ask one script, which checks and reserves in one go what concerns a customer.
import type { CapEvent } from '../src/aggregates/cap/events.ts';
import type { ContactFacts } from '../src/decisioning/decision-request.ts';
import type { RecordedEvent } from '../src/event-store/event-store.ts';
import { createLastUsed } from '../src/last-used.ts';
import { createCallsTogether } from '../src/redis/calls-together.ts';
import type { GuardedScripts } from '../src/redis/guarded-scripts.ts';
import type { RedisConnection } from '../src/redis/redis-connection.ts';
import type { Build, RedisKeys } from '../src/redis/redis-keys.ts';
import type { SameSlotReads } from '../src/redis/same-slot-reads.ts';
import { countCaps } from './cap-counting.ts';
import type { CapGate, Reservation, ReservationRequest } from './cap-gate.ts';
import { askForReservation, type CapReply, reservationOver } from './cap-question.ts';
import type { CapTotals, TotalsSeen } from './cap-totals.ts';
import { offersIn } from './contact-book.ts';
import { ReadSideUnavailable } from './read-side-unavailable.ts';
import { applyCapEvents, customerKeys } from './redis-cap-events.ts';
import type { CapProjectingScript, CapServingScript } from './redis-cap-scripts.ts';
import { createRedisExpiries } from './redis-expiries.ts';
import { answered } from './redis-failures.ts';
import type { Follower } from './runner.ts';
import { readContacts, type StoredContacts } from './stored-contacts.ts';

export interface RedisCapGateOptions {
  readonly connection: Pick<RedisConnection, 'together' | 'bySlot' | 'slotOf'>;
  readonly keys: RedisKeys;
  /** Which build of the caps is meant; asked at each call. */
  readonly build: () => Build;
  /** For all but `apply`. */
  readonly serving: GuardedScripts<CapServingScript>;
  /** For `apply`. */
  readonly projecting: GuardedScripts<CapProjectingScript>;
  /** Of scripts that are `answering`. */
  readonly reads: SameSlotReads;
  readonly totals: CapTotals;
  /** Milliseconds after which an expired offer is reported again when the log does not say that it ended; 60,000 when absent. */
  readonly claimMs?: number;
}

export interface RedisCapGate extends CapGate {
  /** Do together what `apply` does; none of them waits for another. */
  readonly counting: readonly Follower[];
}

/** Pauses are worked out from what was looked at last; somebody may change it before each try. */
const mostTries = 100;
/** Of those that are decided about at the same time. */
const looksKept = 500;

/**
 * Of each series and counted event the newest 1,000 contacts of a customer are told apart. Those before only count, all of them in every
 * window that reaches back to the newest of them: never too low, exact for lifetimes, and for limits up to 1,000 without a pause.
 */
export function createRedisCapGate(options: RedisCapGateOptions): RedisCapGate {
  const { keys, build, serving, reads, totals } = options;
  const expiries = createRedisExpiries(options);
  /** By customer. */
  const looks = createLastUsed<StoredContacts>(looksKept);
  /** By decision: a reservation that nobody takes back would count as a decision for ever. */
  const unwithdrawn = new Map<string, { readonly customerId: string; underWay?: Promise<void> | undefined }>();

  /** What asks Redis more than once begins. */
  const parts: readonly CapGate['apply'][] = [
    totals.apply,
    (events) => applyCapEvents({ ...options, build: build() }, events as readonly (RecordedEvent & CapEvent)[]),
    (events) => expiries.apply(events as readonly (RecordedEvent & CapEvent)[]),
  ];

  const callFor = createCallsTogether(
    options.connection.slotOf,
    (): Question[] => [],
    async (questions): Promise<readonly (CapReply | Error)[]> => {
      try {
        return await reserveTogether(questions);
      } catch (error) {
        if (questions.length === 1 || error instanceof ReadSideUnavailable) throw error;
        // Something is wrong with what one of them has there: the others are not concerned. What is reserved already stays so.
        return Promise.all(questions.map((question) => reserveTogether([question]).then(first, (own: Error) => own)));
      }
    },
  );

  function reserveTogether(questions: readonly Question[]): Promise<CapReply[]> {
    const places: string[] = [];
    const texts: string[] = [];
    // By now: with the scripts of a build only what is in it may be changed.
    const current = build();
    for (const { customerId, text } of questions) {
      places.push(keys.caps(current, customerId), keys.capReservations(current, customerId));
      texts.push(text);
    }
    return answered(serving.call('reserveOffers', places, texts)) as Promise<CapReply[]>;
  }

  async function reserveForCustomer(request: ReservationRequest, refused: Refusal | undefined): Promise<Reservation> {
    const { customerId } = request;
    for (let tries = 0; tries < mostTries; tries++) {
      const question = askForReservation(request, looks.get(customerId), refused);
      const call = callFor(customerId);
      const place = call.asked.push({ customerId, text: question.text }) - 1;
      const reply = (await call.reply)[place] as CapReply | Error;
      if (reply instanceof Error) throw reply;
      const answer = question.answerIn(reply);
      if (answer) return answer;
      looks.set(customerId, readContacts(reply[1] as string[]));
    }
    throw new ReadSideUnavailable(`the contacts of ${customerId} change faster than they can be looked at`);
  }

  function contactsIn(
    customerId: string,
    at: number,
    fields: readonly string[],
    ofEverybody: TotalsSeen,
  ): (timeZone: string) => ContactFacts {
    const contacts = readContacts(fields);
    looks.set(customerId, contacts);
    return (timeZone) => ({
      usageOf: (cap) => (cap.rule.subject === 'TOTAL' ? ofEverybody.usageOf(cap) : contacts.usageOf(cap, at, timeZone)),
      lastContactAt: (series, callId) => contacts.lastContactAt(series, callId, at),
      largestTotal: ofEverybody.largestTotal,
      touchedOffers: () => offersIn(contacts),
    });
  }

  /** Whoever comes while it is under way waits for it: to ask again would only keep a slow server from getting there. */
  function withdraw(customerId: string, decisionId: string): Promise<void> {
    const known = unwithdrawn.get(decisionId) ?? { customerId };
    unwithdrawn.set(decisionId, known);
    known.underWay ??= withdrawNow(customerId, decisionId).finally(() => {
      known.underWay = undefined;
    });
    return known.underWay;
  }

  async function withdrawNow(customerId: string, decisionId: string): Promise<void> {
    const ofCustomer = customerKeys(keys, build(), customerId);
    const left = await answered(serving.call('withdrawReservations', ofCustomer, [decisionId]));
    unwithdrawn.delete(decisionId);
    if (left === 0) totals.giveBack(decisionId);
  }

  return {
    async look(customerId, at, totalCaps) {
      // Only then: what is read of a customer in one turn is one round trip.
      if (unwithdrawn.size > 0) {
        await Promise.all(Array.from(unwithdrawn, ([decision, { customerId: owner }]) => withdraw(owner, decision)));
      }
      const reading = reads.hash(customerId, keys.caps(build(), customerId));
      const seeing = totals.look(at, totalCaps());
      if (!(seeing instanceof Promise)) return contactsIn(customerId, at, await reading, seeing);
      const [fields, ofEverybody] = await Promise.all([reading, seeing]);
      return contactsIn(customerId, at, fields, ofEverybody);
    },

    async reserve(request) {
      const taking = totals.take(request);
      const taken = taking instanceof Promise ? await taking : taking;
      // What is refused there, the caps of the customer may refuse before.
      const reservation = await reserveForCustomer(request, taken.reserved ? undefined : taken);
      if (taken.reserved && !reservation.reserved && reservation.by !== reservationOver)
        totals.giveBack(request.decisionId);
      return reservation;
    },

    withdraw,

    doubted: totals.doubted,
    recorded: totals.recorded,

    counting: parts.map((apply) => countCaps({ apply })),
    async apply(events) {
      await Promise.all(parts.map((part) => part(events)));
    },

    expired: expiries.claim,
  };
}

/** A reservation that is asked for together with those of others. */
interface Question {
  readonly customerId: string;
  readonly text: string;
}

const first = ([reply]: readonly CapReply[]) => reply as CapReply;

type Refusal = Reservation & { readonly reserved: false };
