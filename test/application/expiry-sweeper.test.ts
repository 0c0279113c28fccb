// The look for offers whose time is over goes on through an outage, and tells of each outage once.
import { expect, it } from 'vitest';
import { startExpirySweeper } from '../../src/application/expiry-sweeper.ts';
import type { Outcomes } from '../../src/application/outcomes.ts';
import { until } from '../redis/redis-server.ts';

it('of looks that fail in a row the first is reported, and again after one that succeeded', async () => {
  const failing = [true, true, true, false, true, true, false];
  let looks = 0;
  const reported: unknown[] = [];
  const expire = async () => {
    if (failing[looks++]) throw new Error(`look ${looks}`);
    return 0;
  };
  const sweeper = startExpirySweeper({
    outcomes: { expire } as unknown as Outcomes,
    clock: { now: () => '2026-11-21T12:00:00.000Z' } as never,
    onError: (error) => reported.push((error as Error).message),
    intervalMs: 1,
  });
  await until(() => looks >= failing.length);
  await sweeper.stop();
  expect(reported).toEqual(['look 1', 'look 5']);
});
