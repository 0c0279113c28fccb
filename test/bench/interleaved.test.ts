import { expect, test } from 'vitest';
import { timeInterleaved } from '../../bench/interleaved.ts';

/** Keeps the processor busy, so that a batch has a length. */
function work(milliseconds: number): void {
  for (const until = performance.now() + milliseconds; performance.now() < until; );
}

test('contenders take turns, and who begins a round changes', async () => {
  const order: string[] = [];
  const contender = (name: string) => ({
    name,
    run() {
      work(1);
      if (order.at(-1) !== name) order.push(name);
    },
  });
  const timings = await timeInterleaved([contender('a'), contender('b')], { rounds: 4, batchMs: 1 });
  // Warm-ups first, one after the other; then the rounds ab ba ab ba, where equal neighbours run into each other.
  expect(order.join('')).toBe(`${'ab'}${'ab'}${'a'}${'b'}${'a'}`);
  expect(timings.map(({ name }) => name)).toEqual(['a', 'b']);
  for (const { microseconds } of timings) expect(microseconds).toBeGreaterThanOrEqual(1000);
});

test('promises are waited for, and turns are counted from call to call', async () => {
  const turns: number[] = [];
  let underWay = 0;
  const run = async (turn: number) => {
    expect(++underWay).toBe(1);
    turns.push(turn);
    await new Promise((resolve) => setImmediate(resolve));
    work(1);
    underWay--;
  };
  await timeInterleaved([{ name: 'a', run }], { rounds: 2, batchMs: 1 });
  expect(turns).toEqual(turns.map((_, index) => index));
});
