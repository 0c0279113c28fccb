import { expect, test } from 'vitest';
import { inOrder } from '../../demo/in-order.ts';

interface Task {
  readonly at: number;
  readonly name: string;
  readonly customers: readonly string[];
}

/** Runs tasks and lets them end by hand. */
function start(tasks: readonly Task[], options: { concurrency: number; lag: number }) {
  const started: string[] = [];
  const ends = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();
  const all = inOrder(tasks, {
    ...options,
    customersOf: (task) => task.customers,
    run(task) {
      started.push(task.name);
      return new Promise<void>((resolve, reject) => ends.set(task.name, { resolve, reject }));
    },
  });
  // Failures are looked at by the test, perhaps later.
  all.catch(() => undefined);
  return {
    all,
    started,
    end(name: string, error?: Error) {
      if (error) ends.get(name)?.reject(error);
      else ends.get(name)?.resolve();
      return settled();
    },
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const task = (name: string, at: number, ...customers: string[]): Task => ({ name, at, customers });

test("a customer's tasks run one after the other, different customers side by side", async () => {
  const run = start([task('a1', 0, 'a'), task('b1', 1, 'b'), task('a2', 2, 'a')], { concurrency: 4, lag: 100 });
  await settled();
  expect(run.started).toEqual(['a1', 'b1']);
  await run.end('a1');
  expect(run.started).toEqual(['a1', 'b1', 'a2']);
  await run.end('b1');
  await run.end('a2');
  await run.all;
});

test('a task of several customers waits for all of them', async () => {
  const run = start([task('a1', 0, 'a'), task('b1', 0, 'b'), task('ab', 1, 'a', 'b')], { concurrency: 4, lag: 100 });
  await settled();
  await run.end('a1');
  expect(run.started).not.toContain('ab');
  await run.end('b1');
  expect(run.started).toContain('ab');
  await run.end('ab');
  await run.all;
});

test('no more tasks are under way than allowed', async () => {
  const run = start([task('a', 0, 'a'), task('b', 0, 'b'), task('c', 0, 'c')], { concurrency: 2, lag: 100 });
  await settled();
  expect(run.started).toEqual(['a', 'b']);
  await run.end('b');
  expect(run.started).toEqual(['a', 'b', 'c']);
  await run.end('a');
  await run.end('c');
  await run.all;
});

test('nobody runs ahead of the oldest task by more than the lag', async () => {
  const run = start([task('a', 0, 'a'), task('b', 50, 'b'), task('c', 101, 'c')], { concurrency: 4, lag: 100 });
  await settled();
  expect(run.started).toEqual(['a', 'b']);
  await run.end('a');
  expect(run.started).toEqual(['a', 'b', 'c']);
  await run.end('b');
  await run.end('c');
  await run.all;
});

test('after a failure nothing more starts, and the first error is the answer', async () => {
  const run = start([task('a', 0, 'a'), task('b', 0, 'b'), task('c', 0, 'c')], { concurrency: 2, lag: 100 });
  await settled();
  await run.end('a', new Error('the first'));
  await run.end('b', new Error('the second'));
  await expect(run.all).rejects.toThrow('the first');
  expect(run.started).toEqual(['a', 'b']);
});
