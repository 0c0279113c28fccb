// The client of EventStoreDB. Never in one process with that of KurrentDB: their generated classes overwrite each other.
import { EventStoreDBClient } from '@eventstore/db-client';
import { createClientLogServer, type ServerClient } from './client-log-server.ts';
import type { LogServer } from './log-server.ts';

/** Connects with its first call. It throws what is wrong with the connection string. */
export function connectEventStoreDb(connectionString: string): LogServer {
  const client = EventStoreDBClient.connectionString(connectionString) as unknown as ServerClient;
  return createClientLogServer(client, { expected: 'expectedRevision' });
}
