// How far the data in Redis is: a marker on every server, written when everything before it is there.
import { beginning, type Position } from '../src/event-store/event-store.ts';
import type { GuardedScripts } from '../src/redis/guarded-scripts.ts';
import type { RedisConnection } from '../src/redis/redis-connection.ts';
import type { RedisKeys } from '../src/redis/redis-keys.ts';
import { answered, dataLost } from './redis-failures.ts';

export interface RedisCheckpointOptions {
  readonly connection: RedisConnection;
  readonly keys: RedisKeys;
  readonly projecting: GuardedScripts<'moveMarker'>;
  /** Whoever fills models of their own goes by a checkpoint of their own. */
  readonly name: string;
}

export interface RedisCheckpoint {
  /**
   * Position up to which every server has everything; `beginning` when one has no marker.
   *
   * A server keeps the order of its writes in its replicas and on its disk: where a marker is, there is all that was written before it.
   */
  read(): Promise<Position>;
  /**
   * Everything up to the position has been acknowledged by every server. A marker never goes back.
   * @throws ReadSideUnavailable because of a `RedisNotReady` also when a marker that was read or written before is not there any more.
   */
  moveTo(position: Position): Promise<void>;
}

export function createRedisCheckpoint({ connection, keys, projecting, name }: RedisCheckpointOptions): RedisCheckpoint {
  const seen = new Set<string>();

  /** Asks for all of them before it returns: what is asked for after it is answered after it. */
  async function ofEach<Reply>(ask: (marker: string) => Promise<Reply>): Promise<[marker: string, reply: Reply][]> {
    const markers = connection.tags().map((tag) => keys.marker(name, tag));
    return Promise.all(markers.map(async (marker): Promise<[string, Reply]> => [marker, await ask(marker)]));
  }

  return {
    async read() {
      const positions = await answered(ofEach((marker) => connection.client.get(marker)));
      for (const [marker, position] of positions) if (position !== null) seen.add(marker);
      return positions.map(([, position]) => position ?? beginning).reduce((one, other) => (other < one ? other : one));
    },
    async moveTo(position) {
      const move = (marker: string) => projecting.call('moveMarker', [marker], [position, seen.has(marker) ? 1 : 0]);
      for (const [marker, moved] of await answered(ofEach(move))) {
        if (moved !== 1) throw dataLost(marker);
        seen.add(marker);
      }
    },
  };
}
