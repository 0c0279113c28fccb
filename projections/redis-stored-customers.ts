// The contacts of all customers that a Redis has, one after another: for who compares them with the log.
import type { RedisConnection } from '../src/redis/redis-connection.ts';
import type { Build, RedisKeys } from '../src/redis/redis-keys.ts';
import { answered } from './redis-failures.ts';
import type { StoredCustomer } from './stored-contacts.ts';

const keysAtOnce = 500;

/** In no order. A customer whose first contact comes meanwhile may be missing. @throws ReadSideUnavailable */
export async function* storedCustomers({
  connection,
  keys,
  build,
}: {
  connection: RedisConnection;
  keys: RedisKeys;
  build: Build;
}): AsyncGenerator<StoredCustomer> {
  const pattern = keys.entries('caps', build);
  for (const master of connection.masters()) {
    const seen = new Set<string>();
    let cursor = '0';
    do {
      const [next, found] = await answered(master.scan(cursor, 'MATCH', pattern, 'COUNT', keysAtOnce));
      // A key may come twice.
      const fresh = [...new Set(found)].filter((key) => !seen.has(key));
      for (const key of fresh) seen.add(key);
      const hashes = await Promise.all(fresh.map((key) => answered(master.hgetall(key))));
      for (const [index, key] of fresh.entries()) {
        yield { customerId: key.slice(key.indexOf('{') + 1, -1), fields: Object.entries(hashes[index] ?? {}).flat() };
      }
      cursor = next;
    } while (cursor !== '0');
  }
}
