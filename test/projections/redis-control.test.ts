import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createEdition, type Edition, type Model, programName, versionsName } from '../../projections/edition.ts';
import { ReadSideUnavailable } from '../../projections/read-side-unavailable.ts';
import {
  controlProjectingScripts,
  createRedisControl,
  type RedisControl,
  type RedisControlOptions,
} from '../../projections/redis-control.ts';
import { type OpenRedis, openRedis } from '../redis/open-redis.ts';
import { hasRedis, startRedis, type TestRedis, until } from '../redis/redis-server.ts';

const one: Model = { name: 'one', version: 3 };
const two: Model = { name: 'two', version: 1 };

describe('an edition', () => {
  const numbers = new Map([
    ['one:3', 2],
    ['two:1', 5],
  ]);

  test('says the build of each of its models, and has another name with another one', () => {
    const edition = createEdition(numbers);
    expect([edition.buildOf(one), edition.buildOf(two)]).toEqual(['3-2', '1-5']);
    const next = edition.with(one, 3);
    expect([next.buildOf(one), next.buildOf(two)]).toEqual(['3-3', '1-5']);
    expect(next.name).not.toBe(edition.name);
    expect(createEdition(new Map([...numbers].reverse())).name).toBe(edition.name);
    expect(() => edition.buildOf({ name: 'one', version: 4 })).toThrow('one:4 is not among');
  });

  test('versions have one name in any order', () => {
    expect(versionsName([one, two])).toBe(versionsName([two, one]));
    expect(versionsName([one, two])).not.toBe(versionsName([{ ...one, version: 4 }, two]));
  });

  test('a program has another name when its models or its scripts are others', () => {
    const name = programName([one, two], { read: 'return 1' });
    expect(programName([two, one], { read: 'return 1' })).toBe(name);
    expect(programName([one], { read: 'return 1' })).not.toBe(name);
    expect(programName([one, two], { read: 'return 2' })).not.toBe(name);
  });
});

describe.skipIf(!hasRedis)('the control of builds', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(async () => {
    await redis?.stop();
  });

  async function open(url = redis.url) {
    const opened = await openRedis(url, controlProjectingScripts);
    onTestFinished(opened.close);
    return opened;
  }

  function controlOf({ connection, keys }: OpenRedis<never>, options: Partial<RedisControlOptions> = {}): RedisControl {
    const control = createRedisControl({
      connection,
      keys,
      models: [one, two],
      program: 'this',
      everyMs: 20,
      ...options,
    });
    onTestFinished(() => control.stop());
    return control;
  }

  test('nothing is in use before a projector has put it in use, from then on every process knows', async () => {
    const opened = await open();
    const [projecting, reading] = [controlOf(opened), controlOf(opened)];
    expect(() => reading.buildOf(one)).toThrow(ReadSideUnavailable);
    await expect(reading.refresh()).rejects.toThrow('not built yet');
    const proposed = await projecting.proposed();
    expect(proposed.buildOf(one)).toBe('3-1');
    expect((await projecting.establish(proposed)).name).toBe(proposed.name);
    await until(() => {
      try {
        return reading.buildOf(two) === '1-1';
      } catch {
        return false;
      }
    });
  });

  test('what is in use already stays in use', async () => {
    const opened = await open();
    const control = controlOf(opened);
    await opened.connection.client.hset(opened.keys.control, 'one:3', 7);
    const established = await control.establish(await control.proposed());
    expect([established.buildOf(one), established.buildOf(two)]).toEqual(['3-7', '1-1']);
  });

  test('a control hash that was lost is made again by who knows what was in it', async () => {
    const opened = await open();
    const control = controlOf(opened);
    await opened.connection.client.hset(opened.keys.control, { 'one:3': 7, 'two:1': 2 });
    await control.refresh();
    await opened.connection.client.del(opened.keys.control);
    const proposed = await control.proposed();
    expect([proposed.buildOf(one), proposed.buildOf(two)]).toEqual(['3-7', '1-2']);
    expect(control.buildOf(one)).toBe('3-7');
  });

  test('what was not confirmed for a while is not used: it may be deleted', async () => {
    const own = await startRedis();
    onTestFinished(() => own.stop());
    const opened = await open(own.url);
    const control = controlOf(opened, { trustedMs: 200 });
    await control.establish(await control.proposed());
    expect(control.buildOf(one)).toBe('3-1');
    await own.kill();
    await until(() => {
      try {
        control.buildOf(one);
        return false;
      } catch (error) {
        return error instanceof ReadSideUnavailable;
      }
    });
  });

  test('an announced build is put in use once, and by those alone who project the same versions', async () => {
    const opened = await open();
    const control = controlOf(opened);
    const older = controlOf(opened, { models: [one, { name: 'two', version: 0 }] });
    await control.establish(await control.proposed());
    await older.establish(await older.proposed());
    const editions: Edition[] = [];
    control.onChange((edition) => editions.push(edition));
    expect(await control.announced()).toBeUndefined();
    await control.announce(two, 2);
    expect(await older.announced()).toBeUndefined();
    const announced = await control.announced();
    if (!announced) throw new Error('nothing was announced');
    expect(announced.after.buildOf(two)).toBe('1-2');
    expect(await control.switchTo(announced, opened.scripts)).toBe(true);
    expect(await control.switchTo(announced, opened.scripts)).toBe(false);
    expect(control.buildOf(two)).toBe('1-2');
    expect(await control.announced()).toBeUndefined();
    expect(editions.map((edition) => edition.buildOf(two))).toEqual(['1-1', '1-2']);
  });

  test('a build that was withdrawn is not put in use', async () => {
    const opened = await open();
    const control = controlOf(opened);
    await control.establish(await control.proposed());
    await control.announce(two, 2);
    const announced = await control.announced();
    if (!announced) throw new Error('nothing was announced');
    await control.withdraw(two);
    expect(await control.switchTo(announced, opened.scripts)).toBe(false);
    expect(control.buildOf(two)).toBe('1-1');
  });
});
