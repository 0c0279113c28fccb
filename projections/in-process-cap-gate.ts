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
  type Entry,
  entriesOf,
  type Holdable,
  offersIn,
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
  readonly series: Series;
  readonly reservedAt: number;
  /** Until then it holds a place for each of `holding`; that instant is the last one. */
  heldUntil: number;
  holding: Places;
  confirmed: Places;
  /** It is in the log: from then on only the log changes it. */
  recorded: boolean;
}

/** The series in which a contact counts. */
interface Series {
  readonly names: readonly string[];
  /** What everybody together has of them. */
  readonly totals: readonly Entry[];
  /** That of the offer, of `totals`. */
  readonly ofOffer: Entry | undefined;
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
  let largestTotal = 0;
  const expiries = createExpiryQueue<Held>();
  /** One for all contacts that count in the same series: there are few different ones. */
  const knownSeries = new Map<string, Series>();

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
    const entries = entriesOf(customer.book, held.series.names);
    addContact(entries, 'DECISION', at);
    addContact(held.series.totals, 'DECISION', at);
    // Whatever else is counted of an offer was decided before.
    largestTotal = Math.max(largestTotal, held.series.ofOffer?.DECISION?.total ?? 0);
    customer.open.add(held);
    holdPlaces(held, entries, allPlaces, heldUntil);
  }

  function sharedSeriesOf(contact: ReservedContact): Series {
    const key = `${contact.placementId}|${contact.channel}|${contact.offerId}|${contact.tags.join('|')}`;
    let series = knownSeries.get(key);
    if (!series) {
      const names = seriesOf(contact);
      const entries = entriesOf(totals, names);
      series = { names, totals: entries, ofOffer: entries[names.indexOf(`offer:${contact.offerId}`)] };
      knownSeries.set(key, series);
    }
    return series;
  }

  /** Gives back the places that it holds and holds these ones instead; `entries` are the customer's of its series. */
  function holdPlaces(held: Held, entries: readonly Entry[], places: Places, until: number): void {
    if (held.holding > 0) {
      removeHold(entries, held.holding, held.heldUntil);
      removeHold(held.series.totals, held.holding, held.heldUntil);
    }
    if (places > 0) {
      addHold(entries, places, until);
      addHold(held.series.totals, places, until);
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
    const entries = entriesOf(customer.book, held.series.names);
    addContact(entries, counted, at);
    addContact(held.series.totals, counted, at);
    if (counted !== 'IMPRESSION') {
      holdPlaces(held, entries, held.holding & ~place, held.heldUntil);
      return;
    }
    // Also when the reservation had lapsed: the log says that it was presented in time.
    holdPlaces(held, entries, allPlaces & ~held.confirmed, heldUntil);
    const impression = { callId: held.callId, at };
    for (const name of held.series.names) rememberImpression(customer, name, impression);
  }

  function giveBack(held: Held): void {
    const customer = customerOf(held.customerId);
    if (held.holding > 0) holdPlaces(held, entriesOf(customer.book, held.series.names), 0, held.heldUntil);
    customer.open.delete(held);
  }

  return {
    async usage(customerId, timeZone, at) {
      return {
        usageOf: (cap) => usageOf(customers.get(customerId), cap, at, timeZone),
        lastContactAt: (series, callId) => lastContactAt(customers.get(customerId), series, callId, at),
        largestTotal: () => largestTotal,
        touchedOffers: () => offersIn(customers.get(customerId)?.book),
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
      removeContact(entriesOf(customer.book, held.series.names), 'DECISION', held.reservedAt);
      removeContact(held.series.totals, 'DECISION', held.reservedAt);
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
    if (held.callId === callId || held.heldUntil < at || !held.series.names.includes(series)) continue;
    if (last === undefined || held.reservedAt > last) last = held.reservedAt;
  }
  return last;
}

function rememberImpression({ impressions }: Customer, series: string, impression: Impression): void {
  const [first, second] = impressions.get(series) ?? [];
  if (!first) impressions.set(series, [impression]);
  else if (impression.at > first.at) {
    // Of the same call the later one counts, and the other call stays.
    const other = first.callId === impression.callId ? second : first;
    impressions.set(series, other ? [impression, other] : [impression]);
  } else if (impression.callId !== first.callId && (!second || impression.at > second.at)) {
    impressions.set(series, [first, impression]);
  }
}
