// The connections to Redis: one for commands, one that listens to channels; a single server or a cluster, it is the same to all others.
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import { slotCount, slotOf, tagIn } from './key-slots.ts';
import type { RedisSettings } from './redis-settings.ts';

/** Either has every command; in a cluster all keys of one command must be in one slot. */
export type RedisClient = Redis | Cluster;
/** One server that may be written to. */
export type RedisServer = Redis;

/** Replies have the shapes that ioredis has always given them. */
type Options = Omit<RedisOptions, 'replyMapping'>;

export interface RedisConnectionOptions {
  readonly settings: RedisSettings;
  /** Milliseconds after which a command without an answer has failed; 500 when absent. What it asked may have been done. */
  readonly commandTimeout?: number;
  /** Told of the first failure of each outage of a connection; it is made again by itself. */
  readonly onError: (error: unknown) => void;
}

export interface RedisConnection {
  /** Resolves when Redis can be asked for the first time. */
  connected(): Promise<void>;
  /** For commands. One that finds no connection fails at once, it does not wait for one. */
  readonly client: RedisClient;
  /** For `subscribe` only; made when it is first asked for. What it listens to, it listens to again after a loss. */
  subscriber(): RedisClient;
  /** The servers that may be written to: one, or the masters of the cluster as far as they are known now. */
  masters(): readonly RedisServer[];
  /**
   * One for each of `masters`: a hash tag of which the keys are there. It is another when the first slot of a master has moved.
   * @throws Error while it is not known of every slot where it is.
   */
  tags(): readonly string[];
  /** The one of `tags` that is of this master; throws as it does. */
  tagOn(server: RedisServer): string;
  /** What can be in one command has the same number, by the hash tag of its keys: everything, or in a cluster what is in the same slot. */
  slotOf(tag: string): number;
  /** The same, of several. */
  bySlot<Item>(items: readonly Item[], tagOf: (item: Item) => string): readonly (readonly Item[])[];
  /** What is asked by commands before `ask` returns is sent in one piece. */
  together<Asked>(ask: () => Asked): Asked;
  close(): Promise<void>;
}

/** A listener that has heard nothing for so many milliseconds, although it asked, makes its connection anew. */
const silenceMs = 2000;

/** Begins to connect and answers at once: whoever needs Redis finds out by its commands. */
export function connectRedis({ settings, commandTimeout = 500, onError }: RedisConnectionOptions): RedisConnection {
  const common: Options = {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 2000,
    // A master that another has taken the place of, and that leaves its connections as they are: the same name leads to the other now.
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
    retryStrategy: (attempts) => Math.min(20 * 2 ** Math.min(attempts, 6), 1000),
    ...(settings.username !== undefined && { username: settings.username }),
    ...(settings.password !== undefined && { password: settings.password }),
    ...(settings.tls && { tls: {} }),
  };
  // A server that says nothing at all for so long may never do again, and nobody would be told: the connection is made anew.
  const forCommands = { ...common, commandTimeout, socketTimeout: 2 * commandTimeout };
  // It has no commands that wait for an answer on the path of a decision, and what it is asked it may ask a little later.
  const forListening = { ...common, enableOfflineQueue: true, maxRetriesPerRequest: null, socketTimeout: silenceMs };
  const client = open(settings, forCommands, onError);
  let subscriber: RedisClient | undefined;
  let asking: NodeJS.Timeout | undefined;

  /** Who only listens does not notice that nobody speaks: it asks now and then. The clients of a cluster look after each other. */
  function listen(): RedisClient {
    const listening = open(settings, forListening, onError);
    const ask = () => listening.status === 'ready' && listening.ping().catch(() => {});
    if (listening instanceof Redis) asking = setInterval(ask, silenceMs / 2).unref();
    return listening;
  }

  const masters = () => (client instanceof Cluster ? client.nodes('master') : [client]);
  const tagsByMaster = () => (client instanceof Cluster ? tagsOf(client.slots) : undefined);

  return {
    client,
    async connected() {
      if (client.status !== 'ready') await new Promise<void>((resolve) => client.once('ready', () => resolve()));
    },
    subscriber() {
      subscriber ??= listen();
      return subscriber;
    },
    masters,
    tags: () => [...(tagsByMaster()?.values() ?? [tagIn(0)])],
    tagOn({ options: { host, port } }) {
      const tags = tagsByMaster();
      const tag = tags ? tags.get(`${host}:${port}`) : tagIn(0);
      if (tag === undefined) throw new Error(`the server ${host}:${port} has no slots`);
      return tag;
    },
    slotOf: client instanceof Cluster ? slotOf : () => 0,
    bySlot(items, tagOf) {
      if (!(client instanceof Cluster)) return [items];
      return [...Map.groupBy(items, (item) => slotOf(tagOf(item))).values()];
    },
    together(ask) {
      // There is none before the first connection.
      const streams = masters().flatMap(({ stream }) => stream ?? []);
      for (const stream of streams) stream.cork();
      try {
        return ask();
      } finally {
        for (const stream of streams) stream.uncork();
      }
    },
    async close() {
      clearInterval(asking);
      for (const each of [client, subscriber]) each?.disconnect();
    },
  };
}

/** By slot: the node that may be written to, and its replicas. */
function tagsOf(slots: readonly (readonly string[])[]): Map<string, string> {
  const tags = new Map<string, string>();
  let before: string | undefined;
  for (let slot = 0; slot < slotCount; slot++) {
    const master = slots[slot]?.[0];
    if (master === undefined) throw new Error(`no server is known for the slot ${slot}`);
    if (master !== before && !tags.has(master)) tags.set(master, tagIn(slot));
    before = master;
  }
  return tags;
}

function open(settings: RedisSettings, options: Options, onError: (error: unknown) => void): RedisClient {
  const client = clientFor(settings, options);
  let isReported = false;
  client.on('error', (error: Error & { command?: { name?: string } }) => {
    // A client that may not have its database goes on with number 0, which is somebody else's.
    if (error.command?.name === 'select' && error.message.startsWith('ERR ')) client.disconnect();
    if (!isReported) onError(withoutCommands(error));
    isReported = true;
  });
  client.on('ready', () => {
    isReported = false;
  });
  return client;
}

/** A failed greeting has the password among the arguments of its command. */
function withoutCommands(error: Error & { command?: unknown; lastNodeError?: { command?: unknown } }): Error {
  delete error.command;
  delete error.lastNodeError?.command;
  return error;
}

function clientFor({ nodes, socket, sentinelOf, database, tls }: RedisSettings, options: Options): RedisClient {
  if (socket !== undefined) return new Redis({ ...options, path: socket, db: database });
  if (sentinelOf !== undefined) {
    // A master that another has taken the place of may live on, and take writes that nobody will ever see, until it is told.
    const detection = {
      failoverDetector: true,
      // The client prints each failure to reach one of them.
      sentinelReconnectStrategy: (attempts: number) => Math.min(1000 * 2 ** attempts, 60_000),
    };
    return new Redis({ ...options, ...detection, sentinels: [...nodes], name: sentinelOf });
  }
  const [first] = nodes;
  if (nodes.length === 1 && first) return new Redis({ ...options, ...first, db: database });
  return new Cluster([...nodes], {
    redisOptions: options,
    enableOfflineQueue: options.enableOfflineQueue ?? true,
    clusterRetryStrategy: (attempts) => Math.min(20 * 2 ** Math.min(attempts, 6), 1000),
    slotsRefreshTimeout: 2000,
    // A moved slot is found at once by the answer; this is for those that nobody asks for.
    slotsRefreshInterval: 5000,
    ...(tls && { dnsLookup: (address, callback) => callback(null, address) }),
  });
}
