// Contacts that this process has reserved and the book of totals does not have yet: they count all the same.
import { type BoundCap, type Counts, seriesOf, windowStart } from '../src/decisioning/caps.ts';
import { beginning, type Position } from '../src/event-store/event-store.ts';
import type { ReservableOffer, ReservationRequest } from './cap-gate.ts';

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
  const bySeries = new Map<string, Set<UnappliedContact>>();
  let size = 0;
  let known: Position = beginning;

  function forget(contact: UnappliedContact): void {
    const { decisionId, series } = contact;
    const left = byDecision.get(decisionId)?.filter((each) => each !== contact) ?? [];
    if (left.length > 0) byDecision.set(decisionId, left);
    else byDecision.delete(decisionId);
    for (const name of series) {
      const ofSeries = bySeries.get(name);
      ofSeries?.delete(contact);
      if (ofSeries?.size === 0) bySeries.delete(name);
    }
    size -= 1;
  }

  function* under(cap: BoundCap, book: Position): Generator<UnappliedContact> {
    for (const name of cap.series) {
      for (const contact of bySeries.get(name) ?? []) {
        if (contact.recordedAt === undefined || contact.recordedAt > book) yield contact;
      }
    }
  }

  return {
    add(request, offer, recordedBy) {
      const { decisionId, at, heldUntil } = request;
      const { offerId } = offer;
      const series = seriesOf({ ...request, ...offer });
      const state = { recordedAt: undefined, recordedBy, appliedSince: undefined };
      const contact: UnappliedContact = { decisionId, offerId, series, at, heldUntil, ...state };
      byDecision.set(decisionId, [...(byDecision.get(decisionId) ?? []), contact]);
      for (const name of series) {
        const ofSeries = bySeries.get(name) ?? new Set<UnappliedContact>();
        bySeries.set(name, ofSeries.add(contact));
      }
      size += 1;
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
    },
    learn({ position, upTo }, now) {
      if (position > known) known = position;
      // In order of their coming, which is nearly that of their being recorded.
      for (const contacts of byDecision.values()) {
        for (const contact of contacts) {
          // It is in there by now, or was never recorded.
          if (contact.recordedBy <= upTo) contact.recordedAt ??= position;
          if (contact.recordedAt !== undefined && contact.recordedAt <= known) contact.appliedSince ??= now;
          if (contact.appliedSince !== undefined && contact.appliedSince < now - rememberedMs) forget(contact);
        }
      }
    },
    countOf(cap, at, book = known) {
      const { counts } = cap.rule;
      const from = at === undefined ? Number.NEGATIVE_INFINITY : firstInstant(cap, at);
      let count = 0;
      for (const contact of under(cap, book)) {
        const instant = counts === 'DECISION' ? contact.at : contact.heldUntil;
        if (instant >= from) count += 1;
      }
      return count;
    },
    instantsOf(cap) {
      return cap.rule.counts === 'DECISION' ? Array.from(under(cap, known), ({ at }) => at) : [];
    },
    hasEnded(cap, from, before) {
      if (cap.rule.counts === 'DECISION') return false;
      for (const { heldUntil } of under(cap, known)) if (heldUntil >= from && heldUntil < before) return true;
      return false;
    },
    size: () => size,
  };
}

/** From when on a contact that is not in the book counts at an instant: a decision in whole minutes, a hold to the millisecond. */
function firstInstant(cap: BoundCap, at: number): number {
  const counts: Counts = cap.rule.counts;
  return counts === 'DECISION' ? Math.floor(windowStart(cap.rule, at, 'UTC') / minute) * minute : at;
}
