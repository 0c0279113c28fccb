// Every placement with the terms that decisions there follow.
import type { PlacementEvent, PlacementTerms } from '../src/aggregates/placement/events.ts';
import type { RecordedEvent } from '../src/event-store/event-store.ts';
import type { Projection } from './projection.ts';

export interface PlacementEntry {
  readonly placementId: string;
  revision: number;
  retired: boolean;
  terms: PlacementTerms;
}

/** By placement id. */
export const placements: Projection<PlacementEntry> = {
  name: 'placements',
  version: 1,
  categories: ['placement'],
  group: 'catalogue',
  entryOf: (event) => (event as RecordedEvent & PlacementEvent).data.placementId,
  empty: (placementId) => ({ placementId, revision: 0, retired: false, terms: undefinedTerms }),
  evolve(entry, recorded) {
    const event = recorded as RecordedEvent & PlacementEvent;
    switch (event.type) {
      case 'PlacementDefined':
      case 'PlacementRedefined':
        entry.revision = event.data.revision;
        entry.terms = event.data.terms;
        entry.retired = false;
        break;
      case 'PlacementRetired':
        entry.retired = true;
        break;
    }
    return entry;
  },
};

/** The terms before the first event. Nobody sees them: a placement's first event defines it. */
const undefinedTerms: PlacementTerms = {
  name: '',
  channel: 'WEB',
  slots: 1,
  ranking: { method: 'PRIORITY' },
  timeBudgetMs: 1,
  cadence: 'BATCH',
  explorationShare: 0,
  caps: [],
};
