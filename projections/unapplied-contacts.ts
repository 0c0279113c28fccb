// Contacts that this process has reserved and the book of totals does not have yet: they count all the same.
import { type BoundCap, type Counts, windowStart } from '../src/decisioning/caps.ts';
import { beginning, type Position } from '../src/event-store/event-store.ts';
import type { ReservableOffer, ReservationRequest } from './cap-gate.ts';
import { preparedOffer } from './prepared-offers.ts';

/** How far a book is. */
export interface BookState {
  /** Of the last event in it. */
  readonly position: Position;
  /** Everything that was recorded up to this instant (epoch milliseconds) is in it. */
  readonly upTo: number;
}

export interface UnappliedContact {
  readonly decisionId: string;
  readonly offerId: string;
  readonly series: readonly string[];
  readonly at: number;
  readonly heldUntil: number;
  /** Its place in the log, as soon as that is known. */
  recordedAt: Position | undefined;
  /** By the wall: if it is not recorded by then, it never will be; infinite where nobody can tell. */
  recordedBy: number;
  /** By the wall: since when a book is known to have it. */
  appliedSince: number | undefined;
}

export interface UnappliedContacts {
  add(request: ReservationRequest, offer: ReservableOffer, recordedBy: number): void;
  has(decisionId: string, offerId: string): boolean;
  /** Forgets what a decision has reserved, unless it is recorded. */
  giveBack(decisionId: string): void;
  /** Nobody can tell by when it is recorded. */
  doubted(decisionId: string): void;
  recorded(decisionId: string, position: Position): void;
  /** Learns how far the book is. */
  learn(book: BookState, now: number): void;
  /** Contacts that count under a cap at an instant and are not in a book; without an instant: all that do or did. */
  countOf(cap: BoundCap, at?: number, book?: Position): number;
  /** Instants of those of them that have happened: decisions, as nothing else happens before it is recorded. */
  instantsOf(cap: BoundCap): number[];
  /** True when a hold under a cap ended from an instant on and before another. */
  hasEnded(cap: BoundCap, from: number, before: number): boolean;
  /** How many there are. */
  size(): number;
}

/** A look serves for so long: what is in the book since then may not be in what was seen of it. */
const rememberedMs = 2000;
const minute = 60_000;

export function createUnappliedContacts(): UnappliedContacts {
  const byDecision = new Map<string, UnappliedContact[]>();
  /** Contacts with one offer in one placement, by their list of series; and the same by each of the series. */
  const groups = new Map<readonly string[], Set<UnappliedContact>>();
  const bySeries = new Map<string, Set<ReadonlySet<UnappliedContact>>>();
  /** Those that no book is known to have, and those that one has, in the order in which that became known. */
  const pending = new Set<UnappliedContact>();
  const applied = new Set<UnappliedContact>();
  let known: Position = beginning;
  /** Up to which instant everything was in a book that was learned of; and whether the next book may say more than that one. */
  let knownUpTo = Number.NEGATIVE_INFINITY;
  let isChanged = false;

  function groupOf(series: readonly string[]): Set<UnappliedContact> {
    let group = groups.get(series);
    if (!group) {
      group = new Set();
      groups.set(series, group);
      for (const name of series) {
        const ofSeries = bySeries.get(name);
        if (ofSeries) ofSeries.add(group);
        else bySeries.set(name, new Set([group]));
      }
    }
    return group;
  }

  function forget(contact: UnappliedContact): void {
    const { decisionId, series } = contact;
    pending.delete(contact);
    applied.delete(contact);
    const left = byDecision.get(decisionId)?.filter((each) => each !== contact) ?? [];
    if (left.length > 0) byDecision.set(decisionId, left);
    else byDecision.delete(decisionId);
    const group = groups.get(series);
    group?.delete(contact);
    if (!group || group.size > 0) return;
    groups.delete(series);
    for (const name of series) {
      const ofSeries = bySeries.get(name);
      ofSeries?.delete(group);
      if (ofSeries?.size === 0) bySeries.delete(name);
    }
  }

  /** Calls `visit` with each contact in the series of a cap that a book does not have. */
  function visitUnder(cap: BoundCap, book: Position, visit: (contact: UnappliedContact) => void): void {
    if (byDecision.size === 0) return;
    for (const name of cap.series) {
      for (const group of bySeries.get(name) ?? none) {
        for (const contact of group) if (contact.recordedAt === undefined || contact.recordedAt > book) visit(contact);
      }
    }
  }

  return {
    add(request, offer, recordedBy) {
      const { decisionId, at, heldUntil } = request;
      const { offerId } = offer;
      const { series } = preparedOffer(request, offer);
      const state = { recordedAt: undefined, recordedBy, appliedSince: undefined };
      const contact: UnappliedContact = { decisionId, offerId, series, at, heldUntil, ...state };
      const ofDecision = byDecision.get(decisionId);
      if (ofDecision) ofDecision.push(contact);
      else byDecision.set(decisionId, [contact]);
      groupOf(series).add(contact);
      pending.add(contact);
      if (recordedBy <= knownUpTo) isChanged = true;
    },
    has: (decisionId, offerId) => byDecision.get(decisionId)?.some((each) => each.offerId === offerId) ?? false,
    giveBack(decisionId) {
      for (const contact of byDecision.get(decisionId) ?? []) if (contact.recordedAt === undefined) forget(contact);
    },
    doubted(decisionId) {
      for (const contact of byDecision.get(decisionId) ?? []) contact.recordedBy = Number.POSITIVE_INFINITY;
    },
    recorded(decisionId, position) {
      for (const contact of byDecision.get(decisionId) ?? []) contact.recordedAt ??= position;
      isChanged = true;
    },
    learn({ position, upTo }, now) {
      if (position > known) {
        known = position;
        isChanged = true;
      }
      // Of a book that says what the last one said nothing is learned.
      if (isChanged || upTo !== knownUpTo) {
        for (const contact of pending) {
          // It is in there by now, or was never recorded.
          if (contact.recordedBy <= upTo) contact.recordedAt ??= position;
          if (contact.recordedAt === undefined || contact.recordedAt > known) continue;
          contact.appliedSince = now;
          pending.delete(contact);
          applied.add(contact);
        }
      }
      knownUpTo = upTo;
      isChanged = false;
      for (const contact of applied) {
        if ((contact.appliedSince ?? now) >= now - rememberedMs) break;
        forget(contact);
      }
    },
    countOf(cap, at, book = known) {
      const isDecision = cap.rule.counts === 'DECISION';
      const from = at === undefined ? Number.NEGATIVE_INFINITY : firstInstant(cap, at);
      let count = 0;
      visitUnder(cap, book, (contact) => {
        if ((isDecision ? contact.at : contact.heldUntil) >= from) count += 1;
      });
      return count;
    },
    instantsOf(cap) {
      const instants: number[] = [];
      if (cap.rule.counts === 'DECISION') visitUnder(cap, known, ({ at }) => instants.push(at));
      return instants;
    },
    hasEnded(cap, from, before) {
      let hasEnded = false;
      if (cap.rule.counts === 'DECISION') return false;
      visitUnder(cap, known, ({ heldUntil }) => {
        hasEnded ||= heldUntil >= from && heldUntil < before;
      });
      return hasEnded;
    },
    size: () => pending.size + applied.size,
  };
}

const none: ReadonlySet<ReadonlySet<UnappliedContact>> = new Set();

/** From when on a contact that is not in the book counts at an instant: a decision in whole minutes, a hold to the millisecond. */
function firstInstant(cap: BoundCap, at: number): number {
  const counts: Counts = cap.rule.counts;
  return counts === 'DECISION' ? Math.floor(windowStart(cap.rule, at, 'UTC') / minute) * minute : at;
}
