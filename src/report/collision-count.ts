// Contacts of customers in a period, and how many of them came too soon after another.
import type { CapEvent } from '../aggregates/cap/events.ts';
import type { PlacementEvent } from '../aggregates/placement/events.ts';
import type { Position, RecordedEvent } from '../event-store/event-store.ts';
import {
  type ContactList,
  type ContactWindow,
  collisionOf,
  noteContact,
  presentedTogether,
} from '../service-levels/contacts-of-calls.ts';

/** A contact is a decision that put at least one offer to a customer; those of one call are never too close to each other. */
export interface CollisionCount {
  readonly windowMs: number;
  /** Contacts that were decided, and how many of them within the window of another one, in whatever channel. */
  readonly decided: { readonly contacts: number; readonly collisions: number };
  /** The same of contacts that were presented, from impression to impression. */
  readonly presented: { readonly contacts: number; readonly collisions: number };
  /** Contacts in placements that have a cooling window, and how many broke it. */
  readonly ownWindows: { readonly contacts: number; readonly collisions: number };
}

export interface CollisionCounter {
  note(event: RecordedEvent, at: number): void;
  count(): CollisionCount;
}

/** Between two looks for what is too old to matter, so many events. */
const sweepEvery = 50_000;

export function createCollisionCount({
  coolingWindowMs,
  isReported,
}: {
  readonly coolingWindowMs: number;
  readonly isReported: (at: number) => boolean;
}): CollisionCounter {
  const customers = new Map<string, ContactList>();
  /** With the position from which each is in force, oldest first. */
  const windows = new Map<string, { from: Position; window: ContactWindow | undefined }[]>();
  const [decided, presented, ownWindows] = [pair(), pair(), pair()];
  let [keptMs, newestAt, events] = [coolingWindowMs, 0, 0];

  function define({ data }: Extract<PlacementEvent, { data: { terms: object } }>, position: Position): void {
    const { coolingWindow } = data.terms;
    const window = coolingWindow && { milliseconds: coolingWindow.seconds * 1000, scope: coolingWindow.scope };
    keptMs = Math.max(keptMs, window?.milliseconds ?? 0);
    windows.set(data.placementId, [...(windows.get(data.placementId) ?? []), { from: position, window }]);
  }

  function noteContactEvent(event: RecordedEvent & CapEvent, at: number): void {
    const change = noteContact(customers, event, at, keptMs);
    if (!change || !isReported(at)) return;
    const { contact, kind, others } = change;
    if (kind === 'PRESENTED') {
      add(presented, presentedTogether(contact, others, coolingWindowMs) !== undefined);
      return;
    }
    const everywhere: ContactWindow = { milliseconds: coolingWindowMs, scope: 'EVERYTHING' };
    add(decided, collisionOf(contact, others, everywhere) !== undefined);
    const asOf = (event.type === 'CapReserved' && event.data.catalogue) || event.position;
    const own = windows.get(contact.placementId)?.findLast(({ from }) => from <= asOf)?.window;
    if (own) add(ownWindows, collisionOf(contact, others, own) !== undefined);
  }

  function sweep(): void {
    for (const [customerId, contacts] of customers) {
      const last = contacts.at(-1);
      if (last && Math.max(last.heldUntil, last.presentedAt ?? 0) < newestAt - keptMs) customers.delete(customerId);
    }
  }

  return {
    note(recorded, at) {
      const event = recorded as RecordedEvent & (CapEvent | PlacementEvent);
      newestAt = Math.max(newestAt, at);
      if (++events % sweepEvery === 0) sweep();
      switch (event.type) {
        case 'PlacementDefined':
        case 'PlacementRedefined':
          define(event, event.position);
          return;
        case 'CapReserved':
        case 'CapConfirmed':
        case 'CapReleased':
          noteContactEvent(event, at);
          return;
        default:
          return;
      }
    },
    count: () => ({ windowMs: coolingWindowMs, decided, presented, ownWindows }),
  };
}

function pair() {
  return { contacts: 0, collisions: 0 };
}

function add(count: ReturnType<typeof pair>, isCollision: boolean): void {
  count.contacts += 1;
  if (isCollision) count.collisions += 1;
}
