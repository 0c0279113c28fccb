// An event store whose appends are timed, and are spans of the trace that they belong to.
import { type Append, type EventStore, RevisionConflict, StoreUnavailable } from '../event-store/event-store.ts';
import { categoryOf } from '../event-store/stream-names.ts';
import type { Metrics } from './metrics.ts';
import { endSpan, startCall } from './spans.ts';

type Part = Pick<Append, 'stream' | 'events'>;

/** The same store; nobody waits for what is measured. */
export function observeEventStore(store: EventStore, metrics: Metrics): EventStore {
  const durations = metrics.timings('kairos_event_store_append_duration_seconds');

  function observed<Answer>(parts: readonly Part[], work: () => Promise<Answer>): Promise<Answer> {
    const startedAt = performance.now();
    const span = startCall('append', () => attributesOf(parts));
    const ended = (outcome: string, error?: unknown) => {
      durations.at(outcome).observe((performance.now() - startedAt) / 1000, span?.spanContext().traceId);
      if (span) endSpan(span, error);
    };
    const appending = work();
    appending.then(
      () => ended('DONE'),
      (error: unknown) => ended(outcomeOf(error), error),
    );
    return appending;
  }

  return {
    ...store,
    append: (stream, expectedRevision, events) =>
      observed([{ stream, events }], () => store.append(stream, expectedRevision, events)),
    appendAll: (appends: readonly Append[]) => observed(appends, () => store.appendAll(appends)),
  };
}

/** Not the names of the streams: they have the ids of customers in them. */
function attributesOf(parts: readonly Part[]) {
  return {
    'kairos.event.categories': parts.map(({ stream }) => categoryOf(stream)),
    'kairos.event.types': parts.flatMap(({ events }) => events.map(({ type }) => type)),
  };
}

function outcomeOf(error: unknown): string {
  if (error instanceof RevisionConflict) return 'CONFLICT';
  return error instanceof StoreUnavailable ? 'UNAVAILABLE' : 'FAILED';
}
