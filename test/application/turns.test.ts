import { expect, test } from 'vitest';
import { createTurns } from '../../src/application/turns.ts';

test('tasks of one key are carried out in turn, those of others side by side', async () => {
  const turns = createTurns();
  const seen: string[] = [];
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const first = turns.take('a', async () => {
    await gate;
    seen.push('first');
  });
  const second = turns.take('a', async () => void seen.push('second'));
  await turns.take('b', async () => void seen.push('other'));
  open();
  await Promise.all([first, second]);
  expect(seen).toEqual(['other', 'first', 'second']);
});

test('what holds a key keeps its next task back, and whoever asks in the middle of a task; not the task that is running', async () => {
  const turns = createTurns();
  const seen: string[] = [];
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  const goesOn = turns.take('a', async () => {
    turns.hold('a', held);
    seen.push('goes on');
    await turns.held('a');
    seen.push('released');
  });
  const next = turns.take('a', async () => void seen.push('next'));
  await turns.take('b', async () => void seen.push('other'));
  expect(seen).toEqual(['goes on', 'other']);
  release();
  await Promise.all([goesOn, next]);
  expect(seen).toEqual(['goes on', 'other', 'released', 'next']);
});

test('a task that fails does not disturb the next', async () => {
  const turns = createTurns();
  await expect(turns.take('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await turns.take('a', async () => 'yes')).toBe('yes');
});
