// Who appends: Kairos' two stores through their port, and each of what they are made of, bare.
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import type { EventStore, NewEvent } from '../../src/event-store/event-store.ts';
import { noStream } from '../../src/event-store/event-store.ts';
import { openEventStore } from '../../src/event-store/open-event-store.ts';
import { createSqliteEventStore } from '../../src/event-store/sqlite-event-store.ts';
import { openForWriting, openLogFile } from '../../src/event-store/sqlite-log-file.ts';
import { categoryOf } from '../../src/event-store/stream-names.ts';

export interface Appender {
  /** Writes the event to a stream of its own; it is durable when the promise resolves. */
  append(event: NewEvent): Promise<unknown>;
  close(): Promise<unknown>;
}

export type AppenderName = 'SQLITE_BARE' | 'SQLITE_PORT' | 'SERVER_BARE' | 'SERVER_PORT';

/** @param server connection string of the event store; both clients use it from this process */
export async function openAppender(name: AppenderName, folder: string, server: string): Promise<Appender> {
  switch (name) {
    case 'SQLITE_BARE':
      return bareSqlite(join(folder, 'bare.db'));
    case 'SQLITE_PORT':
      return throughPort(createSqliteEventStore({ path: join(folder, 'port.db') }));
    case 'SERVER_BARE':
      return bareClient(server);
    case 'SERVER_PORT':
      return throughPort(await openEventStore(server));
  }
}

const newStream = () => `bench-${randomUUID()}`;

function throughPort(store: EventStore): Appender {
  return { append: (event) => store.append(newStream(), noStream, [event]), close: () => store.close() };
}

function bareClient(server: string): Appender {
  const client = EventStoreDBClient.connectionString(server);
  return {
    append: ({ id, type, data, metadata }) =>
      client.appendToStream(newStream(), jsonEvent({ id, type, data: { ...data }, metadata: { ...metadata } }), {
        expectedRevision: NO_STREAM,
      }),
    close: () => client.dispose(),
  };
}

/** Group commit as plainly as it goes: what came in one turn of the event loop is one transaction, in the thread of the caller. */
function bareSqlite(path: string): Appender {
  // It makes the file and its tables.
  openLogFile(path).close();
  const database: DatabaseSync = openForWriting(path);
  const insert = database.prepare(
    'INSERT INTO events (id, stream, category, revision, type, data, metadata, recorded_at) VALUES (?, ?, ?, 0, ?, ?, ?, ?)',
  );
  let waiting: { readonly event: NewEvent; readonly resolve: () => void }[] = [];

  function commit(): void {
    const batch = waiting;
    waiting = [];
    const recordedAt = new Date().toISOString();
    database.exec('BEGIN IMMEDIATE');
    for (const { event } of batch) {
      const { id, type, data, metadata } = event;
      const stream = newStream();
      insert.run(id, stream, categoryOf(stream), type, JSON.stringify(data), JSON.stringify(metadata), recordedAt);
    }
    database.exec('COMMIT');
    for (const { resolve } of batch) resolve();
  }

  return {
    append: (event) =>
      new Promise<void>((resolve) => {
        waiting.push({ event, resolve });
        if (waiting.length === 1) setImmediate(commit);
      }),
    async close() {
      database.close();
    },
  };
}
