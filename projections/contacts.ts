// What each offer has been to a customer, the newest decisions, and which request was answered by which decision.
import type { DecisionEvent } from '../src/aggregates/decision/events.ts';
import type { OfferContacts } from '../src/decisioning/facts.ts';
import type { RecordedEvent } from '../src/event-store/event-store.ts';
import { ownValue, type Projection } from './projection.ts';

export interface ContactEntry {
  /** By offer id. The values are never changed in place. */
  offers: Record<string, OfferContacts>;
  /** By `<requestId>|<placementId>`: answers that may still be valid, oldest first, the newest 1,000. */
  requests: Record<string, AnsweredRequest>;
  /** Newest first, at most 50. */
  recent: RecentDecision[];
}

export interface AnsweredRequest {
  readonly decisionId: string;
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
const never: OfferContacts = { decided: 0, presented: 0, clicked: 0, accepted: 0, declined: 0 };

/** By customer id. */
export const contacts: Projection<ContactEntry> = {
  name: 'contacts',
  version: 1,
  categories: ['decision'],
  entryOf: (event) => (event as RecordedEvent & DecisionEvent).data.customerId,
  empty: () => ({ offers: {}, requests: {}, recent: [] }),
  evolve(entry, recorded) {
    const event = recorded as RecordedEvent & DecisionEvent;
    const at = event.metadata.at;
    switch (event.type) {
      case 'OfferDecided': {
        for (const { offerId } of event.data.offers) count(entry, offerId, 'decided', 'lastDecidedAt', at);
        rememberRequest(entry, event.data, at);
        const offerIds = [...event.data.offers]
          .sort((one, other) => one.slot - other.slot)
          .map(({ offerId }) => offerId);
        const { decisionId, placementId } = event.data;
        entry.recent.unshift({ decisionId, placementId, at, offerIds, outcomes: [] });
        if (entry.recent.length > decisionsKept) entry.recent.pop();
        break;
      }
      case 'OfferPresented':
        count(entry, event.data.offerId, 'presented', 'lastPresentedAt', at);
        addOutcome(entry, event.data, 'PRESENTED', at);
        break;
      case 'OfferClicked':
        count(entry, event.data.offerId, 'clicked', 'lastClickedAt', at);
        addOutcome(entry, event.data, 'CLICKED', at);
        break;
      case 'OfferAccepted':
        count(entry, event.data.offerId, 'accepted', 'lastAcceptedAt', at);
        addOutcome(entry, event.data, 'ACCEPTED', at);
        break;
      case 'OfferDeclined':
        count(entry, event.data.offerId, 'declined', 'lastDeclinedAt', at);
        addOutcome(entry, event.data, 'DECLINED', at);
        break;
      case 'OfferDismissed':
        addOutcome(entry, event.data, 'DISMISSED', at);
        break;
      case 'OfferPostponed': {
        const { offerId, until } = event.data;
        const known = ownValue(entry.offers, offerId) ?? never;
        entry.offers[offerId] = { ...known, postponedUntil: Date.parse(until) };
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

function count(
  entry: ContactEntry,
  offerId: string,
  counter: 'decided' | 'presented' | 'clicked' | 'accepted' | 'declined',
  latest: 'lastDecidedAt' | 'lastPresentedAt' | 'lastClickedAt' | 'lastAcceptedAt' | 'lastDeclinedAt',
  at: string,
): void {
  const known = ownValue(entry.offers, offerId) ?? never;
  // Outcomes may be reported late and out of order: the latest is the greatest, not the last to arrive.
  const instant = Math.max(known[latest] ?? Number.NEGATIVE_INFINITY, Date.parse(at));
  entry.offers[offerId] = { ...known, [counter]: known[counter] + 1, [latest]: instant };
}

function rememberRequest(
  { requests }: ContactEntry,
  decided: { requestId?: string | undefined; placementId: string; decisionId: string; expiresAt: string },
  at: string,
): void {
  for (const [key, answered] of Object.entries(requests)) if (answered.expiresAt <= at) delete requests[key];
  if (decided.requestId === undefined) return;
  const key = `${decided.requestId}|${decided.placementId}`;
  // Removed first, so that the order of the keys is the order of the answers.
  delete requests[key];
  requests[key] = { decisionId: decided.decisionId, expiresAt: decided.expiresAt };
  const keys = Object.keys(requests);
  if (keys.length > requestsKept && keys[0] !== undefined) delete requests[keys[0]];
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
