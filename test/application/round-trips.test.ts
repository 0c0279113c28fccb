// What a decision costs of Redis, counted there: one read and one reservation, whatever is offered in however many slots.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRedisUrl } from '../../src/redis/redis-settings.ts';
import { askDecision, definePlacement, publishOffer, registerCustomer } from '../catalogue-of-tests.ts';
import { hasRedis, startRedis, type TestRedis, until } from '../redis/redis-server.ts';
import { type RunningKairos, startKairos } from '../running-kairos.ts';

const decisions = 50;

describe.skipIf(!hasRedis)('a decision of a replica', () => {
  const failures: unknown[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'kairos-round-trips-'));
  const seen: { readonly args: readonly string[]; readonly source: string }[] = [];
  let redis: TestRedis;
  let projecting: RunningKairos;
  let replica: RunningKairos;
  let asking: Redis;
  let monitor: Redis;
  let ofReplica: ReadonlySet<string>;

  beforeAll(async () => {
    redis = await startRedis();
    const own = { data: folder, redis: { settings: readRedisUrl(redis.url), prefix: 'kairos' } };
    projecting = await startKairos(failures, own);
    asking = new Redis({ host: '127.0.0.1', port: redis.port });
    const before = await clients();
    replica = await startKairos(failures, { ...own, role: 'api' });
    ofReplica = (await clients()).difference(before);
    monitor = await asking.duplicate().monitor();
    monitor.on('monitor', (_time: string, args: string[], source: string) => seen.push({ args, source }));
  });
  afterAll(async () => {
    monitor?.disconnect();
    asking?.disconnect();
    await replica?.stop();
    await projecting?.stop();
    await redis?.stop();
    rmSync(folder, { recursive: true, force: true });
    expect(failures).toEqual([]);
  });

  /** Addresses of all that are connected. */
  async function clients(): Promise<Set<string>> {
    const list = String(await asking.client('LIST'));
    return new Set([...list.matchAll(/ addr=(\S+)/g)].map(([, address]) => address ?? ''));
  }

  /** Offers with caps of each subject in so many slots. */
  async function catalogue(name: string, offers: number, slots: number): Promise<void> {
    const cap = { counts: 'IMPRESSION', scope: { kind: 'OFFER' }, limit: 1000 };
    const caps = [
      { ...cap, name: 'so many a week', window: { kind: 'ROLLING', seconds: 604_800 } },
      { ...cap, name: 'so many a day', window: { kind: 'CALENDAR', unit: 'DAY', zone: 'CUSTOMER' } },
      { ...cap, name: 'so many altogether', subject: 'TOTAL', limit: 1_000_000, window: { kind: 'LIFETIME' } },
    ];
    const eligibility = [{ name: 'asked for here', expression: `context.page == "${name}"` }];
    await definePlacement(projecting, name, { slots, coolingWindow: { seconds: 60, scope: 'PLACEMENT' } });
    for (let offer = 0; offer < offers; offer++) {
      await publishOffer(projecting, `${name}-${offer}`, { caps, eligibility, category: `category-${offer}` });
    }
  }

  /** Decides for customers of their own, all at once, and answers what the replica has sent to Redis for each of them. */
  function sentFor(name: string, slots: number): Promise<string[][]> {
    return sentWhile(name, decisions, (customers) =>
      Promise.all(
        customers.map(async (customerId) => {
          const context = { customerId, attributes: { page: name } };
          const { nextBestOffer } = await replica.data(askDecision, { placement: name, context });
          expect(nextBestOffer).toMatchObject({ resolution: 'FRESH' });
          expect(nextBestOffer.offers).toHaveLength(slots);
        }),
      ),
    );
  }

  /** What the replica sends to Redis for each of so many customers, who are there before it is asked. */
  async function sentWhile(
    name: string,
    count: number,
    ask: (customers: readonly string[]) => Promise<unknown>,
  ): Promise<string[][]> {
    const customers = Array.from({ length: count }, (_, number) => `${name}-customer-${number}`);
    for (const customerId of customers) await registerCustomer(projecting, customerId);
    const { store, following } = replica.app.kairos;
    expect(await following.waitFor(await store.head(), 10_000)).toBe(true);
    seen.length = 0;
    await ask(customers);
    // The monitor tells in the order of the server: what comes before this is all there.
    await asking.echo(name);
    await until(() => seen.some(({ args }) => args[0]?.toLowerCase() === 'echo' && args[1] === name));
    const sent = seen.filter(({ source }) => ofReplica.has(source));
    return customers.map((customerId) =>
      sent.filter(({ args }) => args.some((each) => each.includes(`{${customerId}}`))).map(purposeOf),
    );
  }

  /** By the model of the first key. */
  function purposeOf({ args: [command = '', , , key = ''] }: { args: readonly string[] }): string {
    if (command.toLowerCase() !== 'evalsha') return command;
    return key.startsWith('kairos:caps:') ? 'RESERVE' : key.startsWith('kairos:profiles:') ? 'READ' : key;
  }

  const once = Array.from({ length: decisions }, () => ['READ', 'RESERVE']);

  it('with one offer is one read and one reservation', async () => {
    await catalogue('one', 1, 1);
    expect(await sentFor('one', 1)).toEqual(once);
  });

  it('with twelve offers in six slots, each with caps of its own, is the same', async () => {
    await catalogue('many', 12, 6);
    expect(await sentFor('many', 6)).toEqual(once);
  });

  it('with nothing to offer is one read', async () => {
    await definePlacement(projecting, 'nothing');
    expect(await sentFor('nothing', 0)).toEqual(once.map(() => ['READ']));
  });

  /** As a gateway asks for a list of customers: one request, the keys of all of them. */
  const asEntities = (fields: string) => async (customers: readonly string[]) => {
    const { _entities } = await replica.data(
      `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Customer { id ${fields} } } }`,
      { of: customers.map((id) => ({ __typename: 'Customer', id })) },
    );
    expect(_entities.map(({ id }: { id: string }) => id)).toEqual(customers);
  };

  it('for a hundred customers of a gateway is one read of the slot of each, and one reservation in it', async () => {
    await catalogue('gateway', 3, 1);
    const fields =
      'nextBestOffer(placement: "gateway", context: { attributes: { page: "gateway" } }) { offer { name } }';
    const sent = await sentWhile('gateway', 100, asEntities(fields));
    expect(sent).toEqual(Array.from({ length: 100 }, () => ['READ', 'RESERVE']));
  });

  it('has nothing to do with reading a hundred customers: one read of the slot of each', async () => {
    const sent = await sentWhile(
      'read',
      100,
      asEntities('timeZone audiences consents { purpose } recentDecisions { decisionId }'),
    );
    expect(sent).toEqual(Array.from({ length: 100 }, () => ['READ']));
  });
});
