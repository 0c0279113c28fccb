// A server that is away, that asks who calls, that takes no more at once, or of which another node leads.
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  AppendTooLarge,
  beginning,
  noStream,
  StoreRefuses,
  StoreUnavailable,
} from '../../src/event-store/event-store.ts';
import { caughtUp, follow, freshCategory, newEvent, newEvents, numberOf } from './event-samples.ts';
import { type EventStoreDbDouble, startEventStoreDbDouble } from './eventstoredb-double.ts';
import { startEventStoreDbCluster } from './eventstoredb-double-cluster.ts';
import { nothingIsOpenAt, openAt, openAtDouble } from './store-at-double.ts';
import { temporaryFolder } from './temporary-log.ts';

const stream = () => `call-${randomUUID()}`;

it('a clock that is put back during an outage lets nobody wait for it', async () => {
  const { double, store } = await openAtDouble({ timeoutMs: 300 });
  onTestFinished(() => void vi.useRealTimers());
  await double.stop();
  await expect(store.head()).rejects.toBeInstanceOf(StoreUnavailable);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 });
  await expect(store.head()).rejects.toBeInstanceOf(StoreUnavailable);
});

it('a server that is away when the store is opened is no error: calls say so, and all goes on when it comes', async () => {
  const double = await startEventStoreDbDouble();
  onTestFinished(() => double.close());
  await double.stop();
  const outages: unknown[] = [];
  const store = await openAt(double, { timeoutMs: 200, onError: (error) => outages.push(error) });
  const follower = follow(store, { after: beginning });
  await expect(store.append(stream(), noStream, newEvents(1))).rejects.toBeInstanceOf(StoreUnavailable);
  expect(store.health()).toMatchObject({ answers: false, cause: expect.stringContaining('ECONNREFUSED') });
  await expect(store.head()).rejects.toBeInstanceOf(StoreUnavailable);
  expect(outages).toHaveLength(1);
  await double.restart();
  await vi.waitFor(() => expect(store.health()).toEqual({ answers: true }), { timeout: 5000 });
  await store.append(stream(), noStream, newEvents(2));
  expect((await follower.reached(2)).map(numberOf)).toEqual([0, 1]);
});

it('an append that is larger than the server takes is refused as such, at once, and nothing of it is written', async () => {
  const { double, store } = await openAtDouble();
  const one = stream();
  const events = Array.from({ length: 12 }, () => ({ ...newEvent(0), data: { text: 'x'.repeat(100_000) } }));
  const refusal = await store.append(one, noStream, events).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(AppendTooLarge);
  expect(String(refusal)).toContain('1048576');
  expect(double.counts.append + double.events().length).toBe(0);
  expect(await store.append(one, noStream, events.slice(0, 9))).toMatchObject({ revision: 8 });
});

describe('a server that asks who calls, over TLS', () => {
  let double: EventStoreDbDouble;
  let certificate: string;
  const urlFor = (user: string) => `${double.url.replace('://', `://${user}`)}&tlsCAFile=${certificate}`;

  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kairos-certificate-'));
    certificate = join(folder, 'certificate.pem');
    const key = join(folder, 'key.pem');
    const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-keyout', key, '-out', certificate];
    execFileSync('openssl', [...made, ...names], { stdio: 'ignore' });
    double = await startEventStoreDbDouble({
      tls: { key: readFileSync(key), certificate: readFileSync(certificate) },
      credentials: { admin: 'changeit', kairos: 'se:cret' },
    });
    return async () => {
      await double.close();
      rmSync(folder, { recursive: true });
    };
  });

  it('is written to, read and followed by a user who may', async () => {
    const store = await openAt(double, {}, urlFor('admin:changeit@'));
    const category = freshCategory();
    const follower = follow(store, { after: beginning, categories: [category] });
    await store.append(`${category}-one`, noStream, newEvents(3));
    expect((await follower.reached(3)).map(numberOf)).toEqual([0, 1, 2]);
    expect(store.health()).toEqual({ answers: true });
  });

  it.each([
    ['a wrong password', 'admin:wrong@'],
    ['an unknown user', 'nobody:changeit@'],
    ['nobody', ''],
  ])('refuses %s at once, and tells why without telling the password', async (_, user) => {
    const errors: unknown[] = [];
    const store = await openAt(double, { timeoutMs: 3000, onError: (error) => errors.push(error) }, urlFor(user));
    const began = double.counts.append;
    await expect(store.append(stream(), noStream, newEvents(1))).rejects.toThrow(/may not do this, or is unknown/);
    expect(double.counts.append).toBe(began);
    await vi.waitFor(() => expect(store.health()).toMatchObject({ cause: expect.stringContaining('refuses') }), 5000);
    expect(errors.map((error) => `${error} ${(error as Error).cause}`).join()).not.toContain('wrong');
  });

  it('says so when the user may not read all streams', async () => {
    const store = await openAt(double, {}, urlFor('kairos:se%3Acret@'));
    await expect(store.head()).rejects.toThrow(/may not do this/);
    const follower = follow(store, { after: beginning });
    await vi.waitFor(() => expect(follower.errors.length).toBeGreaterThan(0), 5000);
    expect(store.health()).toMatchObject({ answers: false, cause: expect.stringContaining('may not do this') });
  });

  it('is of no use to a store that does not trust its certificate', async () => {
    const store = await openAt(double, { timeoutMs: 2000 }, double.url.replace('://', '://admin:changeit@'));
    const refusal = await store.head().catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(StoreRefuses);
    expect((refusal as Error).message).toContain('certificate');
    await vi.waitFor(
      () => expect(store.health()).toMatchObject({ cause: expect.stringContaining('certificate') }),
      5000,
    );
  });

  it('is read again when the certificate that the connection string names was missing for a while', async () => {
    const missing = join(temporaryFolder(), 'certificate.pem');
    copyFileSync(certificate, missing);
    const url = `${double.url.replace('://', '://admin:changeit@')}&tlsCAFile=${missing}`;
    const store = await openAt(double, { timeoutMs: 200 }, url);
    await store.head();
    rmSync(missing);
    double.faults.next('read', { kind: 'swallow' }, 3);
    await expect(store.head()).rejects.toBeInstanceOf(StoreUnavailable);
    copyFileSync(certificate, missing);
    await vi.waitFor(() => store.head(), { timeout: 5000 });
  });
});

describe('a cluster', () => {
  it.each(['discoverUrl', 'url'] as const)('whose leader moves or dies is followed (%s)', async (which) => {
    const cluster = await startEventStoreDbCluster(3);
    const [first, second, third] = cluster.nodes;
    if (!first || !second || !third) throw new Error('three nodes');
    onTestFinished(() => cluster.close());
    const store = await openAt(first, { timeoutMs: 5000 }, cluster[which]);
    const category = freshCategory();
    const one = `${category}-one`;
    const { onCaughtUp, once } = caughtUp();
    const follower = follow(store, { after: beginning, categories: [category], onCaughtUp });
    await once;
    await store.append(one, noStream, [newEvent(0)]);

    cluster.moveLeader(second);
    await store.readStream(one);
    await store.append(one, 0, [newEvent(1)]);
    expect(second.counts.append).toBe(1);

    // Nobody leads for a while.
    cluster.moveLeader(undefined);
    const appending = store.append(one, 1, [newEvent(2)]);
    const reading = store.readStream(one);
    setTimeout(() => cluster.moveLeader(third), 50);
    await Promise.all([appending, reading]);
    await store.append(one, 2, [newEvent(3)]);

    await third.stop();
    cluster.moveLeader(first);
    await store.append(one, 3, [newEvent(4)]);
    expect((await follower.reached(5)).map(numberOf)).toEqual([0, 1, 2, 3, 4]);
    await store.close();
    for (const node of cluster.nodes) await nothingIsOpenAt(node);
  });
});
