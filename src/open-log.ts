// Opens the event log that the configuration names.
import { join } from 'node:path';
import type { Config } from './config.ts';
import type { EventStore } from './event-store/event-store.ts';
import { openEventStore } from './event-store/open-event-store.ts';
import { createSqliteEventStore } from './event-store/sqlite-event-store.ts';

/** The log as it is stored: its events have not been brought to their newest version. */
export interface OpenedLog {
  readonly store: EventStore;
  /** It is elsewhere, and may be away: a start waits for it. What is on this machine and cannot be read is for a person to see. */
  readonly isServer: boolean;
}

export interface OpenLogOptions {
  readonly onError?: (error: unknown) => void;
  /** As `SqliteEventStoreOptions`. */
  readonly pollEvery?: number;
}

/** Throws or rejects when the file is none of ours or cannot be opened, or the package for the server is not installed. */
export type OpenLog = (
  config: Pick<Config, 'eventStore' | 'data'>,
  options: OpenLogOptions,
) => OpenedLog | Promise<OpenedLog>;

/** The file of the log in the folder of a process. */
export function logFileIn(folder: string): string {
  return join(folder, 'kairos.db');
}

export const openLog: OpenLog = async ({ eventStore, data }, { onError, pollEvery }) => {
  if (!eventStore) {
    const polling = pollEvery !== undefined && { pollEvery };
    const store = createSqliteEventStore({ path: logFileIn(data), ...(onError && { onError }), ...polling });
    return { store, isServer: false };
  }
  const { url, timeoutMs } = eventStore;
  const store = await openEventStore(url, { timeoutMs, onError }).catch((error: Error) => {
    throw new Error(`EVENTSTORE_URL: ${error.message}`);
  });
  return { store, isServer: true };
};
