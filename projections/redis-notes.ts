// What processes tell each other by a channel of Redis. A note may be lost: nobody may depend on one.
import type { Position } from '../src/event-store/event-store.ts';
import type { RedisConnection } from '../src/redis/redis-connection.ts';
import type { RedisKeys } from '../src/redis/redis-keys.ts';

/** The read models of an edition are there now; `recordedAt` is of the oldest event in the batch that brought them there. */
export interface AppliedNote {
  readonly kind: 'APPLIED';
  readonly edition: string;
  readonly position: Position;
  /** Absent when the batch was a part of catching up. */
  readonly recordedAt?: string;
  /** There are offers or placements in it. */
  readonly catalogue?: true;
}

/** Another build of a model is in use, or readers are let in anew. */
export interface SwitchedNote {
  readonly kind: 'SWITCHED';
}

export type Note = AppliedNote | SwitchedNote;

export interface RedisNotes {
  /** Tells everybody who listens now, this process included, if it arrives. */
  publish(note: Note): void;
  /** Answers the function that ends the listening. */
  onNote(listener: (note: Note) => void): () => void;
  stop(): void;
}

export interface RedisNotesOptions {
  readonly connection: RedisConnection;
  readonly keys: RedisKeys;
  readonly onError: (error: unknown) => void;
}

/** Listens as soon as somebody wants to hear. */
export function createRedisNotes({ connection, keys, onError }: RedisNotesOptions): RedisNotes {
  const listeners = new Set<(note: Note) => void>();
  let isListening = false;
  let isStopped = false;

  function hear(channel: string, message: string): void {
    if (channel !== keys.notes) return;
    try {
      const note = JSON.parse(message) as Note;
      for (const listener of listeners) listener(note);
    } catch (error) {
      onError(new Error(`a note on ${channel} was not understood`, { cause: error }));
    }
  }

  function listen(): void {
    if (isListening) return;
    isListening = true;
    const subscriber = connection.subscriber();
    subscriber.on('message', hear);
    // Waits for a connection; afterwards the client listens again by itself.
    subscriber.subscribe(keys.notes).catch((error: unknown) => isStopped || onError(error));
  }

  return {
    publish(note) {
      // Whoever waits for what it says asks for it after a while.
      connection.client.publish(keys.notes, JSON.stringify(note)).catch(() => {});
    },
    onNote(listener) {
      listeners.add(listener);
      listen();
      return () => void listeners.delete(listener);
    },
    stop() {
      isStopped = true;
      listeners.clear();
      if (!isListening) return;
      const subscriber = connection.subscriber();
      subscriber.off('message', hear);
      subscriber.unsubscribe(keys.notes).catch(() => {});
    },
  };
}
