// An outage of the log is one piece of news, however many run into it.
import { expect, onTestFinished, test } from 'vitest';
import { storeThere, watchStore } from '../../src/application/store-watch.ts';
import { type StoreHealth, StoreUnavailable } from '../../src/event-store/event-store.ts';

const refused = () => new StoreUnavailable('refused');
const away: StoreHealth = { answers: false, since: new Date().toISOString(), cause: 'refused' };

function watched() {
  const told: unknown[] = [];
  const store = { current: { answers: true } as StoreHealth, health: () => store.current };
  const watch = watchStore({ store, onError: (error) => told.push(error), everyMs: 1 });
  onTestFinished(watch.stop);
  return { told, store, tell: watch.tell };
}

test('it is told when it begins and when it is over, though nobody ran into it', async () => {
  const { told, store } = watched();
  store.current = away;
  await expect.poll(() => told).toEqual(['The event log does not answer: refused. What needs it fails until it does.']);
  store.current = { answers: true };
  await expect.poll(() => told.at(-1)).toMatch(/^The event log answers again, after \d+\.\d s\.$/);
  expect(told).toHaveLength(2);
});

test('who runs into it tells nothing more, however it is wrapped, also a little late', () => {
  const { told, store, tell } = watched();
  store.current = away;
  tell(refused());
  expect(told).toHaveLength(1);
  tell(new Error('the projector could not go on', { cause: refused() }));
  tell(new AggregateError([refused(), new Error('wrapped', { cause: refused() })]));
  store.current = { answers: true };
  tell(refused());
  expect(told).toHaveLength(2);
});

test('everything else is told as ever', () => {
  const { told, store, tell } = watched();
  const others = [
    refused(),
    new Error('a bug'),
    new AggregateError([refused(), new Error('a bug')]),
    new Error('a bug', { cause: new TypeError('of something else') }),
  ];
  tell(others[0]);
  store.current = away;
  for (const error of others.slice(1)) tell(error);
  expect(told.filter((error) => typeof error !== 'string')).toEqual(others);
});

test('a start waits for a log that is away, and not for one that is broken', async () => {
  const told: unknown[] = [];
  let asked = 0;
  const wait = async () => {};
  const head = async () => {
    asked += 1;
    if (asked < 4) throw refused();
    return '';
  };
  await storeThere({ store: { head }, wait }, (error) => told.push(error));
  expect([asked, told.length]).toEqual([4, 3]);
  const broken = () => Promise.reject(new TypeError('broken'));
  await expect(storeThere({ store: { head: broken }, wait }, () => {})).rejects.toThrow('broken');
});
