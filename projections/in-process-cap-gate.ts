// The cap gate in the memory of one process: exact for each customer, whole minutes for totals, rebuilt from the log at start.
import type { CapEvent } from '../src/aggregates/cap/events.ts';
import { admits, type BoundCap, seriesOf } from '../src/decisioning/caps.ts';
import type { CapGate, Reservation, ReservationRequest } from './cap-gate.ts';
import {
  addContact,
  addHold,
  allPlaces,
  type ContactBook,
  createContactBook,
  type Holdable,
  type Places,
  placeOf,
  removeContact,
  removeHold,
  usageIn,
} from './contact-book.ts';
import { createExpiryQueue } from './expiry-queue.ts';

/** One offer of a decision. It is remembered as long as the gate lives: an event of it may come again. */
interface Held {
  readonly customerId: string;
  readonly decisionId: string;
  readonly offerId: string;
  readonly callId: string;
  readonly series: readonly string[];
  readonly reservedAt: number;
  /** Until then it holds a place for each of `holding`; that instant is the last one. */
  heldUntil: number;
  holding: Places;
  confirmed: Places;
  /** It is in the log: from then on only the log changes it. */
  recorded: boolean;
}

type ReservedContact = Pick<
  ReservationRequest,
  'customerId' | 'decisionId' | 'callId' | 'placementId' | 'channel' | 'offerId' | 'tags'
>;

interface Customer {
  readonly book: ContactBook;
  /** By decision id. */
  readonly reservations: Map<string, Held[]>;
  /** Reservations that may still be presented. */
  readonly open: Set<Held>;
  /** The latest impressions of two different calls by series: one of them is always by another call. */
  readonly impressions: Map<string, readonly Impression[]>;
}

interface Impression {
  readonly callId: string;
  readonly at: number;
}

const minute = 60_000;

export function createInProcessCapGate(): CapGate {
  const customers = new Map<string, Customer>();
  const totals = createContactBook(minute);
  const expiries = createExpiryQueue<Held>();
  /** One list of names for all contacts that have the same: there are few different ones. */
  const seriesNames = new Map<string, readonly string[]>();

  function customerOf(customerId: string): Customer {
    let customer = customers.get(customerId);
    if (!customer) {
      customer = { book: createContactBook(1), reservations: new Map(), open: new Set(), impressions: new Map() };
      customers.set(customerId, customer);
    }
    return customer;
  }

  function find(customerId: string, decisionId: string, offerId: string): Held | undefined {
    return customers
      .get(customerId)
      ?.reservations.get(decisionId)
      ?.find((held) => held.offerId === offerId);
  }

  function usageOf(customer: Customer | undefined, cap: BoundCap, at: number, timeZone: string) {
    return usageIn(cap.rule.subject === 'TOTAL' ? totals : customer?.book, cap, at, timeZone);
  }

  function reserve(request: ReservationRequest): Reservation {
    const { customerId, decisionId, offerId, callId, timeZone, cooling, at } = request;
    const known = find(customerId, decisionId, offerId);
    if (known) return isAlive(known, at) ? { reserved: true } : { reserved: false, by: 'RESERVATION_OVER' };
    const customer = customers.get(customerId);
    for (const cap of request.caps) {
      if (!admits(cap, usageOf(customer, cap, at, timeZone), at)) return { reserved: false, by: cap.rule.name };
    }
    if (cooling) {
      const last = lastContactAt(customer, cooling.series, callId, at);
      if (last !== undefined && last > at - cooling.seconds * 1000) return { reserved: false, by: 'COOLING_WINDOW' };
    }
    hold(request, at, request.heldUntil, false);
    return { reserved: true };
  }

  function hold(contact: ReservedContact, at: number, heldUntil: number, recorded: boolean): void {
    const { customerId, decisionId, offerId, callId } = contact;
    const customer = customerOf(customerId);
    const held: Held = {
      customerId,
      decisionId,
      offerId,
      callId,
      series: sharedSeriesOf(contact),
      reservedAt: at,
      heldUntil,
      holding: 0,
      confirmed: 0,
      recorded,
    };
    const ofDecision = customer.reservations.get(decisionId);
    if (ofDecision) ofDecision.push(held);
    else customer.reservations.set(decisionId, [held]);
    for (const book of [customer.book, totals]) addContact(book, held.series, 'DECISION', at);
    customer.open.add(held);
    holdPlaces(held, allPlaces, heldUntil);
  }

  function sharedSeriesOf(contact: ReservedContact): readonly string[] {
    const key = `${contact.placementId}|${contact.channel}|${contact.offerId}|${contact.tags.join('|')}`;
    let series = seriesNames.get(key);
    if (!series) {
      series = seriesOf(contact);
      seriesNames.set(key, series);
    }
    return series;
  }

  /** Gives back the places that it holds and holds these ones instead. */
  function holdPlaces(held: Held, places: Places, until: number): void {
    for (const book of [customerOf(held.customerId).book, totals]) {
      if (held.holding > 0) removeHold(book, held.series, held.holding, held.heldUntil);
      if (places > 0) addHold(book, held.series, places, until);
    }
    if (places > 0 && (until !== held.heldUntil || held.holding === 0)) expiries.add(until, held);
    held.holding = places;
    held.heldUntil = until;
  }

  function confirm(held: Held, counted: Holdable, at: number, heldUntil: number): void {
    const place = placeOf[counted];
    if ((held.confirmed & place) > 0) return;
    held.confirmed |= place;
    const customer = customerOf(held.customerId);
    customer.open.delete(held);
    for (const book of [customer.book, totals]) addContact(book, held.series, counted, at);
    if (counted !== 'IMPRESSION') {
      holdPlaces(held, held.holding & ~place, held.heldUntil);
      return;
    }
    // Also when the reservation had lapsed: the log says that it was presented in time.
    holdPlaces(held, allPlaces & ~held.confirmed, heldUntil);
    for (const name of held.series) rememberImpression(customer, name, { callId: held.callId, at });
  }

  function giveBack(held: Held): void {
    holdPlaces(held, 0, held.heldUntil);
    customers.get(held.customerId)?.open.delete(held);
  }

  return {
    async usage(customerId, timeZone, at) {
      return {
        usageOf: (cap) => usageOf(customers.get(customerId), cap, at, timeZone),
        lastContactAt: (series, callId) => lastContactAt(customers.get(customerId), series, callId, at),
      };
    },

    async reserve(request) {
      return reserve(request);
    },

    async withdraw(customerId, decisionId, offerId) {
      const held = find(customerId, decisionId, offerId);
      if (!held || held.recorded) return;
      const customer = customerOf(customerId);
      giveBack(held);
      for (const book of [customer.book, totals]) removeContact(book, held.series, 'DECISION', held.reservedAt);
      const others = customer.reservations.get(decisionId)?.filter((other) => other !== held) ?? [];
      if (others.length > 0) customer.reservations.set(decisionId, others);
      else customer.reservations.delete(decisionId);
    },

    apply(event: CapEvent, at: string) {
      const { customerId, decisionId } = event.data;
      switch (event.type) {
        case 'CapReserved':
          for (const offer of event.data.offers) {
            const known = find(customerId, decisionId, offer.offerId);
            if (known) known.recorded = true;
            else hold({ ...event.data, ...offer }, Date.parse(at), Date.parse(event.data.heldUntil), true);
          }
          return;
        case 'CapConfirmed': {
          // Without its reservation there would be no series to count it in; the aggregate refuses such a confirmation.
          const held = find(customerId, decisionId, event.data.offerId);
          if (held) confirm(held, event.data.counted, Date.parse(at), Date.parse(event.data.heldUntil));
          return;
        }
        case 'CapReleased': {
          const held = find(customerId, decisionId, event.data.offerId);
          if (held) giveBack(held);
          return;
        }
      }
    },

    async expired(at) {
      const lapsed: { customerId: string; decisionId: string; offerId: string }[] = [];
      for (let due = expiries.takeBefore(at); due; due = expiries.takeBefore(at)) {
        const { item: held, until } = due;
        if (held.holding === 0 || held.heldUntil !== until) continue;
        giveBack(held);
        const { customerId, decisionId, offerId } = held;
        if (held.confirmed === 0) lapsed.push({ customerId, decisionId, offerId });
      }
      return lapsed;
    },
  };
}

/** It was presented, or still may be. */
function isAlive(held: Held, at: number): boolean {
  return held.confirmed > 0 || (held.holding > 0 && at <= held.heldUntil);
}

/** The latest impression or open reservation in a series that another call made. */
function lastContactAt(customer: Customer | undefined, series: string, callId: string, at: number): number | undefined {
  if (!customer) return undefined;
  let last = customer.impressions.get(series)?.find((impression) => impression.callId !== callId)?.at;
  for (const held of customer.open) {
    if (held.callId === callId || held.heldUntil < at || !held.series.includes(series)) continue;
    if (last === undefined || held.reservedAt > last) last = held.reservedAt;
  }
  return last;
}

function rememberImpression({ impressions }: Customer, series: string, impression: Impression): void {
  const latest: Impression[] = [];
  for (const each of [...(impressions.get(series) ?? []), impression].sort((one, other) => other.at - one.at)) {
    if (!latest.some(({ callId }) => callId === each.callId)) latest.push(each);
  }
  impressions.set(series, latest.slice(0, 2));
}
