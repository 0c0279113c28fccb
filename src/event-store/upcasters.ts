// Events of older schema versions become the newest version here, at the boundary of the store: nobody behind it sees an old one.
import type { Appended, EventStore, WrittenEvent } from './event-store.ts';

/** One step from a version of an event's data to the next. Pure; it returns new data and leaves the given data as it is. */
export type Upcast = (data: object, event: WrittenEvent) => object;

/** The steps by event type, in order: the first lifts version 1 to 2, the second 2 to 3. A type without steps is at version 1. */
export type Upcasters = Readonly<Record<string, readonly Upcast[]>>;

/**
 * The steps of this project. Changing the shape of a stored event means: a step here, its old form stays in
 * `test/event-store/golden`, the new one is added there.
 */
export const currentUpcasters: Upcasters = {};

/** The newest version of an event type: what is written today. */
export function schemaVersionOf(type: string, upcasters: Upcasters = currentUpcasters): number {
  return 1 + stepsOf(type, upcasters).length;
}

/** The event in its newest version; the event itself when it already is. It throws when the version is not known here. */
export function upcast<Event extends WrittenEvent>(event: Event, upcasters: Upcasters = currentUpcasters): Event {
  const steps = stepsOf(event.type, upcasters);
  const newest = 1 + steps.length;
  const { v } = event.metadata;
  if (v === newest) return event;
  if (!Number.isInteger(v) || v < 1 || v > newest) {
    throw new Error(
      `${event.type} at revision ${event.revision} of ${event.stream} has schema version ${v}, this program knows 1 to ${newest}`,
    );
  }
  let lifted = event;
  for (const step of steps.slice(v - 1)) {
    const metadata = { ...lifted.metadata, v: lifted.metadata.v + 1 };
    lifted = { ...lifted, data: step(lifted.data, lifted), metadata };
  }
  return lifted;
}

/** The same store, every event that comes out of it in its newest version. */
export function upcasting(store: EventStore, upcasters: Upcasters = currentUpcasters): EventStore {
  const liftAll = <Event extends WrittenEvent>(events: readonly Event[]) =>
    events.map((event) => upcast(event, upcasters));
  const lifted = (appended: Appended): Appended => ({ ...appended, events: liftAll(appended.events) });
  return {
    append: async (stream, expectedRevision, events) => lifted(await store.append(stream, expectedRevision, events)),
    appendAll: async (appends) => (await store.appendAll(appends)).map(lifted),
    readStream: async (stream, from) => liftAll(await store.readStream(stream, from)),
    async *readAll(options) {
      for await (const event of store.readAll(options)) yield upcast(event, upcasters);
    },
    head: () => store.head(),
    settled: () => store.settled(),
    health: () => store.health(),
    subscribe: (options) => store.subscribe({ ...options, onEvents: (events) => options.onEvents(liftAll(events)) }),
    close: () => store.close(),
  };
}

function stepsOf(type: string, upcasters: Upcasters): readonly Upcast[] {
  return Object.hasOwn(upcasters, type) ? (upcasters[type] ?? []) : [];
}
