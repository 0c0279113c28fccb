import { describe, expect, onTestFinished, test } from 'vitest';
import { interruptible } from '../../src/graphql/interruptible.ts';

/** A source that waits until the test gives, breaks or ends it. */
function source() {
  const steps: PromiseWithResolvers<IteratorResult<number>>[] = [];
  let closed = 0;
  return {
    steps,
    closed: () => closed,
    iterator: {
      next() {
        const step = Promise.withResolvers<IteratorResult<number>>();
        steps.push(step);
        return step.promise;
      },
      async return(): Promise<IteratorResult<number>> {
        closed += 1;
        return { done: true, value: undefined };
      },
    },
  };
}

function begin(lifetime = 60_000) {
  const from = source();
  const errors: unknown[] = [];
  const overdue = () => new Error('overdue');
  const answers = interruptible(from.iterator, { lifetime, overdue, onError: (error) => errors.push(error) });
  onTestFinished(() => void answers.return());
  return { ...from, answers, errors };
}

const stop = new Error('stop');
const over = { done: true, value: undefined };

describe('answers that can be interrupted', () => {
  test('are those of the source, until its end', async () => {
    const { answers, steps } = begin();
    const first = answers.next();
    steps[0]?.resolve({ done: false, value: 1 });
    expect(await first).toEqual({ done: false, value: 1 });
    const last = answers.next();
    steps[1]?.resolve({ done: true, value: undefined });
    expect([await last, await answers.next()]).toEqual([over, over]);
  });

  test('tell the error to who waits, close the source at once, and are over', async () => {
    const { answers, closed } = begin();
    const waiting = answers.next();
    answers.interrupt(stop);
    await expect(waiting).rejects.toBe(stop);
    expect(closed()).toBe(1);
    expect(await answers.next()).toEqual(over);
  });

  test('keep the error for who comes next, once', async () => {
    const { answers, closed } = begin();
    answers.interrupt(stop);
    answers.interrupt(new Error('another'));
    await expect(answers.next()).rejects.toBe(stop);
    expect(await answers.next()).toEqual(over);
    expect(closed()).toBe(1);
  });

  test('end for who waits when the reader leaves, although the source does not move', async () => {
    const { answers, closed } = begin();
    const waiting = answers.next();
    expect([await answers.return(), await waiting, closed()]).toEqual([over, over, 1]);
    answers.interrupt(stop);
    expect(await answers.next()).toEqual(over);
  });

  test('interrupt themselves when they have lasted long enough', async () => {
    const { answers } = begin(20);
    await expect(answers.next()).rejects.toThrow('overdue');
  });

  test('hand on what breaks the source, and report it when nobody waits any more', async () => {
    const broken = begin();
    const waiting = broken.answers.next();
    broken.steps[0]?.reject(stop);
    await expect(waiting).rejects.toBe(stop);
    expect([await broken.answers.next(), broken.errors]).toEqual([over, []]);

    const left = begin();
    const pending = left.answers.next();
    await left.answers.return();
    left.steps[0]?.reject(stop);
    expect([await pending, left.errors]).toEqual([over, [stop]]);
  });
});
