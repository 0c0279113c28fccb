// The event log that the configuration names, in the newest version of its events.
import { join } from 'node:path';
import type { Config } from './config.ts';
import type { EventStore } from './event-store/event-store.ts';
import { openEventStore } from './event-store/open-event-store.ts';
import { createSqliteEventStore } from './event-store/sqlite-event-store.ts';
import { upcasting } from './event-store/upcasters.ts';

/** The file of the log in the folder of a process. */
export function logFileIn(folder: string): string {
  return join(folder, 'kairos.db');
}

/**
 * @param pollEvery milliseconds between two looks for what other processes have written to a file
 * @throws Error when the file is none of ours or cannot be opened, or the package for the server is not installed
 */
export async function openLog(
  { eventStore, data }: Pick<Config, 'eventStore' | 'data'>,
  { onError, pollEvery }: { onError?: (error: unknown) => void; pollEvery?: number },
): Promise<EventStore> {
  const telling = onError && { onError };
  if (eventStore) {
    const options = { ...telling, timeoutMs: eventStore.timeoutMs };
    const opened = await openEventStore(eventStore.url, options).catch((error: Error) => {
      throw new Error(`EVENTSTORE_URL: ${error.message}`);
    });
    return upcasting(opened);
  }
  const polling = pollEvery !== undefined && { pollEvery };
  return upcasting(createSqliteEventStore({ path: logFileIn(data), ...telling, ...polling }));
}
