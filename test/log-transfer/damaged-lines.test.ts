// A file that is damaged in any way stops the import at the line, and what is before it stays and goes on later.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest';
import { createStreamSource, createStreamTarget } from '../../src/log-transfer/line-place.ts';
import { openSource, openTarget } from '../../src/log-transfer/open-place.ts';
import { transfer } from '../../src/log-transfer/transfer.ts';
import { temporaryFolder } from '../event-store/temporary-log.ts';
import { createSampleLog, eventsAt } from './sample-log.ts';
import { compared, transferBetween } from './transfers.ts';

const count = 40;
const from = mkdtempSync(join(tmpdir(), 'kairos-damaged-'));
let original: readonly object[];
/** Those of the whole file: its first line, then one for each event, then its last. */
let lines: readonly string[];
let folder: string;
let file: string;
let to: string;

beforeAll(async () => {
  await createSampleLog(join(from, 'kairos.db'), 21).grow(count);
  original = await eventsAt(from);
  const whole = join(from, 'whole.ndjson');
  await transferBetween(from, whole);
  lines = readFileSync(whole, 'utf8').trimEnd().split('\n');
});
afterAll(() => rmSync(from, { recursive: true, force: true }));
beforeEach(() => {
  folder = temporaryFolder();
  [file, to] = [join(folder, 'backup.ndjson'), join(folder, 'restored')];
  write(lines);
});

function write(changed: readonly string[]): void {
  writeFileSync(file, changed.map((line) => `${line}\n`).join(''));
}

const wrongCheck = 'the checksum is wrong: this line was changed, or one before it is missing or was moved';
const noLastLine = 'there is no last line behind this one';

describe('an import stops', () => {
  it.each<[string, (lines: readonly string[]) => readonly string[], number, string]>([
    ['at a line behind which one is missing', (all) => all.toSpliced(10, 1), 11, wrongCheck],
    ['at a line that is there twice', (all) => all.toSpliced(10, 0, all[9] ?? ''), 11, wrongCheck],
    ['at lines that have changed places', (all) => all.with(9, all[10] ?? '').with(10, all[9] ?? ''), 10, wrongCheck],
    ['at a digit that is another', (all) => all.with(9, all[9]?.replace('"v":', '"v":1') ?? ''), 10, wrongCheck],
    ['at a line that is not JSON', (all) => all.with(9, all[9]?.replace('{', '') ?? ''), 10, 'this is not JSON'],
    ['at an empty line', (all) => all.toSpliced(9, 0, ''), 10, 'this is not JSON'],
    [
      'at something else',
      (all) => all.with(9, '{"stream":"offer-1"}'),
      10,
      'this is neither an event nor the last line',
    ],
    [
      'at an event of another program',
      (all) => all.with(9, all[9]?.replace('"at":', '"when":') ?? ''),
      10,
      'this is neither an event nor the last line',
    ],
    [
      'at an end that counts others',
      (all) => all.with(-1, endOf(all, { events: 41 })),
      42,
      'the count or the hash is not',
    ],
    [
      'at an end with another hash',
      (all) => all.with(-1, endOf(all, { sha256: 'f' })),
      42,
      'the count or the hash is not',
    ],
    ['at the first line of another format', (all) => all.with(0, '{}'), 1, 'this is not an exported event log'],
    [
      'at the first line of a later version',
      (all) => all.with(0, all[0]?.replace('1', '2') ?? ''),
      1,
      'this export is of version 2',
    ],
    ['without a first line', (all) => all.slice(1), 1, 'this is not an exported event log'],
    ['when there is nothing behind an event', (all) => all.slice(0, 20), 20, noLastLine],
    ['when there is nothing behind the last event', (all) => all.slice(0, -1), 41, noLastLine],
    ['when there is nothing behind the first line', (all) => all.slice(0, 1), 1, noLastLine],
  ])('%s', async (_, damage, line, rule) => {
    write(damage(lines));
    await expect(transferBetween(file, to)).rejects.toThrow(`${file}, line ${line}: ${rule}`);
    const there = await eventsAt(to);
    // The first line is no event; the line that is named is none, unless what is missing is behind it.
    const sound = Math.max(0, line - (rule === noLastLine ? 1 : 2));
    expect(there).toEqual(original.slice(0, sound));
    write(lines);
    expect(await transferBetween(file, to)).toMatchObject({ events: count, written: count - there.length });
    await compared(from, to);
  });

  it('at a last line that is cut off anywhere', async () => {
    for (const cut of [1, 20, 70]) {
      writeFileSync(file, lines.slice(0, 21).join('\n').slice(0, -cut));
      await expect(transferBetween(file, to)).rejects.toThrow(`${file}, line 21: this line is cut off`);
      expect(await eventsAt(to)).toHaveLength(19);
    }
  });

  it('at a file without anything in it', async () => {
    writeFileSync(file, '');
    await expect(transferBetween(file, to)).rejects.toThrow(`${file}: there is nothing in it`);
  });

  it('at a line that is longer than any event', async () => {
    const piece = Buffer.alloc(1024 * 1024, 'x');
    const endless = createStreamSource('a pipe', Readable.from(Array(65).fill(piece)));
    const target = await openTarget(to);
    await expect(transfer({ source: endless, target })).rejects.toThrow(
      'a pipe, line 1: this is longer than any event',
    );
    await target.close();
  });

  it('at a revision that does not follow, though all checksums are right', async () => {
    const gap = join(folder, 'gap.ndjson');
    const source = await openSource(file);
    const target = await openTarget(gap);
    const gappy = {
      ...source,
      async *read() {
        for await (const entry of source.read())
          if ('event' in entry) yield { event: { ...entry.event, revision: entry.event.revision + 1 } };
      },
    };
    await expect(transfer({ source: gappy, target })).rejects.toThrow(
      /backup\.ndjson, line 2: revision 1 of \S+ does not follow the one before it in its stream/,
    );
    await target.close();
  });
});

function endOf(all: readonly string[], change: object): string {
  const { end } = JSON.parse(all.at(-1) ?? '');
  return JSON.stringify({ end: { ...end, ...change } });
}

describe('an export', () => {
  it('goes on behind the last whole line, wherever it was cut off', async () => {
    const whole = readFileSync(file, 'utf8');
    for (const cut of [5, 40, lines[0]?.length ?? 0, (lines[0]?.length ?? 0) + 1, 5000, whole.length - 1]) {
      writeFileSync(file, whole.slice(0, cut));
      expect(await transferBetween(from, file)).toMatchObject({ events: count });
      expect(readFileSync(file, 'utf8')).toBe(whole);
    }
  });

  it('writes nothing into a file that is not an export, or a damaged one', async () => {
    for (const text of [
      'important',
      'important\n',
      '{"a":1}\n{"b":2}\n',
      `${lines[0]}\nimportant\n`,
      `\n${lines[0]}\n`,
    ]) {
      writeFileSync(file, text);
      await expect(transferBetween(from, file)).rejects.toThrow(/backup\.ndjson, line [12]: this is n/);
      expect(readFileSync(file, 'utf8')).toBe(text);
    }
    write(lines.toSpliced(10, 1));
    await expect(transferBetween(from, file)).rejects.toThrow(`line 11: ${wrongCheck}`);
  });

  it('leaves a file as it is that has everything', async () => {
    const before = readFileSync(file);
    expect(await transferBetween(from, file)).toMatchObject({ events: count, written: 0 });
    expect(readFileSync(file)).toEqual(before);
  });
});

test('a log goes through a pipe in pieces of any size', async () => {
  const chunks: Buffer[] = [];
  const output = new Writable({
    write(chunk, _, done) {
      chunks.push(chunk);
      done();
    },
  });
  const source = await openSource(from);
  const piped = await transfer({ source, target: createStreamTarget('a pipe', output) });
  await source.close();
  const text = Buffer.concat(chunks);
  expect(text.toString()).toBe(readFileSync(file, 'utf8'));
  for (const size of [7, 4096]) {
    const pieces = Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
      text.subarray(index * size, (index + 1) * size),
    );
    const target = await openTarget(join(folder, `restored-${size}`));
    const restored = await transfer({ source: createStreamSource('a pipe', Readable.from(pieces)), target });
    await target.close();
    expect(restored).toEqual(piped);
  }
});
