// An event store as a place of a log.
import {
  type Append,
  beginning,
  type EventStore,
  noStream,
  RevisionConflict,
  type WrittenEvent,
} from '../event-store/event-store.ts';
import type { CheckedEvent, LogTarget } from './log-place.ts';

/** @param close the store, and what else was kept for it */
export function createStorePlace(name: string, store: EventStore, close = () => store.close()): LogTarget {
  let position = beginning;
  let head = beginning;
  let last: WrittenEvent | undefined;

  function explained(error: unknown): Error {
    const { message, cause } = error as Error;
    const why = cause instanceof Error && !message.includes(cause.message) ? `: ${cause.message}` : '';
    return new Error(`${name}: ${message}${why}`, { cause: error });
  }

  return {
    name,
    canReadBack: true,
    async *read() {
      try {
        head = await store.head();
        for await (const event of store.readAll({ after: position })) {
          position = event.position;
          last = event;
          yield { event };
        }
      } catch (error) {
        throw explained(error);
      }
    },
    where: () => (last === undefined ? name : `${name}, revision ${last.revision} of ${last.stream}`),
    // Positions are digits of one width. They are not dense: this is for the eye only.
    share: () => (head === beginning ? undefined : Math.min(1, Number(position) / Number(head))),
    async write(events) {
      try {
        await store.appendAll(appendsOf(events));
      } catch (error) {
        if (!(error instanceof RevisionConflict)) throw explained(error);
        const { stream, actual, expected } = error;
        const there = actual === noStream ? 'not there' : `at revision ${actual} there`;
        throw new Error(
          `${name}: revision ${expected + 1} of ${stream} cannot be written: ${stream} is ${there}; somebody else writes to it`,
          { cause: error },
        );
      }
    },
    async finish() {},
    close,
  };
}

/** EventStoreDB takes a mebibyte in one append; a character is at most three bytes. */
const appendLimit = 256 * 1024;

/** Neighbours of one stream are one append. */
function appendsOf(events: readonly CheckedEvent[]): readonly Append[] {
  const appends: (Append & { readonly events: WrittenEvent[] })[] = [];
  let characters = 0;
  for (const { event, size } of events) {
    const open = appends.at(-1);
    characters += size;
    if (open?.stream === event.stream && characters <= appendLimit) open.events.push(event);
    else {
      appends.push({ stream: event.stream, expectedRevision: event.revision - 1, events: [event] });
      characters = size;
    }
  }
  return appends;
}
