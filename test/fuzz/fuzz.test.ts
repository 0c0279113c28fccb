// Whatever is sent, it is answered: nothing crashes, no answer shows a stack or a path, nothing is kept. `KAIROS_SOAK=on`: 24,000 of it.
import { createHash } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { definePlacement, publishOffer, registerCustomer } from '../catalogue-of-tests.ts';
import { type Random, seededRandom } from '../projections/random.ts';
import { type RunningKairos, startKairos } from '../running-kairos.ts';
import { spoiltBytes, spoiltRequest } from './malformed.ts';
import { type Answered, createRudeCallers } from './rude-callers.ts';

const isSoak = process.env.KAIROS_SOAK === 'on';
const share = isSoak ? 1 : 0.12;
/** Of all that is sent in the whole run. */
const counts = { bodies: 6000, requests: 12_000, bytes: 3000, frames: 3000 };
/** What may be kept: the documents and plans of the operations that were valid, which are bounded, and what was recorded. */
const keptMiB = 16;

const failures: unknown[] = [];
let kairos: RunningKairos;
let callers: ReturnType<typeof createRudeCallers>;
const statuses = new Map<number, number>();
let sent = 0;

beforeAll(async () => {
  kairos = await startKairos(failures);
  await publishOffer(kairos, 'fuel');
  await definePlacement(kairos, 'home');
  await definePlacement(kairos, 'desk', { channel: 'CALL_CENTER' });
  await registerCustomer(kairos, 'carl');
  callers = createRudeCallers(kairos.url);
});
afterAll(async () => {
  callers.end();
  await kairos.stop();
  console.log(`${sent} malformed things; answers by status: ${JSON.stringify(Object.fromEntries(statuses))}`);
});

const json = { 'content-type': 'application/json' };
/** Lines of a stack, places in this tree, parts of Node. */
const inside =
  /\n\s*at \S|node_modules|node:internal|\.ts:\d|\/(?:home|tmp|srv|usr|var|work|root)\/|[A-Z]:\\\\|TypeError|RangeError|ECONN|SQLITE/;

function check(answer: Answered): void {
  statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
  expect(answer.text).not.toMatch(inside);
  expect(answer.correlationId).toBeTruthy();
  const body = JSON.parse(answer.text);
  expect(body.errors !== undefined || body.data !== undefined).toBe(true);
  for (const { extensions } of body.errors ?? []) {
    expect(extensions.code).toBeTruthy();
    if (extensions.code === 'INTERNAL') expect(extensions.correlationId).toBe(answer.correlationId);
  }
  if (answer.status >= 500) expect(body.errors[0].extensions.code).toMatch(/^(INTERNAL|UNAVAILABLE)$/);
}

async function inTurns(count: number, seed: number, send: (random: Random) => Promise<void>): Promise<void> {
  const random = seededRandom(seed);
  const total = Math.ceil(count * share);
  const caller = async (): Promise<void> => {
    while (sentNow < total) {
      sentNow += 1;
      sent += 1;
      await send(random);
    }
  };
  let sentNow = 0;
  await Promise.all(Array.from({ length: 16 }, caller));
}

const bytesOf = (value: unknown) => Buffer.from(JSON.stringify(value) ?? 'undefined');
const mediaTypes = [
  'application/json',
  'application/json; charset=utf-8',
  'text/plain',
  'application/x-www-form-urlencoded',
  '',
  'multipart/form-data; boundary=x',
  'application/json;;=',
  '*/*',
];
const accepts = [
  '*/*',
  'application/json',
  'application/graphql-response+json',
  'text/html',
  'image/png',
  ';;',
  'application/json;q=0',
];

async function bodies(random: Random): Promise<void> {
  const body = spoiltBytes(random, bytesOf(spoiltRequest(random)));
  const headers =
    random.share() < 0.7 ? json : { 'content-type': random.oneOf(mediaTypes), accept: random.oneOf(accepts) };
  check(await callers.post(body, headers));
}

async function requests(random: Random): Promise<void> {
  check(await callers.post(bytesOf(spoiltRequest(random)), { ...json, accept: random.oneOf(accepts.slice(0, 3)) }));
}

async function bytes(random: Random): Promise<void> {
  const body = bytesOf(spoiltRequest(random));
  const upgrade = `connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${createHash('md5').update(body).digest('base64')}\r\n`;
  const head =
    random.share() < 0.5
      ? `POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n`
      : `GET /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\n${upgrade}\r\n`;
  const text = await callers.raw(spoiltBytes(random, Buffer.concat([Buffer.from(head), body.subarray(0, 500)])));
  expect(text).not.toMatch(inside);
  if (/^HTTP\/1\.1 5/.test(text)) expect(text).toMatch(/"code":"(INTERNAL|UNAVAILABLE)"[^}]*"correlationId"/);
}

async function frames(random: Random): Promise<void> {
  const init = JSON.stringify({ type: 'connection_init', payload: random.share() < 0.2 ? spoiltRequest(random) : {} });
  const message = () => {
    const right = { id: String(random.below(5)), type: 'subscribe', payload: spoiltRequest(random) };
    const kind = random.share();
    if (kind < 0.6) return JSON.stringify(right);
    if (kind < 0.8) return spoiltBytes(random, bytesOf(right));
    if (kind < 0.9)
      return JSON.stringify({ ...right, type: random.oneOf(['complete', 'next', 'pong', 'x', '', 'connection_init']) });
    return random.oneOf(['', '[]', 'null', '{', '{"type":null}', '{"type":{}}', '"x"', '\u0000']);
  };
  const messages = Array.from({ length: 1 + random.below(4) }, message);
  expect(await callers.webSocket(random.share() < 0.9 ? [init, ...messages] : messages)).not.toMatch(inside);
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
async function heapMiB(): Promise<number> {
  for (let time = 0; time < 3; time++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return process.memoryUsage().heapUsed / 2 ** 20;
}

describe('whatever is sent', { timeout: 300_000 }, () => {
  let base: number;
  beforeAll(async () => {
    for (const send of [bodies, requests, bytes, frames]) await inTurns(500, 1, send);
    base = await heapMiB();
  });

  it('as a body is answered', () => inTurns(counts.bodies, 2, bodies));
  it('as a document and variables is answered', () => inTurns(counts.requests, 3, requests));
  it('as bytes that are hardly HTTP is answered, or the connection closed', () => inTurns(counts.bytes, 4, bytes));
  it('as messages of a WebSocket is answered, or the socket closed', () => inTurns(counts.frames, 5, frames));

  it('as a message that only servers send closes the socket', async () => {
    const init = '{"type":"connection_init"}';
    for (const type of ['next', 'error']) {
      expect(await callers.webSocket([init, JSON.stringify({ id: '1', type, payload: [] })])).toContain(' 4400 ');
    }
  });

  it('none of it was a fault of ours, and Kairos goes on', async () => {
    expect(failures).toEqual([]);
    expect((await kairos.data('{ vocabulary { currency } }')).vocabulary.currency).toBe('USD');
  });

  it('none of it is kept', async () => {
    const grown = (await heapMiB()) - base;
    console.log(`the heap has grown by ${grown.toFixed(1)} MiB from ${base.toFixed(1)}`);
    expect(grown).toBeLessThan(keptMiB);
  });
});
