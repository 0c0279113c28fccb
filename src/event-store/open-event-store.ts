// Opens the event store at a server by its URL. Only the package that is needed is loaded.
import type { EventStore } from './event-store.ts';
import { type EventStoreUrl, readEventStoreUrl } from './event-store-url.ts';
import type { LogServer } from './log-server.ts';
import { createServerEventStore, type ServerEventStoreOptions } from './server-event-store.ts';

/**
 * Nothing is asked of the server yet: one that is away is no error here.
 * @throws Error when the URL is wrong, a file that it names is missing, or the package is not installed; it tells nothing secret.
 */
export async function openEventStore(
  url: string | EventStoreUrl,
  options: Omit<ServerEventStoreOptions, 'connect'> = {},
): Promise<EventStore> {
  const read = typeof url === 'string' ? readEventStoreUrl(url) : url;
  const connect = await connectorOf(read);
  // Whatever is wrong with the connection string is found out now.
  let first: LogServer | undefined = connect();
  return createServerEventStore({
    ...options,
    connect() {
      const server = first ?? connect();
      first = undefined;
      return server;
    },
  });
}

/** The packages may not be in one process: what they generate has the same names. */
let loaded: EventStoreUrl['package'] | undefined;

async function connectorOf({ package: name, connectionString }: EventStoreUrl): Promise<() => LogServer> {
  if (loaded !== undefined && loaded !== name) {
    throw new Error(`needs ${name}, which cannot be in one process with ${loaded}; esdb:// reaches a KurrentDB, too`);
  }
  loaded = name;
  if (name === '@eventstore/db-client') {
    const { connectEventStoreDb } = await import('./eventstoredb-client.ts');
    return () => withoutSecrets(() => connectEventStoreDb(connectionString));
  }
  try {
    const { connectKurrentDb } = await import('./kurrentdb-client.ts');
    return () => withoutSecrets(() => connectKurrentDb(connectionString));
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    loaded = undefined;
    throw new Error(`needs the package ${name}, which is not installed: npm install ${name}@1.3.1`, { cause: error });
  }
}

/** The packages' errors carry the whole connection string. */
function withoutSecrets(connect: () => LogServer): LogServer {
  try {
    return connect();
  } catch (error) {
    throw new Error((error as Error).message);
  }
}
