// The client of KurrentDB, an optional peer. Never in one process with that of EventStoreDB: their generated classes overwrite each
// other.
import { KurrentDBClient } from '@kurrent/kurrentdb-client';
import { createClientLogServer, type ServerClient } from './client-log-server.ts';
import type { LogServer } from './log-server.ts';

/**
 * Its reads go by an addon with a connection of its own, which mends itself and which nobody can close: a client that is given up leaves
 * it behind. A read that the server never answers stays open in it, and the process with it, unless that is told to exit. So all clients
 * share what they read by; it is made anew with a client only when it is old enough.
 */
const readers = new Map<string, { readonly client: ServerClient; readonly since: number }>();
/** Milliseconds; by then the addon has given up a server that is silent. */
const readerAge = 30_000;

/** Connects with its first call. It throws what is wrong with the connection string. */
export function connectKurrentDb(connectionString: string): LogServer {
  const client = clientOf(connectionString);
  let reader = readers.get(connectionString);
  if (reader === undefined || performance.now() - reader.since > readerAge) {
    reader = { client, since: performance.now() };
    readers.set(connectionString, reader);
  }
  return createClientLogServer(client, { expected: 'streamState', reader: reader.client });
}

function clientOf(connectionString: string): ServerClient {
  return KurrentDBClient.connectionString(connectionString) as unknown as ServerClient;
}
