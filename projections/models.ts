// Every model: what is worked on, and which revision decisions use.
import type { ModelEvent, ModelTerms } from '../src/aggregates/model/events.ts';
import type { RecordedEvent } from '../src/event-store/event-store.ts';
import type { Projection } from './projection.ts';

export interface ModelEntry {
  readonly modelId: string;
  /** The newest. */
  revision: number;
  terms: ModelTerms;
  /** What decisions use; absent: nobody has approved a revision yet. */
  approved?: { readonly revision: number; readonly terms: ModelTerms; readonly by: string };
  /** Of every revision since the last approval. */
  authors: string[];
  retired: boolean;
}

/** By model id. */
export const models: Projection<ModelEntry> = {
  name: 'models',
  version: 1,
  categories: ['model'],
  group: 'catalogue',
  entryOf: (event) => (event as RecordedEvent & ModelEvent).data.modelId,
  empty: (modelId) => ({ modelId, revision: 0, terms: undefinedTerms, authors: [], retired: false }),
  evolve(entry, recorded) {
    const event = recorded as RecordedEvent & ModelEvent;
    switch (event.type) {
      case 'ModelDefined':
      case 'ModelRevised':
        entry.revision = event.data.revision;
        entry.terms = event.data.terms;
        if (!entry.authors.includes(event.data.author)) entry.authors.push(event.data.author);
        break;
      case 'ModelApproved':
        entry.approved = { revision: event.data.revision, terms: entry.terms, by: event.data.by };
        entry.authors = [];
        break;
      case 'ModelRetired':
        entry.retired = true;
        break;
    }
    return entry;
  },
};

/** The terms before the first event. Nobody sees them: a model's first event defines it. */
const undefinedTerms: ModelTerms = { name: '', kind: 'STATIC', static: { offers: [], categories: [] } };
