// The spool: what is kept in it is there after a crash, in its order, until it is recorded; and it has an end.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { claimWork } from '../../src/data-folder.ts';
import { createSqliteLateSpool, type SqliteLateSpoolOptions } from '../../src/late-spool/sqlite-late-spool.ts';
import { openLateSpool } from '../../src/late-spools.ts';
import { temporaryFolder } from '../event-store/temporary-log.ts';

const onError = (error: unknown) => expect.unreachable(String(error));
const owed = (id: string, customerId = 'c1', content: object = { id }) => ({ id, customerId, content });
const idsOf = (all: readonly { id: string }[]) => all.map(({ id }) => id);

function open(folder: string, options: Partial<SqliteLateSpoolOptions> = {}) {
  const spool = createSqliteLateSpool<object>({ path: join(folder, 'late-1.db'), onError, ...options });
  onTestFinished(() => spool.close());
  return spool;
}

test('gives back what it was given, in its order, of a customer or of all, also to the next process', async () => {
  const folder = temporaryFolder();
  const spool = open(folder);
  const kept = await Promise.all([spool.keep(owed('b')), spool.keep(owed('a', 'c2')), spool.keep(owed('c'))]);
  expect(kept).toEqual([true, true, true]);
  // It is not closed: the first process is killed.
  const next = open(folder);
  for (const each of [spool, next]) {
    expect([...each.all()]).toEqual([owed('b'), owed('a', 'c2'), owed('c')]);
    expect([idsOf(each.first(2)), idsOf(each.of('c1')), each.waiting()]).toEqual([['b', 'a'], ['b', 'c'], 3]);
    expect([each.hasOf('c2'), each.hasOf('c3')]).toEqual([true, false]);
    expect([each.find('a'), each.find('d')]).toEqual([owed('a', 'c2'), undefined]);
  }
});

test('keeps one thing under an id, the first', async () => {
  const spool = open(temporaryFolder());
  await spool.keep(owed('a'));
  expect(await spool.keep(owed('a', 'c1', { other: true }))).toBe(true);
  expect([spool.first(9), spool.waiting()]).toEqual([[owed('a')], 1]);
});

test('has forgotten at once what is recorded, and for good when it is closed', async () => {
  const folder = temporaryFolder();
  const spool = open(folder);
  for (const id of ['a', 'b', 'c']) await spool.keep(owed(id));
  spool.remove('a');
  spool.remove('a');
  expect([idsOf([...spool.all()]), idsOf(spool.first(1)), idsOf(spool.of('c1'))]).toEqual([
    ['b', 'c'],
    ['b'],
    ['b', 'c'],
  ]);
  expect([spool.find('a'), spool.waiting()]).toEqual([undefined, 2]);
  for (const id of ['b', 'c']) spool.remove(id);
  expect(spool.hasOf('c1')).toBe(false);
  spool.close();
  expect(open(folder).waiting()).toBe(0);
});

test('shows what was set aside, and waits for it no more', async () => {
  const folder = temporaryFolder();
  const spool = open(folder);
  for (const id of ['a', 'b']) await spool.keep(owed(id));
  spool.setAside('a', 'too large');
  spool.close();
  const next = open(folder);
  expect([idsOf([...next.all()]), next.waiting(), next.hasOf('c1')]).toEqual([['b'], 1, true]);
  expect([next.asideOnes(), next.find('a')]).toEqual([[{ id: 'a', why: 'too large' }], owed('a')]);
});

test('has no room beyond a number and a size, and again when something was recorded', async () => {
  const few = open(temporaryFolder(), { most: 2 });
  expect(await Promise.all(['a', 'b', 'c'].map((id) => few.keep(owed(id))))).toEqual([true, true, false]);
  few.remove('a');
  expect(await few.keep(owed('c'))).toBe(true);
  const folder = temporaryFolder();
  const content = { text: 'ä'.repeat(100) };
  const options = { mostBytes: 2 * Buffer.byteLength(JSON.stringify(content)) };
  const small = open(folder, options);
  for (const id of ['a', 'b']) expect(await small.keep(owed(id, 'c1', content))).toBe(true);
  expect(await small.keep(owed('c', 'c1', {}))).toBe(false);
  small.close();
  expect(await open(folder, options).keep(owed('c', 'c1', {}))).toBe(false);
});

test('is not made of another file: Kairos does not start, says where to look, and leaves it as it is', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'late-1.db');
  writeFileSync(file, 'x'.repeat(5000));
  const config = readConfig({ KAIROS_DATA: folder, KAIROS_PORT: '0', KAIROS_DEMO: 'off' });
  await expect(startApp(config, onError)).rejects.toThrow(
    `KAIROS_DATA: the late decisions in ${folder} cannot be used`,
  );
  expect(readFileSync(file, 'utf8')).toBe('x'.repeat(5000));
  rmSync(file);
  await (await startApp(config, onError)).stop();
  // Nothing of the first try is left over.
  expect(readdirSync(folder)).not.toContain('late-2.db');
});

test('a process takes over what those have left that ended, and leaves alone what others have', async () => {
  const folder = join(temporaryFolder(), 'data');
  mkdirSync(folder);
  const [one, two, three] = await Promise.all([
    openLateSpool<object>(folder, onError),
    openLateSpool<object>(folder, onError),
    openLateSpool<object>(folder, onError),
  ]);
  await one?.keep(owed('a'));
  for (const id of ['b', 'c']) await two?.keep(owed(id));
  two?.setAside('c', 'too large');
  await three?.keep(owed('d'));
  one?.close();
  two?.close();
  const next = await openLateSpool<object>(folder, onError);
  expect([idsOf([...next.all()]), next.asideOnes()]).toEqual([['a', 'b'], [{ id: 'c', why: 'too large' }]]);
  expect(idsOf(three?.first(9) ?? [])).toEqual(['d']);
  expect(readdirSync(folder).filter((name) => name.endsWith('.db'))).toEqual(['late-1.db', 'late-3.db']);
  expect(claimWork(folder, 'late-1')).toBe(undefined);
  for (const each of [next, three]) each?.close();
});

test('what was set aside before a takeover was broken off is set aside once: what waits is counted right', async () => {
  const folder = join(temporaryFolder(), 'data');
  mkdirSync(folder);
  const left = createSqliteLateSpool<object>({ path: join(folder, 'late-2.db'), onError });
  await left.keep(owed('b'));
  left.setAside('b', 'too large');
  left.close();
  const begun = createSqliteLateSpool<object>({ path: join(folder, 'late-1.db'), onError });
  for (const id of ['a', 'b']) await begun.keep(owed(id));
  begun.setAside('b', 'too large');
  begun.close();
  const next = await openLateSpool<object>(folder, onError);
  expect([next.waiting(), next.asideOnes()]).toEqual([1, [{ id: 'b', why: 'too large' }]]);
  next.remove('b');
  expect([next.waiting(), next.find('b')]).toEqual([1, undefined]);
  next.close();
});
