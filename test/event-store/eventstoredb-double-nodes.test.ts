import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createBareClients, errorOf, idsOf, noted, notedMany, reasonOf } from './bare-eventstoredb-client.ts';
import { type EventStoreDbDouble, startEventStoreDbDouble } from './eventstoredb-double.ts';
import { type EventStoreDbClusterDouble, startEventStoreDbCluster } from './eventstoredb-double-cluster.ts';

const clients = createBareClients();
const requiresLeader = true;

describe('a cluster of doubles of EventStoreDB', () => {
  let cluster: EventStoreDbClusterDouble;
  const node = (index: number): EventStoreDbDouble => {
    const found = cluster.nodes[index];
    if (!found) throw new Error(`no node ${index}`);
    return found;
  };
  const appends = () => cluster.nodes.map(({ counts }) => counts.append);

  beforeAll(async () => {
    cluster = await startEventStoreDbCluster(3);
    return () => cluster.close();
  });
  afterEach(() => {
    clients.dispose();
    cluster.moveLeader(node(0));
  });

  it('tells who leads to whom discovers it, by one node or by several', async () => {
    cluster.moveLeader(node(1));
    const before = appends();
    await clients.open(cluster.discoverUrl).appendToStream('note-1', noted());
    await clients.open(cluster.url).appendToStream('note-1', noted());
    expect(appends()).toEqual(before.map((count, index) => (index === 1 ? count + 2 : count)));
  });

  it('is discovered by another node when one does not answer', async () => {
    for (const { faults } of cluster.nodes.slice(1)) faults.next('gossip', { kind: 'fail', code: status.UNAVAILABLE });
    await clients.open(cluster.url).appendToStream('note-1', noted());
    for (const { faults } of cluster.nodes) faults.clear();
  });

  it('shares one log: a follower takes an append of whom any node will do, and every node reads it', async () => {
    const event = noted();
    await clients.open(node(2).url).appendToStream('note-2', event);
    for (const { url } of cluster.nodes) {
      expect(await idsOf(clients.open(url).readStream('note-2'))).toEqual([event.id]);
    }
  });

  it('names its leader to an append that requires it at a follower, once: then the client has gone there', async () => {
    const client = clients.open(node(1).url);
    expect(await reasonOf(client.appendToStream('note-3', noted(), { requiresLeader }))).toMatchObject({
      type: 'not-leader',
      leader: { address: '127.0.0.1', port: node(0).port },
    });
    await client.appendToStream('note-3', noted(), { requiresLeader });
    expect(cluster.nodes[0]?.events().filter(({ stream }) => stream === 'note-3')).toHaveLength(1);
  });

  it('names no leader while there is none, and the next one when it has moved', async () => {
    const client = clients.open(node(0).url);
    await client.appendToStream('note-4', noted(), { requiresLeader });
    cluster.moveLeader(undefined);
    expect(await reasonOf(client.appendToStream('note-4', noted(), { requiresLeader }))).toMatchObject({
      type: 'unknown',
    });
    cluster.moveLeader(node(2));
    const later = clients.open(node(0).url);
    expect(await reasonOf(later.appendToStream('note-4', noted(), { requiresLeader }))).toMatchObject({
      leader: { port: node(2).port },
    });
  });

  it('counts a node that is stopped as dead: it leads no more until it is back', async () => {
    await node(0).stop();
    const client = clients.open(node(1).url);
    expect(await reasonOf(client.appendToStream('note-5', noted(), { requiresLeader }))).toMatchObject({
      type: 'unknown',
    });
    await node(0).restart();
    expect(
      await reasonOf(clients.open(node(1).url).appendToStream('note-5', noted(), { requiresLeader })),
    ).toMatchObject({
      type: 'not-leader',
    });
  });
});

describe('a double of EventStoreDB that asks who calls', () => {
  let folder: string;
  let double: EventStoreDbDouble;
  const urlFor = (credentials: string) =>
    double.url.replace('://', `://${credentials}`).concat(`&tlsCAFile=${join(folder, 'certificate.pem')}`);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'eventstoredb-double-'));
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    const files = ['-keyout', key, '-out', certificate];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', ...subject, ...files], {
      stdio: 'ignore',
    });
    double = await startEventStoreDbDouble({
      tls: { key: readFileSync(key), certificate: readFileSync(certificate) },
      credentials: { admin: 'changeit', kairos: 'se:cret' },
    });
    return async () => {
      await double.close();
      rmSync(folder, { recursive: true });
    };
  });
  afterEach(() => clients.dispose());

  it('serves who is known', async () => {
    const client = clients.open(urlFor('kairos:se%3Acret@'));
    await client.appendToStream('note-1', noted());
    expect(await idsOf(client.readStream('note-1'))).toHaveLength(1);
  });

  it.each([
    ['who gives a wrong password', 'kairos:wrong@'],
    ['who is not known', 'nobody:changeit@'],
    ['who gives nothing', ''],
  ])('denies %s', async (_, credentials) => {
    expect(await reasonOf(clients.open(urlFor(credentials)).appendToStream('note-2', noted()))).toMatchObject({
      type: 'access-denied',
    });
    const reader = clients.open(urlFor(credentials));
    expect(await reasonOf(idsOf(reader.readStream('note-1')))).toMatchObject({ type: 'access-denied' });
  });

  it('lets only admins read all and write to streams of the system', async () => {
    const [admin, kairos] = [clients.open(urlFor('admin:changeit@')), clients.open(urlFor('kairos:se%3Acret@'))];
    await admin.appendToStream('$note-1', noted());
    expect((await idsOf(admin.readAll())).length).toBeGreaterThan(0);
    expect(await reasonOf(kairos.appendToStream('$note-1', noted()))).toMatchObject({ type: 'access-denied' });
    expect(await reasonOf(idsOf(kairos.readAll()))).toMatchObject({ type: 'access-denied' });
    expect(await errorOf(kairos.subscribeToAll())).toMatchObject({ type: 'access-denied' });
  });

  it('is not reached by who does not trust its certificate', async () => {
    const distrusting = clients.open(`${double.url.replace('://', '://admin:changeit@')}`);
    expect(await reasonOf(distrusting.appendToStream('note-1', noted()))).toMatchObject({ code: 14 });
  });
});

describe('a double of EventStoreDB as a process', () => {
  const children: ChildProcess[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'eventstoredb-double-'));
  const start = async (...options: string[]) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'eventstoredb-double-process.ts'), ...options], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.push(child);
    const [line] = await once(child.stdout, 'data');
    return { child, url: String(line).trim() };
  };
  afterEach(async () => {
    clients.dispose();
    for (const child of children.splice(0)) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
  });

  it('says where it listens and ends when it is told to', async () => {
    const { child, url } = await start('--faults', '0.01', '--seed', '7');
    expect(url).toMatch(/^esdb:\/\/127\.0\.0\.1:\d+\?tls=false$/);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    const port = Number(new URL(url.replace('esdb', 'http')).port);
    const [error] = await once(connect(port, '127.0.0.1'), 'error');
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('keeps what it has answered when it is killed, not what a kill has cut off, and knows it again', async () => {
    const file = join(folder, 'log.ndjson');
    const [events, more, after] = [notedMany(100), notedMany(3), noted()];
    const kill = async (child: ChildProcess) => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    };
    const first = await start('--log', file);
    const client = clients.open(first.url);
    for (const [index, event] of events.entries()) await client.appendToStream(`note-${index % 7}`, event);
    const last = await client.appendToStream('note-more', more, { expectedRevision: 'no_stream' });
    await kill(first.child);
    appendFileSync(file, '[{"id":"cut off');

    const second = await start('--log', file);
    const later = clients.open(second.url);
    expect(await idsOf(later.readAll())).toEqual([...events, ...more].map(({ id }) => id));
    const again = await vi.waitFor(
      () => later.appendToStream('note-more', more, { expectedRevision: 'no_stream' }),
      5000,
    );
    expect(again.position).toEqual(last.position);
    await later.appendToStream('note-more', after, { expectedRevision: 2n });
    await kill(second.child);

    const third = await start('--log', file);
    expect((await idsOf(clients.open(third.url).readStream('note-more'))).at(-1)).toBe(after.id);
    rmSync(folder, { recursive: true });
  });
});
