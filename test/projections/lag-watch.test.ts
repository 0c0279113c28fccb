// How far those who are brought the log are behind it, as far as is certain.
import { expect, onTestFinished, test } from 'vitest';
import { createLagWatch } from '../../projections/lag-watch.ts';
import { until } from '../redis/redis-server.ts';

test('it is behind since the first look for which not everything has come, until there is one for which it has', async () => {
  let now = 0;
  let head = '1';
  let applied = '1';
  const asked: string[] = [];
  const watch = createLagWatch({
    store: { head: async () => head },
    progress: {
      async waitFor(position) {
        asked.push(position);
        return position <= applied;
      },
    },
    everyMs: 1,
    monotonic: () => now,
    onError: (error) => expect.unreachable(String(error)),
  });
  onTestFinished(() => watch.stop());
  expect([watch.behindMs(), watch.caughtUpAt()]).toEqual([0, Number.NEGATIVE_INFINITY]);
  await watch.start();
  expect([watch.behindMs(), watch.caughtUpAt()]).toEqual([0, 0]);

  now = 1000;
  head = '2';
  await until(() => asked.at(-1) === '2');
  now = 61_000;
  expect(watch.behindMs()).toBe(60_000);
  // What comes in between is no news.
  [head, applied] = ['3', '2'];
  await until(() => asked.at(-1) === '3');
  expect(watch.behindMs()).toBe(60_000);

  applied = '3';
  await until(() => watch.behindMs() === 0);
  expect(watch.caughtUpAt()).toBe(61_000);
});

test('a log that cannot be asked is told of once, and says nothing of how far anybody is behind', async () => {
  const told: unknown[] = [];
  let isAway = false;
  const watch = createLagWatch({
    store: {
      async head() {
        if (isAway) throw new Error('away');
        return '1';
      },
    },
    progress: { waitFor: async () => true },
    everyMs: 1,
    onError: (error) => told.push(error),
  });
  onTestFinished(() => watch.stop());
  await watch.start();
  isAway = true;
  await until(() => watch.awayAt() !== undefined);
  await until(() => told.length > 0);
  expect([told.length, watch.behindMs()]).toEqual([1, 0]);
  isAway = false;
  await until(() => watch.awayAt() === undefined);
});
