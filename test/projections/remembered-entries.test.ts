// What is on its way to Redis is never forgotten, however little is remembered.
import { expect, test } from 'vitest';
import { createRememberedEntries } from '../../projections/remembered-entries.ts';
import { positionAt } from './recorded-events.ts';

const stored = (number: number) => ({ entry: number, position: positionAt(number) });

test('an entry is as it was sent last until all of it has arrived', () => {
  const remembered = createRememberedEntries(4);
  remembered.sent('a', stored(1), 'long text');
  remembered.sent('a', stored(2), 'long text');
  for (const place of ['b', 'c', 'd']) {
    remembered.sent(place, stored(3), 'long text');
    remembered.arrived(place);
  }
  remembered.arrived('a');
  expect(remembered.get('a')).toEqual(stored(2));
  remembered.sent('a', stored(4), 'long text');
  expect(remembered.get('a')).toEqual(stored(4));
  // The first to be forgotten.
  expect(remembered.get('b')).toBeUndefined();
});

test('what has arrived is kept as long as there is room for its text', () => {
  const remembered = createRememberedEntries(8);
  for (const place of ['a', 'b', 'c', 'd', 'e']) {
    remembered.sent(place, stored(1), 'xx');
    remembered.arrived(place);
  }
  expect(['a', 'b', 'c', 'd', 'e'].map((place) => remembered.get(place) !== undefined)).toEqual([
    false,
    false,
    true,
    true,
    true,
  ]);
  remembered.arrived('nowhere');
  expect(remembered.get('nowhere')).toBeUndefined();
});
