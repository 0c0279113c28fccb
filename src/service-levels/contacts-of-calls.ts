// Contacts of customers as the log tells of them, and which of them came too soon after that of another call.
import type { CapEvent } from '../aggregates/cap/events.ts';

/** One decision that put offers to a customer. */
export interface Contact {
  readonly callId: string;
  readonly decisionId: string;
  readonly placementId: string;
  readonly channel: string;
  /** Epoch milliseconds, as everything here. */
  readonly reservedAt: number;
  /** Until then an offer that was not presented yet still may be. */
  readonly heldUntil: number;
  /** Offers that are still held. */
  open: number;
  /** The last impression of it. */
  presentedAt: number | undefined;
}

/** How long nothing may follow a contact, and which contacts that is about. */
export interface ContactWindow {
  readonly milliseconds: number;
  readonly scope: 'EVERYTHING' | 'CHANNEL' | 'PLACEMENT';
}

/** Contacts of one customer, oldest first. */
export type ContactList = Contact[];

export interface ContactsByCustomer {
  get(customerId: string): ContactList | undefined;
  set(customerId: string, contacts: ContactList): void;
}

/** What an event does to a contact: it begins, or is presented for the first time. */
export interface ContactChange {
  readonly contact: Contact;
  readonly kind: 'BEGUN' | 'PRESENTED';
  /** The others of the customer, as they were before. */
  readonly others: ContactList;
}

/** Brings an event in. A contact is forgotten `keptMs` after its end. */
export function noteContact(
  customers: ContactsByCustomer,
  event: CapEvent,
  at: number,
  keptMs: number,
): ContactChange | undefined {
  const { customerId, decisionId } = event.data;
  const contacts = customers.get(customerId) ?? [];
  if (event.type !== 'CapReserved') {
    const contact = contacts.find((each) => each.decisionId === decisionId);
    if (!contact) return undefined;
    if (event.type === 'CapReleased') contact.open -= 1;
    else if (event.data.counted === 'IMPRESSION') {
      const isFirst = contact.presentedAt === undefined;
      contact.presentedAt = Math.max(at, contact.presentedAt ?? at);
      if (isFirst) return { contact, kind: 'PRESENTED', others: contacts };
    }
    return undefined;
  }
  const { callId, placementId, channel, offers } = event.data;
  const heldUntil = Date.parse(event.data.heldUntil);
  const contact: Contact = {
    ...{ callId, decisionId, placementId, channel, heldUntil },
    reservedAt: at,
    open: offers.length,
    presentedAt: undefined,
  };
  const kept = contacts.filter((each) => Math.max(each.heldUntil, each.presentedAt ?? 0) > at - keptMs);
  customers.set(customerId, [...kept, contact]);
  return { contact, kind: 'BEGUN', others: kept };
}

/**
 * The contact of another call that a contact came too close to: it was presented, or still could be, less than the window before, or
 * after, where the log has two at once in another order than their clocks. It is what the cap gate refuses, found again without it.
 */
export function collisionOf(
  contact: Contact,
  others: ContactList,
  { milliseconds, scope }: ContactWindow,
): Contact | undefined {
  const { reservedAt: at } = contact;
  return others.find((other) => {
    if (other.callId === contact.callId || !isWithin(scope, contact, other)) return false;
    const last = other.presentedAt ?? (other.open > 0 && other.heldUntil >= at ? other.reservedAt : undefined);
    return last !== undefined && Math.abs(at - last) < milliseconds;
  });
}

/** The same of contacts that were both presented, from one impression to the other. */
export function presentedTogether(contact: Contact, others: ContactList, milliseconds: number): Contact | undefined {
  const { callId, presentedAt } = contact;
  return others.find(
    (other) =>
      other.callId !== callId &&
      presentedAt !== undefined &&
      other.presentedAt !== undefined &&
      Math.abs(presentedAt - other.presentedAt) < milliseconds,
  );
}

function isWithin(scope: ContactWindow['scope'], one: Contact, other: Contact): boolean {
  switch (scope) {
    case 'EVERYTHING':
      return true;
    case 'CHANNEL':
      return one.channel === other.channel;
    case 'PLACEMENT':
      return one.placementId === other.placementId;
  }
}
