// A store that holds callers to their word: what they called constant cannot be changed any more, by whoever is told of it.
import type { EventStore, NewEvent } from '../../src/event-store/event-store.ts';

/** To change what was appended as constant throws a TypeError. */
export function heldConstant(store: EventStore): EventStore {
  return {
    ...store,
    append: (stream, revision, events) => store.append(stream, revision, held(events)),
    appendAll: (appends) => store.appendAll(appends.map((each) => ({ ...each, events: held(each.events) }))),
  };
}

function held(events: readonly NewEvent[]): readonly NewEvent[] {
  for (const { data, metadata, isConstant } of events) if (isConstant) freeze([data, metadata]);
  return events;
}

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
}
