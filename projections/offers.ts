// Every offer: where it is in its life, what is worked on, what is published, and who did what.
import type { OfferEvent, OfferTerms } from '../src/aggregates/offer/events.ts';
import type { RecordedEvent } from '../src/event-store/event-store.ts';
import type { Projection } from './projection.ts';

export interface OfferEntry {
  readonly offerId: string;
  /** What customers meet. A published offer stays LIVE or PAUSED while a new revision of it is worked on. */
  lifecycle: 'DRAFT' | 'IN_REVIEW' | 'APPROVED' | 'LIVE' | 'PAUSED' | 'RETIRED';
  /** Where the working revision is. */
  revisionState: 'DRAFT' | 'IN_REVIEW' | 'APPROVED' | 'PUBLISHED';
  revision: number;
  terms: OfferTerms;
  publishedRevision?: number;
  publishedTerms?: OfferTerms;
  /** Who wrote the working revision and those before it since the last publication. */
  authors: string[];
  /** Who approved the working revision. */
  approvedBy?: string;
  /** Oldest first, the newest 200. */
  history: OfferHistoryItem[];
}

export interface OfferHistoryItem {
  readonly revision: number;
  readonly event: OfferEvent['type'];
  readonly by: string;
  readonly at: string;
  readonly reason?: string;
}

const historyKept = 200;

/** By offer id. */
export const offers: Projection<OfferEntry> = {
  name: 'offers',
  version: 1,
  categories: ['offer'],
  group: 'catalogue',
  entryOf: (event) => (event as RecordedEvent & OfferEvent).data.offerId,
  empty: (offerId) => ({
    offerId,
    lifecycle: 'DRAFT',
    revisionState: 'DRAFT',
    revision: 0,
    terms: undrafted,
    authors: [],
    history: [],
  }),
  evolve(entry, recorded) {
    const event = recorded as RecordedEvent & OfferEvent;
    switch (event.type) {
      case 'OfferDrafted':
      case 'OfferRevised':
        if (entry.revisionState === 'PUBLISHED') entry.authors = [];
        if (!entry.authors.includes(event.data.author)) entry.authors.push(event.data.author);
        entry.terms = event.data.terms;
        entry.revision = event.data.revision;
        delete entry.approvedBy;
        moveTo(entry, 'DRAFT');
        break;
      case 'OfferSubmitted':
        moveTo(entry, 'IN_REVIEW');
        break;
      case 'OfferApproved':
        entry.approvedBy = event.data.by;
        moveTo(entry, 'APPROVED');
        break;
      case 'OfferRejected':
        moveTo(entry, 'DRAFT');
        break;
      case 'OfferPublished':
        entry.publishedRevision = event.data.revision;
        entry.publishedTerms = entry.terms;
        entry.revisionState = 'PUBLISHED';
        entry.lifecycle = 'LIVE';
        break;
      case 'OfferPaused':
        entry.lifecycle = 'PAUSED';
        break;
      case 'OfferResumed':
        entry.lifecycle = 'LIVE';
        break;
      case 'OfferRetired':
        entry.lifecycle = 'RETIRED';
        break;
    }
    entry.history.push(historyItem(entry, event));
    if (entry.history.length > historyKept) entry.history.shift();
    return entry;
  },
};

function moveTo(entry: OfferEntry, state: 'DRAFT' | 'IN_REVIEW' | 'APPROVED'): void {
  entry.revisionState = state;
  if (entry.publishedTerms === undefined) entry.lifecycle = state;
}

function historyItem(entry: OfferEntry, event: RecordedEvent & OfferEvent): OfferHistoryItem {
  const { data } = event;
  return {
    revision: 'revision' in data ? data.revision : entry.revision,
    event: event.type,
    by: 'author' in data ? data.author : data.by,
    at: event.metadata.at,
    ...('reason' in data && { reason: data.reason }),
  };
}

/** The terms before the first event. Nobody sees them: an offer's first event is its draft. */
const undrafted: OfferTerms = {
  name: '',
  category: '',
  tags: [],
  purposes: [],
  audiences: [],
  eligibility: [],
  value: { amount: 0, currency: 'XXX' },
  propensity: 0,
  priority: 0,
  contextWeights: [],
  levers: [],
  treatments: [],
  products: [],
  successCriterion: 'ACCEPTANCE',
  creditWindowSeconds: 1,
  ttlSeconds: 1,
  startAt: '9999-12-31T23:59:59.999Z',
  rolloutShare: 0,
  caps: [],
  suppression: { neverAfter: [] },
};
