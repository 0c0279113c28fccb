import { expect, test } from 'vitest';
import { logLogChart } from '../../bench/chart/log-log-chart.ts';

const text = { title: 'a < b', subtitle: 's', x: 'x', y: 'y', label: String };

test('equal ratios are equal distances, and our own line is drawn last', () => {
  const svg = logLogChart(
    [
      { name: 'ours', isOwn: true, points: [1, 10, 100].map((x) => ({ x, y: 1 })) },
      { name: 'theirs', isOwn: false, points: [1, 10, 100].map((x) => ({ x, y: x })) },
    ],
    text,
  );
  const lines = [...svg.matchAll(/<path d="M([^"]+)" fill="none"/g)].map(([, path]) =>
    (path ?? '').split('L').map((point) => point.split(' ').map(Number)),
  );
  const [theirs, ours] = lines;
  expect(theirs).toHaveLength(3);
  const [[x1 = 0, y1 = 0] = [], [x2 = 0, y2 = 0] = [], [x3 = 0, y3 = 0] = []] = theirs ?? [];
  expect(x2 - x1).toBeCloseTo(x3 - x2);
  expect(y1 - y2).toBeCloseTo(y2 - y3);
  expect(new Set(ours?.map(([, y]) => y)).size).toBe(1);
  expect(svg).toContain('a &lt; b');
});

test('names of lines that end at one height do not touch', () => {
  const names = ['one', 'two', 'three'];
  const svg = logLogChart(
    names.map((name) => ({
      name,
      isOwn: false,
      points: [
        { x: 1, y: 1 },
        { x: 10, y: 10 },
      ],
    })),
    text,
  );
  const heights = names.map((name) => Number(new RegExp(`y="([^"]+)"[^>]*>${name}<`).exec(svg)?.[1]));
  expect((heights[1] ?? 0) - (heights[0] ?? 0)).toBeGreaterThanOrEqual(14);
  expect((heights[2] ?? 0) - (heights[1] ?? 0)).toBeGreaterThanOrEqual(14);
});

test('every size that was measured has its number under the axis, also where it is no power of ten', () => {
  const points = [1, 5, 20].map((x) => ({ x, y: x }));
  const svg = logLogChart([{ name: 'ours', isOwn: true, points }], text);
  for (const { x } of points) expect(svg).toContain(`text-anchor="middle" fill="#555">${x}</text>`);
  expect(svg.match(/<circle/g)).toHaveLength(3);
});
