// How long customers wait for read models that stand still: once, not each of them.
import { expect, test } from 'vitest';
import { createSettling } from '../../src/application/settling.ts';

test('after one that waited in vain nobody waits, until the read models have got there', async () => {
  const asked: string[] = [];
  let reached = '1';
  const held: Promise<unknown>[] = [];
  const settle = createSettling({ hold: (_, until) => void held.push(until) }, (position, timeoutMs) => {
    if (timeoutMs > 0) asked.push(position);
    return Promise.resolve(position <= reached);
  });
  const settled = async (position: string) => {
    settle('c1', position);
    await held.at(-1);
  };
  await settled('1');
  await settled('2');
  await settled('3');
  await settled('4');
  expect(asked).toEqual(['1', '2']);
  reached = '2';
  await settled('5');
  reached = '9';
  await settled('6');
  await settled('7');
  expect(asked).toEqual(['1', '2', '5', '6', '7']);
});
