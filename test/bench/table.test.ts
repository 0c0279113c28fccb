import { expect, test } from 'vitest';
import { atLeast, atMost, ratio } from '../../bench/report.ts';
import { figure, printed } from '../../bench/table.ts';

test.each([
  [12_345.6, '12,346'],
  [123.4, '123'],
  [12.34, '12.3'],
  [0.012345, '0.0123'],
  [40, '40'],
])('%d is written as %s', (value, text) => {
  expect(figure(value)).toBe(text);
});

test('tables are aligned: the first column at the left, figures at the right, what is missing as a dash', () => {
  const columns = [
    { key: 'engine', heading: 'engine' },
    { key: 'microseconds', heading: 'µs' },
  ];
  const rows = [
    { engine: 'ours', microseconds: 7 },
    { engine: 'a longer name', microseconds: 12_000 },
    { engine: 'x' },
  ];
  const text = printed({ bench: 'b', sections: [{ title: 'T', notes: ['N'], columns, rows }], bars: [] });
  expect(text.split('\n').slice(1)).toEqual([
    'T',
    '  N',
    '',
    '  engine              µs',
    '  ours                 7',
    '  a longer name   12,000',
    '  x                    —',
    '',
  ]);
});

test('a bar is met, missed, or was not measured', () => {
  expect(atLeast('speed', 10, '×', 10).met).toBe(true);
  expect(atLeast('speed', 10, '×', 9.9).met).toBe(false);
  expect(atMost('time', 250, 'µs', 250.1).met).toBe(false);
  expect(atMost('time', 250, 'µs', ratio(1, undefined)).met).toBeUndefined();
  const text = printed({
    bench: 'b',
    sections: [],
    bars: [atMost('time', 250, 'µs', 300), atMost('other', 1, 's', undefined)],
  });
  expect(text).toMatch(/MISSED +time +≤ 250 µs +300 µs/);
  expect(text).toMatch(/not measured +other +≤ 1 s$/m);
});
