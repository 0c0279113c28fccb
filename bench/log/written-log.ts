// Writes a log as the engine would have left it, without the commands that led to it.
import type { DomainEvent } from '../../src/aggregates/decider.ts';
import { eventIdOf } from '../../src/event-store/event-ids.ts';
import type { Append, NewEvent, RecordedEvent } from '../../src/event-store/event-store.ts';
import { noStream } from '../../src/event-store/event-store.ts';
import { createSqliteEventStore } from '../../src/event-store/sqlite-event-store.ts';
import { positionOf } from '../../src/event-store/sqlite-rows.ts';

/** Events of one stream and one instant, as one command would have caused them. */
export interface Happening {
  readonly stream: string;
  /** ISO. */
  readonly at: string;
  readonly events: readonly DomainEvent[];
}

const appendsTogether = 500;

/** Appends everything to the log in a file; how many events that were. */
export async function writeLog(path: string, happenings: Iterable<Happening>): Promise<number> {
  const store = createSqliteEventStore({ path });
  try {
    let written = 0;
    let appends: Append[] = [];
    for (const append of appendsOf(happenings)) {
      written += append.events.length;
      appends.push(append);
      if (appends.length < appendsTogether) continue;
      await store.appendAll(appends);
      appends = [];
    }
    await store.appendAll(appends);
    return written;
  } finally {
    await store.close();
  }
}

/** The same events as a reader of such a log gets them: nothing in them is shared. */
export function* recordedEvents(happenings: Iterable<Happening>): Generator<RecordedEvent> {
  let row = 0;
  for (const { stream, expectedRevision, events } of appendsOf(happenings)) {
    for (const [index, event] of events.entries()) {
      const revision = expectedRevision + 1 + index;
      const { data, metadata } = JSON.parse(JSON.stringify(event)) as NewEvent;
      row += 1;
      const { id, type } = event;
      yield { id, type, data, metadata, stream, revision, position: positionOf(row), recordedAt: metadata.at };
    }
  }
}

function* appendsOf(happenings: Iterable<Happening>): Generator<Append> {
  const revisions = new Map<string, number>();
  let command = 0;
  for (const { stream, at, events } of happenings) {
    command += 1;
    const commandId = `command-${command}`;
    const expectedRevision = revisions.get(stream) ?? noStream;
    revisions.set(stream, expectedRevision + events.length);
    yield {
      stream,
      expectedRevision,
      events: events.map(({ type, data }, index) => ({
        id: eventIdOf(commandId, stream, index),
        type,
        data,
        metadata: { at, v: 1, correlationId: commandId, causationId: commandId, actor: 'bench' },
      })),
    };
  }
}
