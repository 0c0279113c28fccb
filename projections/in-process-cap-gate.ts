// The cap gate in the memory of one process: exact for each customer, whole minutes for totals, rebuilt from the log at start.
import type { CapEvent } from '../src/aggregates/cap/events.ts';
import { admits, type BoundCap, seriesOf } from '../src/decisioning/caps.ts';
import type { RecordedEvent } from '../src/event-store/event-store.ts';
import type { CapGate, ExpiredOffer, ReservableOffer, Reservation, ReservationRequest } from './cap-gate.ts';
import {
  addContact,
  addHold,
  allPlaces,
  type ContactBook,
  createContactBook,
  type Entry,
  entriesOf,
  type Holdable,
  type Places,
  placeOf,
  removeContact,
  removeHold,
  touchedIn,
  usageIn,
} from './contact-book.ts';
import { createExpiryQueue } from './expiry-queue.ts';
import { type Impressions, latestOfOthers, rememberImpression } from './latest-impressions.ts';

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

type ReservedContact = Pick<ReservationRequest, 'customerId' | 'decisionId' | 'callId' | 'placementId' | 'channel'> &
  Pick<ReservableOffer, 'offerId' | 'tags'>;

interface Customer {
  readonly book: ContactBook;
  /** By decision id. */
  readonly reservations: Map<string, Held[]>;
  /** Reservations that may still be presented. */
  readonly open: Set<Held>;
  readonly impressions: Impressions;
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
    const won: Held[] = [];
    for (const offer of request.offers) {
      const known = find(request.customerId, request.decisionId, offer.offerId);
      const by = known ? overBy(known, request.at) : inTheWay(request, offer);
      if (by !== undefined) {
        for (const held of won) undo(held);
        return { reserved: false, offerId: offer.offerId, by };
      }
      if (!known) won.push(hold({ ...request, ...offer }, request.at, request.heldUntil, false));
    }
    return { reserved: true };
  }

  function inTheWay(request: ReservationRequest, offer: ReservableOffer): string | undefined {
    const { customerId, callId, timeZone, cooling, at } = request;
    const customer = customers.get(customerId);
    const full = offer.caps.find((cap) => !admits(cap, usageOf(customer, cap, at, timeZone), at));
    if (full) return full.rule.name;
    if (!cooling) return undefined;
    const last = lastContactAt(customer, cooling.series, callId, at);
    return last !== undefined && last > at - cooling.seconds * 1000 ? 'COOLING_WINDOW' : undefined;
  }

  function hold(contact: ReservedContact, at: number, heldUntil: number, recorded: boolean): Held {
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
    return held;
  }

  /** As if it had never been reserved. */
  function undo(held: Held): void {
    const { customerId, decisionId, series, reservedAt } = held;
    const customer = customerOf(customerId);
    giveBack(held);
    removeContact(entriesOf(customer.book, series.names), 'DECISION', reservedAt);
    removeContact(series.totals, 'DECISION', reservedAt);
    const others = customer.reservations.get(decisionId)?.filter((other) => other !== held) ?? [];
    if (others.length > 0) customer.reservations.set(decisionId, others);
    else customer.reservations.delete(decisionId);
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
    for (const name of held.series.names) rememberImpression(customer.impressions, name, impression);
  }

  function giveBack(held: Held): void {
    const customer = customerOf(held.customerId);
    if (held.holding > 0) holdPlaces(held, entriesOf(customer.book, held.series.names), 0, held.heldUntil);
    customer.open.delete(held);
  }

  function applyOne(event: RecordedEvent & CapEvent): void {
    const { customerId, decisionId } = event.data;
    const at = Date.parse(event.metadata.at);
    switch (event.type) {
      case 'CapReserved':
        for (const offer of event.data.offers) {
          const known = find(customerId, decisionId, offer.offerId);
          if (known) known.recorded = true;
          else hold({ ...event.data, ...offer }, at, Date.parse(event.data.heldUntil), true);
        }
        return;
      case 'CapConfirmed': {
        // Without its reservation there would be no series to count it in; the aggregate refuses such a confirmation.
        const held = find(customerId, decisionId, event.data.offerId);
        if (held) confirm(held, event.data.counted, at, Date.parse(event.data.heldUntil));
        return;
      }
      case 'CapReleased': {
        const held = find(customerId, decisionId, event.data.offerId);
        if (held) giveBack(held);
        return;
      }
    }
  }

  return {
    keepsUnrecorded: true,

    async look(customerId, at) {
      return (timeZone) => ({
        usageOf: (cap) => usageOf(customers.get(customerId), cap, at, timeZone),
        lastContactAt: (series, callId) => lastContactAt(customers.get(customerId), series, callId, at),
        largestTotal: () => largestTotal,
        touchedOffers: () => touchedIn(customers.get(customerId)?.book),
      });
    },

    async reserve(request) {
      return reserve(request);
    },

    async withdraw(customerId, decisionId) {
      for (const held of customers.get(customerId)?.reservations.get(decisionId) ?? []) if (!held.recorded) undo(held);
    },

    // It gets every event itself, and forgets nothing before.
    doubted() {},
    recorded() {},

    apply(events) {
      for (const event of events) applyOne(event as RecordedEvent & CapEvent);
    },

    async expired(at) {
      const lapsed: ExpiredOffer[] = [];
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

/** Undefined when it was presented or still may be. */
function overBy(held: Held, at: number): string | undefined {
  return held.confirmed > 0 || (held.holding > 0 && at <= held.heldUntil) ? undefined : 'RESERVATION_OVER';
}

/** The latest impression or open reservation in a series that another call made. */
function lastContactAt(customer: Customer | undefined, series: string, callId: string, at: number): number | undefined {
  if (!customer) return undefined;
  let last = latestOfOthers(customer.impressions, series, callId);
  for (const held of customer.open) {
    if (held.callId === callId || held.heldUntil < at || !held.series.names.includes(series)) continue;
    if (last === undefined || held.reservedAt > last) last = held.reservedAt;
  }
  return last;
}
