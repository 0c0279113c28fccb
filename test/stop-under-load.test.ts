// SIGTERM in the middle of everything: what was read is answered, what was answered is in the log, and what was not can be sent again.
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { hasRedis, startRedis } from './redis/redis-server.ts';
import { type Json, later } from './running-kairos.ts';
import { type StartedProcess, startProcess } from './started-process.ts';

const connections = 24;
const before = '2026-11-21T12:00:00.000Z';
const after = later(before, 5);

interface Call {
  readonly id: string;
  readonly isMutation: boolean;
  /** What came back; undefined: nothing, not even a byte. */
  answer?: Json;
}

/** One kept-alive connection. Its calls go one after the other, until it is closed. */
async function client(url: string, name: string): Promise<Call[]> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  const calls: Call[] = [];
  let received = '';
  let onAnswer = (_whole: { head: string; body: string }) => {};
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1');
    const end = received.indexOf('\r\n\r\n');
    const length = Number(/content-length: (\d+)/i.exec(received)?.[1] ?? 0);
    if (end < 0 || received.length < end + 4 + length) return;
    const whole = { head: received.slice(0, end), body: received.slice(end + 4) };
    received = '';
    onAnswer(whole);
  });
  socket.on('error', () => {});
  const closed = new Promise<undefined>((resolve) => socket.on('close', () => resolve(undefined)));
  for (;;) {
    const call: Call = { id: `${name}-${calls.length}`, isMutation: calls.length % 2 === 1 };
    calls.push(call);
    const answered = new Promise<{ head: string; body: string }>((resolve) => {
      onAnswer = resolve;
    });
    const body = bodyOf(call);
    const headers = `host: ${hostname}\r\ncontent-type: application/json\r\nx-kairos-at: ${before}\r\ncontent-length: ${body.length}`;
    socket.write(`POST /graphql HTTP/1.1\r\n${headers}\r\n\r\n${body}`);
    const whole = await Promise.race([answered, closed]);
    if (!whole) {
      expect(received, 'a connection was closed in the middle of an answer').toBe('');
      return calls;
    }
    call.answer = JSON.parse(whole.body);
    if (/connection: close/i.test(whole.head)) {
      await closed;
      return calls;
    }
  }
}

function bodyOf({ id, isMutation }: Call): string {
  const customerId = `customer-${id}`;
  const query = isMutation
    ? `mutation { recordSignals(signals: [{ customerId: "${customerId}", signalId: "${id}", kind: VIEW, observedAt: "${before}" }]) { results { ... on SignalRecorded { alreadyRecorded } } } }`
    : `{ nextBestOffer(placement: "home", context: { customerId: "${customerId}", requestId: "${id}" }) { id decidedAt } }`;
  return JSON.stringify({ query });
}

async function ask(url: string, body: string, at: string): Promise<Json> {
  const headers = { 'content-type': 'application/json', 'x-kairos-at': at };
  const { data, errors } = (await (await fetch(url, { method: 'POST', headers, body })).json()) as Json;
  expect(errors).toBeUndefined();
  return data;
}

/** Whether the process of before had done what it is asked again. */
async function wasDone(url: string, call: Call): Promise<boolean> {
  const data = await ask(url, bodyOf(call), after);
  if (call.isMutation) return data.recordSignals.results[0].alreadyRecorded;
  if (call.answer) expect(data.nextBestOffer.id).toBe(call.answer.data.nextBestOffer.id);
  return data.nextBestOffer.decidedAt === before;
}

describe.each([
  ['in the memory of the process', false],
  ['in Redis', true],
])('with the read models %s', (_, withRedis) => {
  test.skipIf(withRedis && !hasRedis)('nothing that was accepted is lost', { timeout: 60_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kairos-stop-'));
    const redis = withRedis ? await startRedis() : undefined;
    const start = () =>
      startProcess({
        KAIROS_DATA: folder,
        KAIROS_DEMO: 'off',
        KAIROS_CLOCK: 'request',
        ...(redis && { REDIS_URL: redis.url }),
      });
    let kairos: StartedProcess = await start();
    onTestFinished(async () => {
      await kairos.end('SIGKILL');
      await redis?.stop();
      rmSync(folder, { recursive: true, force: true });
    });
    const define =
      'mutation { definePlacement(placementId: "home", terms: { name: "home", channel: WEB }) { __typename } }';
    await ask(kairos.url, JSON.stringify({ query: define }), before);

    const clients = Array.from({ length: connections }, (_none, number) => client(kairos.url, `c${number}`));
    const witness = client(kairos.url, 'witness');
    await vi.waitFor(async () => expect(await isKnown(kairos.url, 'witness-40')).toBe(true), { timeout: 20_000 });
    expect(await kairos.end('SIGTERM')).toBe(0);
    const calls = (await Promise.all([...clients, witness])).flat();
    const answered = calls.filter(({ answer }) => answer);
    expect(answered.length).toBeGreaterThan(connections * 10);
    expect(answered.filter(({ answer }) => answer.errors)).toEqual([]);

    kairos = await start();
    const done = await Promise.all(answered.map((call) => wasDone(kairos.url, call)));
    expect(answered.filter((_call, index) => !done[index]).map(({ id }) => id)).toEqual([]);
    const unanswered = calls.filter(({ answer }) => !answer);
    // Of each connection the last one at most: it was closed before anything of it was read, so that nothing of it was done.
    expect(unanswered.length).toBeLessThanOrEqual(connections + 1);
    for (const call of unanswered) expect(await wasDone(kairos.url, call), call.id).toBe(false);
  });
});

async function isKnown(url: string, id: string): Promise<boolean> {
  const query = `{ customer(id: "customer-${id}") { recentDecisions { decisionId } } }`;
  const { customer } = await ask(url, JSON.stringify({ query }), before);
  return customer !== null && customer.recentDecisions.length > 0;
}
