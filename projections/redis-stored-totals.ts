// The book of totals that a Redis has, read by who compares it with the log.
import { beginning } from '../src/event-store/event-store.ts';
import type { RedisConnection } from '../src/redis/redis-connection.ts';
import type { Build, RedisKeys } from '../src/redis/redis-keys.ts';
import { answered } from './redis-failures.ts';
import type { StoredTotals } from './totals-audit.ts';
import { isContacts, isHolds } from './totals-change.ts';

/** Both fail with ReadSideUnavailable. A series whose first contact comes meanwhile may be missing. */
export function storedTotals({
  connection,
  keys,
  build,
}: {
  connection: RedisConnection;
  keys: RedisKeys;
  build: Build;
}): StoredTotals {
  const keyOf = (part: string) => keys.totals(build, part);
  return {
    async names() {
      const found = new Set<string>();
      const pattern = `${keys.entries('totals', build)}:*`;
      for (const master of connection.masters()) {
        let cursor = '0';
        do {
          const [next, places] = await answered(master.scan(cursor, 'MATCH', pattern, 'COUNT', 1000));
          for (const place of places) found.add(place.slice(keyOf('').length));
          cursor = next;
        } while (cursor !== '0');
      }
      return [...found].filter((name) => isContacts(name) || isHolds(name));
    },
    async read(names) {
      // All in one slot: nothing comes between.
      const together = connection.client.multi().hget(keyOf('book'), 'position');
      for (const name of names) {
        if (isContacts(name)) together.hgetall(keyOf(name));
        else together.zrange(keyOf(name), 0, '-1', 'WITHSCORES');
      }
      const replies = await answered(together.exec());
      const [position, ...parts] = (replies ?? []).map(([error, reply]) => {
        if (error) throw error;
        return reply;
      });
      return {
        position: (position as string | null) ?? beginning,
        parts: new Map(names.map((name, index) => [name, new Map(pairsIn(parts[index]))])),
      };
    },
  };
}

/** A hash as an object, a sorted set as a list of members and scores in turn. */
function pairsIn(reply: unknown): [string, string][] {
  if (!Array.isArray(reply)) return Object.entries((reply ?? {}) as Record<string, string>);
  return reply.flatMap((member: string, index): [string, string][] =>
    index % 2 === 0 ? [[member, String(reply[index + 1])]] : [],
  );
}
