import { describe, expect, test } from 'vitest';
import { ReadSideUnavailable } from '../../projections/read-side-unavailable.ts';
import { answered, dataLost } from '../../projections/redis-failures.ts';
import { RedisNotReady } from '../../src/redis/guarded-scripts.ts';

const reply = (message: string) => Object.assign(new Error(message), { name: 'ReplyError' });

async function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('a call to Redis', () => {
  test('answers what Redis answers', async () => {
    expect(await answered(Promise.resolve(null))).toBeNull();
  });

  test.each([
    new Error('Command timed out'),
    new Error("Stream isn't writeable and enableOfflineQueue options is false"),
    reply('LOADING Redis is loading the dataset in memory'),
    reply('CLUSTERDOWN Hash slot not served'),
    reply("READONLY You can't write against a read only replica."),
    reply('OOM command not allowed'),
    new RedisNotReady('Redis has not been checked yet'),
  ])('that fails by what passes makes the read side unavailable: $message', async (cause) => {
    const failure = await failureOf(answered(Promise.reject(cause)));
    expect(failure).toBeInstanceOf(ReadSideUnavailable);
    expect(failure).toMatchObject({ cause, message: expect.stringContaining(cause.message) });
  });

  test.each([
    reply('WRONGTYPE Operation against a key holding the wrong kind of value'),
    reply('ERR wrong number of arguments'),
    reply("CROSSSLOT Keys in request don't hash to the same slot"),
  ])('that is wrong itself fails as it is: $message', async (fault) => {
    expect(await failureOf(answered(Promise.reject(fault)))).toBe(fault);
  });
});

test('what was lost is as bad as a server that nobody has looked at', () => {
  expect(dataLost('an entry')).toMatchObject({ message: 'Redis has lost an entry', cause: expect.any(RedisNotReady) });
});
