// npm run events, as a person calls it: what it refuses, what it says, and that kill -9 costs nothing but time.
import { type ChildProcess, execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { claimDataFolder } from '../../src/data-folder.ts';
import { startEventStoreDbDouble } from '../event-store/eventstoredb-double.ts';
import { startProcess } from '../started-process.ts';
import { createSampleLog, eventsAt } from './sample-log.ts';

const folder = mkdtempSync(join(tmpdir(), 'kairos-events-'));
const at = (name: string) => join(folder, name);
const count = 12_000;

interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

function start(words: readonly string[], watch: (errors: string, child: ChildProcess) => void = () => {}) {
  const args = ['--disable-warning=ExperimentalWarning', 'src/log-transfer/main.ts', ...words];
  const options = { cwd: join(import.meta.dirname, '../..'), maxBuffer: 1e8 };
  const { promise, resolve } = Promise.withResolvers<Ended>();
  const child = execFile(process.execPath, args, options, (_, output, errors) =>
    resolve({ code: child.exitCode, output, errors }),
  );
  let told = '';
  child.stderr?.on('data', (chunk) => {
    told += chunk;
    watch(told, child);
  });
  return { child, ended: promise };
}

const events = (...words: readonly string[]): Promise<Ended> => start(words).ended;

/** As soon as it tells that it is so far. */
function killAt(percent: number) {
  return (errors: string, child: ChildProcess) => {
    if (Number(/(\d+) %.*\n$/.exec(errors)?.[1]) >= percent) child.kill('SIGKILL');
  };
}

beforeAll(async () => {
  await createSampleLog(at('data/kairos.db'), 31).grow(count);
  mkdirSync(at('photographs'));
  writeFileSync(at('photographs/holiday.jpeg'), 'no log');
  mkdirSync(at('folder.ndjson'));
  writeFileSync(at('text.db'), 'no log, but long enough to be looked at as one');
  writeFileSync(at('empty.db'), '');
  writeFileSync(at('other.ndjson'), '{"some":"thing"}\n');
  symlinkSync(at('data'), at('link'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what cannot be meant is refused, and nothing is begun', () => {
  const data = at('data');
  const backup = at('backup.ndjson');
  test.each<[readonly string[], string]>([
    [[], 'say what to do'],
    [['restore'], 'there is no verb restore'],
    [['copy', 'data', 'there'], 'too many words'],
    [['copy', '--fast'], "Unknown option '--fast'"],
    [['export', '--to', backup], '--from is missing'],
    [['export', '--from', data], '--to is missing'],
    [['export', '--from', data, '--to', at('copy')], '--to: export wants a file *.ndjson or - for a pipe'],
    [['export', '--from', backup, '--to', backup], '--from: export wants a log'],
    [['import', '--from', data, '--to', at('copy')], '--from: import wants a file *.ndjson or - for a pipe'],
    [['import', '--from', backup, '--to', '-'], '--to: import wants a log'],
    [['copy', '--from', backup, '--to', at('copy')], '--from: copy wants a log'],
    [['import', '--from', backup, '--to', at('copy')], `--from: there is no file ${backup}`],
    [['copy', '--from', at('nothing'), '--to', at('copy')], `--from: there is no event log ${at('nothing/kairos.db')}`],
    [['copy', '--from', at('photographs'), '--to', at('copy')], '--from: there is no event log'],
    [['copy', '--from', at('text.db'), '--to', at('copy')], `--from: ${at('text.db')} is not a Kairos event log`],
    [['copy', '--from', at('empty.db'), '--to', at('copy')], `--from: ${at('empty.db')} is empty, not an event log`],
    [['import', '--from', at('folder.ndjson'), '--to', at('copy')], `--from: ${at('folder.ndjson')} is not a file`],
    [
      ['copy', '--from', data, '--to', at('photographs')],
      `--to: ${at('photographs')} holds other things than an event log`,
    ],
    [['copy', '--from', data, '--to', at('text.db/below')], `--to: the folder ${at('text.db/below')} cannot be used`],
    [['export', '--from', data, '--to', at('folder.ndjson')], '--to: EISDIR'],
    [['export', '--from', data, '--to', at('nowhere/a.ndjson')], '--to: ENOENT'],
    [['copy', '--from', data, '--to', data], '--from and --to: they are the same place'],
    [['copy', '--from', at('link'), '--to', at('data/kairos.db')], '--from and --to: they are the same place'],
    [['verify', '--from', backup, '--to', backup], '--from and --to: they are the same place'],
    [
      ['copy', '--from', 'esdb://ann:secret@db:2113/?tls=true', '--to', 'esdb://db:2113'],
      '--from and --to: they are the same place',
    ],
    [['copy', '--from', 'esdb://db:2113', '--to', 'kurrentdb://db:2114'], '--from and --to: the two packages cannot'],
    [['copy', '--from', data, '--to', 'http://db:2113'], '--to: must be esdb://host:2113'],
    [['export', '--from', 'esdb://ann:secret@db:0', '--to', backup], '--from: must name hosts as host:port'],
    [['export', '--from', data, '--to', 'esdb://ann:secret@db:2113'], '--to: export wants a file'],
  ])('%j', async (words, why) => {
    const { code, output, errors } = await events(...words);
    expect(errors).toContain(why);
    expect({ code, output }).toEqual({ code: 2, output: '' });
    expect(errors).not.toMatch(/secret| {4}at /);
    expect(readdirSync(folder)).not.toContain('copy');
  });

  test('a folder that Kairos has', async () => {
    const { release } = claimDataFolder(at('taken'), false);
    const { code, errors } = await events('copy', '--from', at('data'), '--to', at('taken'));
    expect({ code, errors }).toEqual({
      code: 2,
      errors: `--to: the folder ${at('taken')} cannot be used: another Kairos is using it\n`,
    });
    release();
  });
});

test('a backup is made, restored, and compared; each says what it did', async () => {
  const backup = at('whole.ndjson');
  const made = await events('export', '--from', at('data'), '--to', backup);
  expect(made.errors).toMatch(/ 26 % {2}copying: 4,000 events, [\d,]+\/s\n(.*\n)* 90 % {2}reading back: /);
  expect(made.output).toMatch(
    /^12,000 events of 180 streams are over, 12,000 of them now; [\d.]+ s, [\d,]+ events\/s\nsha256 [0-9a-f]{64}\n$/,
  );
  expect(made.code).toBe(0);

  const restored = await events('import', '--from', backup, '--to', at('restored'), '--json');
  const result = JSON.parse(restored.output);
  expect(result).toMatchObject({ events: count, streams: 180, written: count });
  expect(made.output).toContain(result.sha256);
  expect(await eventsAt(at('restored'))).toEqual(await eventsAt(at('data')));

  const verified = await events('verify', '--from', at('restored'), '--to', backup, '--json');
  expect(JSON.parse(verified.output)).toMatchObject({ events: count, sha256: result.sha256 });
  const again = await events('export', '--from', at('data'), '--to', backup);
  expect(again).toMatchObject({ code: 0, output: expect.stringContaining('are over, 0 of them now') });

  const damaged = readFileSync(backup, 'utf8').split('\n').toSpliced(7000, 1).join('\n');
  writeFileSync(at('damaged.ndjson'), damaged);
  const { code, output, errors } = await events('verify', '--from', at('data'), '--to', at('damaged.ndjson'));
  expect({ code, output }).toEqual({ code: 1, output: '' });
  expect(errors).toContain('damaged.ndjson, line 7001: the checksum is wrong');
  const foreign = await events('import', '--from', at('other.ndjson'), '--to', at('foreign'));
  expect(foreign).toMatchObject({
    code: 1,
    errors: expect.stringContaining('line 1: this is not an exported event log'),
  });
}, 60_000);

test('through pipes: what goes out comes in, and the end of a reader is said', async () => {
  const out = await events('export', '--from', at('data'), '--to', '-');
  expect(out.code).toBe(0);
  expect(out.errors).toContain('12,000 events of 180 streams are over');
  const { child, ended } = start(['import', '--from', '-', '--to', at('piped')]);
  child.stdin?.end(out.output);
  expect(await ended).toMatchObject({ code: 0 });
  expect(await events('verify', '--from', at('data'), '--to', at('piped'))).toMatchObject({ code: 0 });

  const cut = start(['export', '--from', at('data'), '--to', '-']);
  cut.child.stdout?.once('data', () => cut.child.stdout?.destroy());
  expect(await cut.ended).toMatchObject({ code: 1, errors: expect.stringContaining('EPIPE') });
}, 60_000);

describe.each([
  ['to an embedded log', 'killed'],
  ['to a file', 'killed.ndjson'],
])('%s', (_, name) => {
  test('killed with -9 again and again it goes on each time, and in the end has everything once', async () => {
    const words = [name.endsWith('.ndjson') ? 'export' : 'copy', '--from', at('data'), '--to', at(name)];
    let kills = 0;
    for (const percent of [10, 25, 45, 60, 75, 85]) {
      const { child, ended } = start(words, killAt(percent));
      const { errors } = await ended;
      if (child.signalCode === 'SIGKILL') kills += 1;
      expect(errors).toMatch(/^( *\d+ % {2}(comparing|copying|reading back): .*\n)+$/);
    }
    expect(kills).toBeGreaterThan(0);
    const { code, errors } = await events(...words);
    expect(errors).toContain('comparing');
    expect(code).toBe(0);
    expect(await events('verify', '--from', at('data'), '--to', at(name))).toMatchObject({ code: 0 });
  }, 60_000);
});

test('Ctrl-C ends it with the code of that, and the same command goes on', async () => {
  const words = ['copy', '--from', at('data'), '--to', at('stopped')];
  const stopped = start(words);
  // A second one would not wait.
  stopped.child.stderr?.once('data', () => stopped.child.kill('SIGINT'));
  const { code, errors } = await stopped.ended;
  expect(errors).toMatch(/\ninterrupted; the same command goes on\n$/);
  expect(code).toBe(130);
  expect(await events(...words)).toMatchObject({ code: 0 });
}, 30_000);

test('through a server and back, killed on both ways, the hash is that of the beginning', async () => {
  const double = await startEventStoreDbDouble({ systemEventEvery: 100 });
  try {
    const url = double.url.replace('//', '//ann:secret@');
    const ways = [
      ['copy', '--from', at('data'), '--to', url],
      ['copy', '--from', url, '--to', at('returned')],
    ];
    const hashes: string[] = [];
    for (const words of ways) {
      const { child, ended } = start(words, killAt(10));
      await ended;
      expect(child.signalCode).toBe('SIGKILL');
      const { code, output, errors } = await events(...words, '--json');
      expect(code).toBe(0);
      expect(output + errors).not.toContain('secret');
      hashes.push(JSON.parse(output).sha256);
    }
    const { output } = await events('verify', '--from', at('data'), '--to', at('returned'), '--json');
    expect(hashes).toEqual([JSON.parse(output).sha256, JSON.parse(output).sha256]);
  } finally {
    await double.close();
  }
}, 120_000);

test('a running Kairos can be backed up, and nothing is brought into its folder', async () => {
  const kairos = await startProcess({ KAIROS_DATA: at('running') });
  try {
    await kairos.printed('Ask for the next best offer');
    expect(await events('export', '--from', at('running'), '--to', at('running.ndjson'))).toMatchObject({ code: 0 });
    const { code, errors } = await events('import', '--from', at('running.ndjson'), '--to', at('running'));
    expect(code).toBe(2);
    expect(errors).toContain('another Kairos is using it');
  } finally {
    await kairos.end('SIGTERM');
  }
  expect(await events('verify', '--from', at('running'), '--to', at('running.ndjson'))).toMatchObject({ code: 0 });
}, 60_000);
