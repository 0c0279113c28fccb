// An outage of Redis is one piece of news, however many run into it.
import { expect, onTestFinished, test } from 'vitest';
import { ReadSideUnavailable } from '../projections/read-side-unavailable.ts';
import { watchRedis } from '../src/redis-watch.ts';

const refused = () => Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:6379'), { code: 'ECONNREFUSED' });
const begun = 'Redis does not answer: connect ECONNREFUSED 127.0.0.1:6379. Kairos answers without it until it does.';

function watched() {
  const told: unknown[] = [];
  const redis = { answers: false, asked: 0 };
  const watch = watchRedis({
    probe: async () => {
      redis.asked += 1;
      if (!redis.answers) throw refused();
    },
    onError: (error) => told.push(error),
    everyMs: 1,
  });
  onTestFinished(watch.stop);
  return { told, redis, ...watch };
}

/** Whoever asks for something else after it has it after what was begun before. */
const settled = () => new Promise((resolve) => setTimeout(resolve));

test('it is told when it begins and when it is over, whoever runs into it and however it is wrapped', async () => {
  const { told, redis, tell, outage } = watched();
  tell(refused());
  tell(new ReadSideUnavailable('Redis does not answer: Command timed out', { cause: new Error('Command timed out') }));
  tell(new Error('the projector could not go on, and tries again', { cause: refused() }));
  await expect.poll(() => told).toEqual([begun]);
  expect(outage()).toEqual({
    part: 'READ_SIDE',
    since: expect.stringMatching(/Z$/),
    cause: 'Redis does not answer: connect ECONNREFUSED 127.0.0.1:6379',
  });
  redis.answers = true;
  await expect.poll(() => told.at(-1)).toMatch(/^Redis answers again, after \d+\.\d s\.$/);
  expect(outage()).toBeUndefined();
  tell(new ReadSideUnavailable('what the outage has failed, and ends late'));
  await settled();
  expect(told).toHaveLength(2);
  redis.answers = false;
  tell(refused());
  await expect.poll(() => told.slice(2)).toEqual([begun]);
});

test('whoever runs into it at the same time, Redis is asked once', async () => {
  const { told, redis, tell } = watched();
  redis.answers = true;
  for (let count = 0; count < 20; count += 1) tell(refused());
  await expect.poll(() => told).toHaveLength(20);
  expect(redis.asked).toBe(1);
});

test('what fails while Redis answers is told as ever', async () => {
  const { told, redis, tell } = watched();
  redis.answers = true;
  const error = new Error('the projector could not go on, and tries again', {
    cause: new ReadSideUnavailable('the lease was lost'),
  });
  tell(error);
  await expect.poll(() => told).toEqual([error]);
});

test('what cannot be because of Redis is told as ever, also while it is away', async () => {
  const { told, tell } = watched();
  tell(refused());
  await expect.poll(() => told).toEqual([begun]);
  const bug = new Error('a bug');
  const others = [new TypeError('a bug'), bug, new Error('wrapped', { cause: bug }), 'a sentence'];
  for (const other of others) tell(other);
  expect(told.slice(1)).toEqual(others);
});
