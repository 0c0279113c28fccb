// The client of KurrentDB, an optional peer. Never in one process with that of EventStoreDB: their generated classes overwrite each
// other.
import { KurrentDBClient } from '@kurrent/kurrentdb-client';
import { createClientLogServer, type ServerClient } from './client-log-server.ts';
import type { LogServer } from './log-server.ts';

/** Connects with its first call. It throws what is wrong with the connection string. */
export function connectKurrentDb(connectionString: string): LogServer {
  const client = KurrentDBClient.connectionString(connectionString) as unknown as ServerClient;
  return createClientLogServer(client, { expected: 'streamState' });
}
