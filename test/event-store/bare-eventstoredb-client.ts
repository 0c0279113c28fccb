// EventStoreDB's client as it is, for tests of what the double does and of what the client makes of it.
import { randomUUID } from 'node:crypto';
import { type AllStreamSubscription, EventStoreDBClient, jsonEvent } from '@eventstore/db-client';

export interface BareClients {
  open(url: string): EventStoreDBClient;
  /** Gives up everything that is under way. Waits for nothing: a client whose batch call the server has ended would never be done. */
  dispose(): void;
}

export function createBareClients(): BareClients {
  const clients: EventStoreDBClient[] = [];
  return {
    open: (url) => {
      const client = EventStoreDBClient.connectionString(url);
      clients.push(client);
      return client;
    },
    dispose: () => {
      for (const client of clients.splice(0)) void client.dispose();
    },
  };
}

export function noted(id: string = randomUUID(), data: Readonly<Record<string, string | number>> = {}) {
  return jsonEvent({ id, type: 'Noted', data: { ...data }, metadata: { of: 'a test' } });
}

export function notedMany(count: number) {
  return Array.from({ length: count }, (_, number) => noted(randomUUID(), { number }));
}

/** Ids of what is read, in that order. */
export async function idsOf(
  events: AsyncIterable<{ readonly event?: { readonly id: string } | undefined }>,
): Promise<(string | undefined)[]> {
  const ids = [];
  for await (const { event } of events) ids.push(event?.id);
  return ids;
}

/** What the promise is rejected with. */
export function reasonOf(
  promise: Promise<unknown>,
): Promise<Error & { readonly type?: string; readonly code?: number }> {
  return promise.then(
    () => {
      throw new Error('it was not rejected');
    },
    (error) => error,
  );
}

/** The error with which a subscription ends. */
export function errorOf(
  subscription: AllStreamSubscription,
): Promise<Error & { readonly type?: string; readonly code?: number }> {
  return new Promise((resolve) => {
    subscription.once('error', resolve);
    subscription.resume();
  });
}
