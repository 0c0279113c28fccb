import { expect, test } from 'vitest';
import { createProgress } from '../../demo/progress.ts';

test('on a terminal one line is rewritten, at most ten times a second', () => {
  let written = '';
  let now = 0;
  const output = { isTTY: true, columns: 60, write: (text: string) => (written += text) };
  const progress = createProgress(output, () => now);
  progress.show(0, 'begins');
  now = 50;
  progress.show(0.3, 'too soon');
  now = 150;
  progress.show(0.5, 'half');
  progress.end();
  expect(written).not.toContain('too soon');
  expect(written.split('\r').slice(1)).toHaveLength(2);
  expect(written).toContain(' 50 %  half');
  expect(written.endsWith('\n')).toBe(true);
  expect(written.match(/\n/g)).toHaveLength(1);
});

test('no line is longer than the terminal is wide', () => {
  let written = '';
  createProgress({ isTTY: true, columns: 40, write: (text) => (written += text) }).show(0.5, 'x'.repeat(200));
  expect(written.replace('\r\u001b[K', '')).toHaveLength(39);
});

test('elsewhere a line is written for each tenth', () => {
  let written = '';
  const progress = createProgress({ write: (text) => (written += text) });
  for (let done = 0; done <= 100; done += 1) progress.show(done / 100, `${done} of 100`);
  progress.end();
  expect(written.trimEnd().split('\n')).toHaveLength(11);
  expect(written).toContain(' 30 %  30 of 100\n');
});

test('elsewhere a line is written every few seconds, too', () => {
  const written: string[] = [];
  let now = 0;
  const progress = createProgress({ write: (text) => written.push(text) }, () => now);
  for (; now < 15_000; now += 100) progress.show(0.42, `${now / 1000} s`);
  expect(written).toEqual([' 42 %  0 s\n', ' 42 %  5 s\n', ' 42 %  10 s\n']);
});

test('work whose end nobody knows has no percentage', () => {
  let written = '';
  const progress = createProgress({ write: (text) => (written += text) });
  progress.show(undefined, '5 events');
  expect(written).toBe('5 events\n');
});
