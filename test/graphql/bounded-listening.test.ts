// A source whose listener's time ends: what it ends with, and that nothing is left behind, whoever ends first.
import { GraphQLError } from 'graphql';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { boundedListening } from '../../src/graphql/bounded-listening.ts';

const day = 86_400_000;
let ends: number;

beforeEach(() => {
  vi.useFakeTimers();
  ends = 0;
});
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0);
  expect(ends).toBe(1);
  vi.useRealTimers();
});

function listenTo(source: AsyncIterator<number>, milliseconds: number) {
  const end = () => {
    ends += 1;
  };
  return boundedListening(source, {
    endsAt: Date.now() + milliseconds,
    ending: () => new GraphQLError('over'),
    end,
  });
}

/** A source that gives so many numbers and then waits for ever, or ends or fails. */
function counting(upTo: number, then: 'WAITS' | 'ENDS' | 'FAILS' = 'WAITS') {
  let last = 0;
  const source = {
    returned: 0,
    async next(): Promise<IteratorResult<number>> {
      last += 1;
      if (last <= upTo) return { done: false, value: last };
      if (then === 'FAILS') throw new Error('broken');
      return then === 'ENDS' ? { done: true, value: undefined } : new Promise(() => {});
    },
    async return(): Promise<IteratorResult<number>> {
      source.returned += 1;
      return { done: true, value: undefined };
    },
  };
  return source;
}

describe('a listener', () => {
  it('that waits is told when its time is over, and the source is closed', async () => {
    const source = counting(1);
    const events = listenTo(source, 1000);
    expect(await events.next()).toEqual({ done: false, value: 1 });
    const waiting = expect(events.next()).rejects.toThrow('over');
    await vi.advanceTimersByTimeAsync(1000);
    await waiting;
    expect(source.returned).toBe(1);
    await expect(events.next()).rejects.toThrow('over');
  });

  it('that was busy meanwhile is told at its next step', async () => {
    const events = listenTo(counting(9), 1000);
    await events.next();
    await vi.advanceTimersByTimeAsync(1000);
    await expect(events.next()).rejects.toThrow('over');
  });

  it('hears until then, also beyond what one timer can wait', async () => {
    const source = counting(1);
    const events = listenTo(source, 40 * day);
    await vi.advanceTimersByTimeAsync(39 * day);
    expect(await events.next()).toEqual({ done: false, value: 1 });
    const waiting = expect(events.next()).rejects.toThrow('over');
    await vi.advanceTimersByTimeAsync(day);
    await waiting;
  });

  it('that leaves closes the source once', async () => {
    const source = counting(1);
    const events = listenTo(source, 1000);
    await events.return?.();
    expect(source.returned).toBe(1);
  });

  it('hears the end of the source, and its failure', async () => {
    expect(await listenTo(counting(0, 'ENDS'), 1000).next()).toEqual({ done: true, value: undefined });
    ends = 0;
    await expect(listenTo(counting(0, 'FAILS'), 1000).next()).rejects.toThrow('broken');
  });
});
