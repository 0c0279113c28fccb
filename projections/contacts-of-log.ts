// What the log says of contacts and holds, of each customer and of everybody, in plain lists: an audit compares with it.
import type { CapEvent } from '../src/aggregates/cap/events.ts';
import { type Counts, seriesOf } from '../src/decisioning/caps.ts';
import { beginning, type Position, type RecordedEvent } from '../src/event-store/event-store.ts';
import { allPlaces, type Places, placeOf } from './contact-book.ts';
import { addTo, type Tally } from './drift.ts';
import { contactsName } from './totals-change.ts';

export interface ContactsOfCustomer {
  /** Of the customer's last event. */
  readonly position: Position;
  /** By `contactsName`: instants, in order of the log. */
  readonly contacts: ReadonlyMap<string, readonly number[]>;
  /** By decision and offer. */
  readonly reservations: ReadonlyMap<string, ReservationOfLog>;
}

export interface ReservationOfLog {
  readonly series: readonly string[];
  /** Epoch milliseconds: until then it holds `holding`. */
  readonly heldUntil: number;
  readonly holding: Places;
  readonly confirmed: Places;
}

export interface ContactsOfLog {
  /** Of the last event of a customer. */
  position(): Position;
  readonly customers: ReadonlyMap<string, ContactsOfCustomer>;
  /** Of everybody, by `contactsName`: how many in each minute. */
  readonly minutes: ReadonlyMap<string, Tally>;
  /** Brings the next event of the category `cap` in. */
  note(event: RecordedEvent): void;
}

interface Customer extends ContactsOfCustomer {
  position: Position;
  readonly contacts: Map<string, number[]>;
  readonly reservations: Map<string, { -readonly [Key in keyof ReservationOfLog]: ReservationOfLog[Key] }>;
}

export function createContactsOfLog(): ContactsOfLog {
  const customers = new Map<string, Customer>();
  const minutes = new Map<string, Tally>();
  let position = beginning;

  function count({ contacts }: Customer, counts: Counts, series: readonly string[], at: number): void {
    for (const name of series.map((each) => contactsName(counts, each))) {
      const instants = contacts.get(name);
      if (instants) instants.push(at);
      else contacts.set(name, [at]);
      const ofEverybody = minutes.get(name) ?? new Map();
      minutes.set(name, ofEverybody);
      addTo(ofEverybody, Math.floor(at / 60_000), 1);
    }
  }

  function note(event: RecordedEvent & CapEvent): void {
    const { customerId, decisionId } = event.data;
    const customer = customers.get(customerId) ?? emptyCustomer();
    customers.set(customerId, customer);
    customer.position = event.position;
    position = event.position;
    const at = Date.parse(event.metadata.at);
    if (event.type === 'CapReserved') {
      const heldUntil = Date.parse(event.data.heldUntil);
      for (const offer of event.data.offers) {
        const series = seriesOf({ ...event.data, ...offer });
        count(customer, 'DECISION', series, at);
        const state = { series, heldUntil, holding: allPlaces, confirmed: 0 };
        customer.reservations.set(`${decisionId} ${offer.offerId}`, state);
      }
      return;
    }
    const reservation = customer.reservations.get(`${decisionId} ${event.data.offerId}`);
    if (!reservation) return;
    if (event.type === 'CapReleased') {
      reservation.holding = 0;
      return;
    }
    const { counted, heldUntil } = event.data;
    if ((reservation.confirmed & placeOf[counted]) > 0) return;
    count(customer, counted, reservation.series, at);
    reservation.confirmed |= placeOf[counted];
    reservation.holding &= ~placeOf[counted];
    if (counted !== 'IMPRESSION') return;
    reservation.holding = allPlaces & ~reservation.confirmed;
    reservation.heldUntil = Date.parse(heldUntil);
  }

  return {
    position: () => position,
    customers,
    minutes,
    note: (event) => note(event as RecordedEvent & CapEvent),
  };
}

export function emptyCustomer(): Customer {
  return { position: beginning, contacts: new Map(), reservations: new Map() };
}

/** Those that hold places at an instant. */
export function holdersAt({ reservations }: ContactsOfCustomer, at: number): ReservationOfLog[] {
  return [...reservations.values()].filter(({ holding, heldUntil }) => holding > 0 && heldUntil >= at);
}
