// The screen pops in Redis: a stream for each agent, and a channel that only says there is one more. Any replica reads on for any console.
import { type GuardedScripts, readLua } from '../redis/guarded-scripts.ts';
import type { RedisClient, RedisConnection } from '../redis/redis-connection.ts';
import type { RedisKeys } from '../redis/redis-keys.ts';
import type { ScreenPop, ScreenPopFeed } from './screen-pop-feed.ts';
import { createScreenPopSubscribers, type KeptPops, nextPop } from './screen-pop-subscribers.ts';

/** What `publish` calls. Whoever projects opens it. */
export const screenPopProjectingScripts = { publishPop: readLua(new URL('./lua/publish-pop.lua', import.meta.url)) };

export interface RedisScreenPopFeedOptions {
  readonly connection: RedisConnection;
  readonly keys: RedisKeys;
  readonly scripts: GuardedScripts<keyof typeof screenPopProjectingScripts>;
  /** How many pops of an agent are kept. */
  readonly kept?: number;
  /** Milliseconds between looks at the streams for whose pops somebody waits: what a lost message costs at most. */
  readonly lookMs?: number;
  /** Told when streams can no longer be read, once until all can be read again. Those who wait go on waiting. */
  readonly onError: (error: unknown) => void;
}

export interface RedisScreenPopFeed extends ScreenPopFeed {
  /**
   * @throws RedisNotReady when the server does not have the script, what the client throws otherwise. Then nobody knows whether
   * the pop was published: publish it again before those that follow it.
   */
  publish(pop: ScreenPop): Promise<void>;
  /** How many agents anything is held for in this process. */
  agents(): number;
}

/** An agent without a pop for a week has none any more. */
const keptSeconds = 7 * 24 * 3600;

interface Listening {
  readonly agentId: string;
  readonly channel: string;
  /** Whether Redis was asked for the channel. */
  isAsked: boolean;
  /** Whether nobody waited at the last look. */
  isResting: boolean;
}

interface StoredPop {
  readonly position: string;
  /** Position of the agent's pop before it; '' when there was none. */
  readonly previous: string;
  readonly json: string;
}

/**
 * Positions of the log decide what a subscriber gets, never the ids that Redis gives: so a console may go on at any replica, and a
 * Redis that has lost everything, or a part, is filled again without anybody noticing.
 *
 * Nothing of the pops is held here, and nothing at all by a feed that only publishes. A subscriber reads the stream when it asks for
 * the next pop, when the channel says there is one, when a connection is back, and every few seconds.
 */
export function createRedisScreenPopFeed(options: RedisScreenPopFeedOptions): RedisScreenPopFeed {
  const { connection, keys, scripts, kept = 100, lookMs = 3000, onError } = options;
  const { client } = connection;
  const channels = new Map<string, Listening>();
  /** Streams that could not be read, channels that could not be listened to. */
  const failing = new Set<string>();
  const subscribers = createScreenPopSubscribers({ take, onWaiting: listen });
  let subscriber: RedisClient | undefined;
  let looking: NodeJS.Timeout | undefined;
  let closed = false;

  async function take(agentId: string, position: string, isReading: boolean): Promise<ScreenPop | undefined> {
    const key = keys.pops(agentId);
    const found = await readBehind(key, position);
    const next = found && nextPop(found, position, isReading);
    return next && parse(key, next.json);
  }

  /** The newest pops: all those behind a position, or all that are kept. Mostly it is one or none, so it reads one, then more. */
  async function readBehind(key: string, position: string): Promise<KeptPops<StoredPop> | undefined> {
    for (let count = 1; ; count *= 8) {
      const entries = await readNewest(key, count);
      if (!entries) return undefined;
      const pops = entries.map((entry) => storedPop(key, entry)).reverse();
      const forgotten = pops[0]?.previous ?? '';
      if (forgotten <= position || pops.length < count) return { pops, forgotten };
    }
  }

  /** Newest first; undefined while Redis is away. */
  async function readNewest(key: string, count: number): Promise<[id: string, fields: string[]][] | undefined> {
    try {
      const entries = await client.xrevrange(key, '+', '-', 'COUNT', count);
      failing.delete(key);
      return entries;
    } catch (error) {
      fail(key, error);
      return undefined;
    }
  }

  function fail(what: string, error: unknown): void {
    if (closed) return;
    if (failing.size === 0) onError(error);
    failing.add(what);
  }

  function listen(agentId: string): void {
    const channel = keys.popsChannel(agentId);
    if (channels.has(channel)) return;
    const listening = { agentId, channel, isAsked: false, isResting: false };
    channels.set(channel, listening);
    looking ??= setInterval(lookAgain, lookMs).unref();
    void ask(listening);
  }

  async function ask(listening: Listening): Promise<void> {
    const { agentId, channel } = listening;
    listening.isAsked = true;
    try {
      await listener().subscribe(channel);
      failing.delete(channel);
      // What was published before Redis had heard of it is read now.
      subscribers.wake(agentId);
    } catch (error) {
      listening.isAsked = false;
      fail(channel, error);
    }
  }

  function listener(): RedisClient {
    if (!subscriber) {
      subscriber = connection.subscriber();
      subscriber.on('message', onMessage);
      for (const each of [client, subscriber]) each.on('ready', wakeAll);
    }
    return subscriber;
  }

  function onMessage(channel: string): void {
    const listening = channels.get(channel);
    if (listening) subscribers.wake(listening.agentId);
  }

  function wakeAll(): void {
    for (const { agentId } of channels.values()) subscribers.wake(agentId);
  }

  /** A console is away for moments between two pops: its channel is given up when nobody has waited for a whole interval. */
  function lookAgain(): void {
    for (const listening of [...channels.values()]) {
      const { agentId } = listening;
      if (subscribers.isWaitedFor(agentId)) {
        listening.isResting = false;
        if (!listening.isAsked) void ask(listening);
        subscribers.wake(agentId);
      } else if (listening.isResting) leave(listening);
      else listening.isResting = true;
    }
  }

  function leave({ agentId, channel }: Listening): void {
    channels.delete(channel);
    failing.delete(channel);
    failing.delete(keys.pops(agentId));
    // A connection that is lost before it has heard this no longer listens to anything.
    subscriber?.unsubscribe(channel).catch(() => {});
    if (channels.size > 0) return;
    clearInterval(looking);
    looking = undefined;
  }

  return {
    async publish(pop) {
      if (closed) return;
      const { agentId, position } = pop;
      const args = [position, JSON.stringify(pop), kept, keptSeconds, keys.popsChannel(agentId)];
      await scripts.call('publishPop', [keys.pops(agentId)], args);
    },
    subscribe: subscribers.subscribe,
    async close() {
      closed = true;
      subscribers.close();
      subscriber?.off('message', onMessage);
      for (const each of [client, subscriber]) each?.off('ready', wakeAll);
      for (const listening of [...channels.values()]) leave(listening);
    },
    agents: () => channels.size,
  };
}

function storedPop(key: string, [id, fields]: [id: string, fields: string[]]): StoredPop {
  const [, position, , previous, , json] = fields;
  if (position === undefined || previous === undefined || json === undefined)
    throw new Error(`${key}: ${id} is not a screen pop`);
  return { position, previous, json };
}

function parse(key: string, json: string): ScreenPop {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new Error(`${key}: a screen pop is not JSON`, { cause });
  }
}
