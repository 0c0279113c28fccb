// What each offer has been to a customer, the newest decisions, and which request was answered by which decision.
import type { DecisionEvent } from '../src/aggregates/decision/events.ts';
import type { OfferContacts } from '../src/decisioning/facts.ts';
import type { RecordedEvent } from '../src/event-store/event-store.ts';
import { ownValue, type Projection } from './projection.ts';

export interface ContactEntry {
  /** By offer id. The values are never changed in place. */
  offers: Record<string, OfferContacts>;
  /** By `<requestId>|<placementId>`: all answers that may still be valid, oldest first, of more than 1,000 the newest; few others. */
  requests: Record<string, AnsweredRequest>;
  /** How many there are in `requests`, and from how many on it is searched for those that are over. */
  requestCount: number;
  searchedFrom: number;
  /** Newest first, at most 50. */
  recent: RecentDecision[];
}

export interface AnsweredRequest {
  readonly decisionId: string;
  /** Of the decision in its stream. */
  readonly revision: number;
  readonly expiresAt: string;
}

export interface RecentDecision {
  readonly decisionId: string;
  readonly placementId: string;
  readonly at: string;
  /** By slot; empty when nothing was eligible. */
  readonly offerIds: string[];
  /** Oldest first. */
  readonly outcomes: RecentOutcome[];
}

export interface RecentOutcome {
  readonly offerId: string;
  readonly outcome: 'PRESENTED' | 'CLICKED' | 'ACCEPTED' | 'DECLINED' | 'DISMISSED' | 'POSTPONED' | 'EXPIRED';
  readonly at: string;
  readonly reason?: string;
}

const requestsKept = 1000;
const decisionsKept = 50;
/** So many requests are searched at every decision. */
const few = 16;
const never: OfferContacts = { decided: 0, presented: 0, clicked: 0, accepted: 0, declined: 0 };

/** By customer id. */
export const contacts: Projection<ContactEntry> = {
  name: 'contacts',
  version: 2,
  categories: ['decision'],
  entryOf: (event) => (event as RecordedEvent & DecisionEvent).data.customerId,
  empty: () => ({ offers: {}, requests: {}, requestCount: 0, searchedFrom: 0, recent: [] }),
  evolve(entry, recorded) {
    const event = recorded as RecordedEvent & DecisionEvent;
    const at = event.metadata.at;
    switch (event.type) {
      case 'OfferDecided': {
        const { decisionId, placementId, offers } = event.data;
        for (const { offerId } of offers) {
          const known = contactsWith(entry, offerId);
          const lastDecidedAt = latest(known.lastDecidedAt, at);
          entry.offers[offerId] = { ...known, decided: known.decided + 1, lastDecidedAt };
        }
        rememberRequest(entry, event.data, event.revision, at);
        const bySlot = offers.length > 1 ? offers.toSorted((one, other) => one.slot - other.slot) : offers;
        const offerIds = bySlot.map(({ offerId }) => offerId);
        entry.recent.unshift({ decisionId, placementId, at, offerIds, outcomes: [] });
        if (entry.recent.length > decisionsKept) entry.recent.pop();
        break;
      }
      case 'OfferPresented': {
        const known = contactsWith(entry, event.data.offerId);
        const lastPresentedAt = latest(known.lastPresentedAt, at);
        entry.offers[event.data.offerId] = { ...known, presented: known.presented + 1, lastPresentedAt };
        addOutcome(entry, event.data, 'PRESENTED', at);
        break;
      }
      case 'OfferClicked': {
        const known = contactsWith(entry, event.data.offerId);
        const lastClickedAt = latest(known.lastClickedAt, at);
        entry.offers[event.data.offerId] = { ...known, clicked: known.clicked + 1, lastClickedAt };
        addOutcome(entry, event.data, 'CLICKED', at);
        break;
      }
      case 'OfferAccepted': {
        const known = contactsWith(entry, event.data.offerId);
        const lastAcceptedAt = latest(known.lastAcceptedAt, at);
        entry.offers[event.data.offerId] = { ...known, accepted: known.accepted + 1, lastAcceptedAt };
        addOutcome(entry, event.data, 'ACCEPTED', at);
        break;
      }
      case 'OfferDeclined': {
        const known = contactsWith(entry, event.data.offerId);
        const lastDeclinedAt = latest(known.lastDeclinedAt, at);
        entry.offers[event.data.offerId] = { ...known, declined: known.declined + 1, lastDeclinedAt };
        addOutcome(entry, event.data, 'DECLINED', at);
        break;
      }
      case 'OfferDismissed':
        addOutcome(entry, event.data, 'DISMISSED', at);
        break;
      case 'OfferPostponed': {
        const { offerId, until } = event.data;
        entry.offers[offerId] = { ...contactsWith(entry, offerId), postponedUntil: Date.parse(until) };
        addOutcome(entry, event.data, 'POSTPONED', at);
        break;
      }
      case 'OfferExpired':
        addOutcome(entry, event.data, 'EXPIRED', at);
        break;
    }
    return entry;
  },
};

function contactsWith({ offers }: ContactEntry, offerId: string): OfferContacts {
  return ownValue(offers, offerId) ?? never;
}

/** Outcomes may be reported late and out of order: the latest is the greatest, not the last to arrive. */
function latest(known: number | undefined, at: string): number {
  const instant = Date.parse(at);
  return known !== undefined && known > instant ? known : instant;
}

function rememberRequest(
  entry: ContactEntry,
  decided: { requestId?: string | undefined; placementId: string; decisionId: string; expiresAt: string },
  revision: number,
  at: string,
): void {
  const { requests } = entry;
  if (decided.requestId !== undefined) {
    const key = `${decided.requestId}|${decided.placementId}`;
    // Removed first, so that the order of the keys is the order of the answers.
    if (Object.hasOwn(requests, key)) delete requests[key];
    else entry.requestCount += 1;
    requests[key] = { decisionId: decided.decisionId, revision, expiresAt: decided.expiresAt };
  }
  // To look at each of many at every decision would be dearer than the decision.
  const isCrowd = entry.requestCount > few;
  if (entry.requestCount === 0 || (isCrowd && entry.requestCount < entry.searchedFrom)) return;
  const open = Object.keys(requests).filter((key) => {
    const isOver = (requests[key]?.expiresAt ?? '') <= at;
    if (isOver) delete requests[key];
    return !isOver;
  });
  for (const key of open.slice(0, -requestsKept)) delete requests[key];
  entry.requestCount = Math.min(open.length, requestsKept);
  entry.searchedFrom = entry.requestCount + Math.max(few, Math.floor(entry.requestCount / 4));
}

function addOutcome(
  entry: ContactEntry,
  data: { decisionId: string; offerId: string; reason?: string },
  outcome: RecentOutcome['outcome'],
  at: string,
): void {
  const { offerId, reason } = data;
  const decision = entry.recent.find(({ decisionId }) => decisionId === data.decisionId);
  decision?.outcomes.push({ offerId, outcome, at, ...(reason !== undefined && { reason }) });
}
