// npm run projections, as a person calls it.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readModelProjections } from '../../src/application/kairos.ts';
import { type EventStore, noStream } from '../../src/event-store/event-store.ts';
import { createSqliteEventStore } from '../../src/event-store/sqlite-event-store.ts';
import { hasRedis, startRedis, type TestRedis, until } from '../redis/redis-server.ts';
import { reserve } from './cap-log-samples.ts';
import { openProcess, type RedisProcess } from './projected-redis.ts';
import { randomLog } from './random-log.ts';

const names = [...readModelProjections.map(({ name }) => name), 'caps'];

interface Ended {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

function start(words: readonly string[], environment: Record<string, string>) {
  const args = ['--disable-warning=ExperimentalWarning', 'projections/main.ts', ...words];
  const options = { cwd: join(import.meta.dirname, '../..'), env: { PATH: process.env.PATH, ...environment } };
  const { promise: ended, resolve } = Promise.withResolvers<Ended>();
  const child = execFile(process.execPath, args, options, (_, output, errors) =>
    resolve({ code: child.exitCode ?? -1, output, errors }),
  );
  return { child, ended };
}

function projections(words: readonly string[], environment: Record<string, string> = {}): Promise<Ended> {
  return start(words, environment).ended;
}

describe('the command line without Redis', () => {
  test.each([
    [[], 'say what to do'],
    [['repair'], 'there is no verb repair'],
    [['status', 'now'], 'status takes nothing'],
    [['rebuild'], `name a model: ${names.join(', ')}`],
    [['rebuild', 'nothing'], `there is no model nothing: ${names.join(', ')}`],
    [['audit'], 'name a subject: caps'],
    [['audit', 'offers'], 'there is no subject offers: caps'],
    [['rebuild', 'offers', 'placements'], 'too many words'],
    [['status', '--fast'], '--fast'],
    [['status'], 'REDIS_URL is not set'],
  ])('%j is refused: %s', async (words, why) => {
    const { code, output, errors } = await projections(words);
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(errors).toContain(why);
    expect(errors).not.toContain('    at ');
  });

  test('a log that is not there is named', async () => {
    const nowhere = { REDIS_URL: 'redis://127.0.0.1:1', KAIROS_DATA: tmpdir() };
    expect((await projections(['status'], nowhere)).errors).toContain('KAIROS_DATA: there is no event log in');
  });
});

describe.skipIf(!hasRedis)('the command line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-command-line-'));
  let redis: TestRedis;
  let store: EventStore;
  let opened: RedisProcess;
  let environment: Record<string, string>;
  beforeAll(async () => {
    redis = await startRedis();
    store = createSqliteEventStore({ path: join(folder, 'kairos.db'), pollEvery: 5 });
    const happenings = randomLog(7, 2000);
    for (const { stream, events } of happenings) {
      const { length } = await store.readStream(stream);
      await store.append(stream, length - 1, events);
    }
    opened = await openProcess(redis.url, store, undefined, readModelProjections);
    environment = { REDIS_URL: redis.url, KAIROS_REDIS_PREFIX: opened.keys.prefix, KAIROS_DATA: folder };
  });
  afterAll(async () => {
    await opened?.close();
    await store?.close();
    await redis?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('says that nothing was ever built, how far what was built is, and builds it anew', async () => {
    expect((await projections(['status'], environment)).errors).toContain('the read models are not built yet');

    opened.project();
    await until(() =>
      opened.control.refresh().then(
        () => true,
        () => false,
      ),
    );
    expect(await opened.progress.waitFor(await store.head(), 10_000)).toBe(true);
    const head = await store.head();
    const told = await projections(['status', '--json'], environment);
    const status = JSON.parse(told.output);
    expect(status).toMatchObject({
      models: opened.models.map(({ name, version }) => ({ name, version, build: `${version}-1` })),
      position: head,
      head,
      lag: { events: 0, milliseconds: 0 },
      projector: { session: { phase: 'LIVE', edition: opened.control.edition().name } },
      servers: [{ name: `127.0.0.1:${redis.port}`, isOpen: true }],
    });
    expect(status.canary).toBeGreaterThanOrEqual(0);

    const { code, output, errors } = await projections(['rebuild', 'contacts'], environment);
    expect(errors).toMatch(/\d % {2}building contacts \d+-2\n(.*\n)* 90 % {2}contacts \d+-2 is in use/);
    expect(output).toMatch(/^contacts is in use as build \d+-2, made of \d+ events/);
    expect(code).toBe(0);

    const after = (await projections(['status'], environment)).output;
    expect(after).toMatch(/contacts +version \d+ +build \d+-2/);
    expect(after).toMatch(/canary +arrived after \d+ ms/);
    expect(after).toContain('open to readers');
  }, 40_000);

  test('audits the caps: all is well, then a place is counted too few, and building them anew cures it', async () => {
    const sound = await projections(['audit', 'caps'], environment);
    expect(sound.output).toMatch(/contacts that broke a cap +0\n/);
    expect(sound).toMatchObject({ code: 0, errors: '' });

    const at = Date.now();
    const told = reserve('d1', at, { customerId: 'c1' });
    const metadata = { at: new Date(at).toISOString(), v: 1, correlationId: 'c', causationId: 'c', actor: 'test' };
    const event = { id: randomUUID(), type: told.type, data: told.data, metadata };
    const { position } = await store.append('cap-c1_d1', noStream, [event]);
    expect(await opened.progress.waitFor(position, 10_000)).toBe(true);
    const key = opened.keys.caps(opened.control.buildOf({ name: 'caps', version: 1 }), 'c1');
    await opened.connection.client.hdel(key, 'offer:o1');
    const drifted = await projections(['audit', 'caps', '--json'], environment);
    expect(JSON.parse(drifted.output)).toMatchObject({
      seriesThatDiffer: 1,
      contacts: { tooMany: 0, tooFew: 1 },
      holds: { tooMany: 0, tooFew: 1 },
      totals: { seriesThatDiffer: 0 },
      recount: { reservations: 1, violations: [] },
    });
    expect(drifted.code).toBe(1);

    const { code, output } = await projections(['rebuild', 'caps'], environment);
    expect(output).toMatch(/^caps is in use as build 1-2, made of \d+ events/);
    expect(code).toBe(0);
    expect((await projections(['audit', 'caps'], environment)).code).toBe(0);
  }, 60_000);

  test('killed while it builds the caps anew leaves nothing closed, and is started again', async () => {
    const { connection, keys, control, gate } = opened;
    const fields = () => connection.client.hkeys(keys.control);
    const { name } = await control.refresh();
    const moments: readonly (() => Promise<boolean>)[] = [
      async () => (await connection.client.exists(keys.lease('rebuild:caps:1'))) === 1,
      async () => (await fields()).some((field) => field.startsWith('next:')),
      async () => (await control.refresh()).name !== name,
    ];
    for (const moment of moments) {
      const killed = start(['rebuild', 'caps'], environment);
      await until(moment);
      killed.child.kill('SIGKILL');
      expect((await killed.ended).code).not.toBe(0);
      await until(async () => (await connection.client.exists(keys.lease('rebuild:caps:1'))) === 0);
      await until(() =>
        gate
          .look('c1', Date.now(), () => [])
          .then(
            () => true,
            () => false,
          ),
      );
    }
    expect(await projections(['rebuild', 'caps'], environment)).toMatchObject({ code: 0 });
    expect(await projections(['audit', 'caps'], environment)).toMatchObject({ code: 0 });
    const builds = new Set((await connection.client.keys(`${keys.prefix}:caps:*`)).map((key) => key.split(':')[2]));
    expect(builds).toEqual(new Set([control.buildOf({ name: 'caps', version: 1 })]));
  }, 90_000);

  test('builds nothing from another log than that of what is in use', async () => {
    const other = join(folder, 'other');
    const log = createSqliteEventStore({ path: join(other, 'kairos.db') });
    for (const { stream, events } of randomLog(8, 1)) await log.append(stream, noStream, events);
    await log.close();
    const { code, output, errors } = await projections(['rebuild', 'offers'], { ...environment, KAIROS_DATA: other });
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(errors).toMatch(
      /^what Redis has under the prefix .* is of another event log: bring that log to KAIROS_DATA/,
    );
  }, 30_000);

  test('says when nobody projects, and that the canary has not arrived', async () => {
    const lonely = await openProcess(redis.url, store, undefined, readModelProjections);
    const projector = lonely.project();
    await until(() =>
      lonely.control.refresh().then(
        () => true,
        () => false,
      ),
    );
    expect(await lonely.progress.waitFor(await store.head(), 10_000)).toBe(true);
    await projector.stop();
    const { output } = await projections(['status'], { ...environment, KAIROS_REDIS_PREFIX: lonely.keys.prefix });
    expect(output).toMatch(/projector +none/);
    expect(output).toMatch(/canary +has not arrived/);
    await lonely.close();
  }, 30_000);
});
