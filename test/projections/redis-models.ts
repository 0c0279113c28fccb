// Read models in a Redis of a test, opened as a projector leaves it.
import { answering } from '../../projections/redis-failures.ts';
import {
  createRedisReadModels,
  type RedisReadModels,
  type RedisReadModelsOptions,
  readModelProjectingScripts,
  readModelServingScripts,
} from '../../projections/redis-read-models.ts';
import { createSameSlotReads, sameSlotScripts } from '../../src/redis/same-slot-reads.ts';
import { type OpenRedis, openRedis } from '../redis/open-redis.ts';

const scripts = { ...sameSlotScripts, ...readModelServingScripts, ...readModelProjectingScripts };

export type ModelRedis = OpenRedis<keyof typeof scripts>;

export function openModelRedis(url: string): Promise<ModelRedis> {
  return openRedis(url, scripts);
}

/** Each call is one more process with the same models. */
export function modelsIn(
  redis: Pick<ModelRedis, 'connection' | 'keys' | 'scripts'>,
  options: Partial<RedisReadModelsOptions> = {},
): RedisReadModels {
  const { connection, keys } = redis;
  const reads = createSameSlotReads(answering(redis.scripts), connection);
  return createRedisReadModels({
    connection,
    keys,
    reads,
    serving: redis.scripts,
    projecting: redis.scripts,
    ...options,
  });
}
