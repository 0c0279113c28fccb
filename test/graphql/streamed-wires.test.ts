// Server-sent events and multipart as their readers see them: bytes, signs of life, who is answered in which form.
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startWires } from './wire-server.ts';

type Served = Awaited<ReturnType<typeof startWires>>;

const multipartAccept = 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0,application/json';

async function get({ url }: Served, query: string, headers: Record<string, string> = {}, variables: object = {}) {
  const search = new URLSearchParams({ query, variables: JSON.stringify(variables) });
  const response = await fetch(`${url}/graphql?${search}`, { headers: { accept: 'text/event-stream', ...headers } });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

async function post({ url }: Served, body: object, accept: string) {
  const headers = { 'content-type': 'application/json', accept };
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** The body of a subscription, until it has what is waited for. */
async function readUntil({ port }: Served, accept: string, query: string, isEnough: (text: string) => boolean) {
  const headers = { accept, 'content-type': 'application/json' };
  const request = httpRequest({ host: '127.0.0.1', port, method: 'POST', path: '/graphql', headers, agent: false });
  onTestFinished(() => void request.destroy());
  request.on('error', () => {});
  request.end(JSON.stringify({ query }));
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.setEncoding('utf8');
  let text = '';
  for await (const chunk of response) {
    text += chunk;
    if (isEnough(text)) break;
  }
  return text;
}

describe('server-sent events', () => {
  test('are events named next, and one named complete', async () => {
    const answer = await get(await startWires(), 'subscription { ticks(count: 2) }', { 'x-correlation-id': 'call-1' });
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-correlation-id': 'call-1',
    });
    expect(answer.text).toBe(
      [
        ':\n\n',
        'event: next\ndata: {"data":{"ticks":1}}\n\n',
        'event: next\ndata: {"data":{"ticks":2}}\n\n',
        'event: complete\ndata:\n\n',
      ].join(''),
    );
  });

  test('carry queries, and by POST mutations', async () => {
    const served = await startWires();
    expect((await get(served, '{ hello }')).text).toContain(
      'event: next\ndata: {"data":{"hello":"world"}}\n\nevent: complete',
    );
    const written = await post(served, { query: 'mutation { write(text: "a") }' }, 'text/event-stream');
    expect(written.text).toContain('data: {"data":{"write":"a"}}');
    const refused = await get(served, 'mutation { write(text: "a") }');
    expect([refused.status, JSON.parse(refused.text).errors[0].extensions.code]).toEqual([405, 'METHOD_NOT_ALLOWED']);
    expect(served.stage.contexts).toHaveLength(2);
  });

  test('begin behind the last event that the client saw', async () => {
    const served = await startWires();
    const query = 'subscription ($after: String) { numbered(after: $after) { position } }';
    const headers = { accept: 'text/event-stream', 'last-event-id': '7' };
    const search = new URLSearchParams({ query, variables: '{"after":"2"}' });
    const response = await fetch(`${served.url}/graphql?${search}`, { headers });
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      if (text.includes('"10"')) break;
    }
    expect(text.match(/^id: .*$/gm)).toEqual(['id: 8', 'id: 9', 'id: 10']);
  });

  test('show signs of life while there is no event', async () => {
    const served = await startWires({ timeouts: { ping: 20 } });
    const text = await readUntil(served, 'text/event-stream', 'subscription { quiet }', (read) =>
      read.endsWith(':\n\n:\n\n'),
    );
    expect(text).toBe(`:\n\nevent: next\ndata: {"data":{"quiet":1}}\n\n${':\n\n'.repeat(2)}`);
  });

  test.each([
    ['another page', { origin: 'https://evil.example' }],
    ['another page that does not want to know the answer', { 'sec-fetch-site': 'cross-site' }],
    ['a page of another port', { 'sec-fetch-site': 'same-site' }],
  ])('are not for %s to ask for by GET, as browsers do without asking first', async (_, headers) => {
    const served = await startWires();
    const answer = await get(served, '{ hello }', headers);
    expect([answer.status, JSON.parse(answer.text).errors[0].extensions.code]).toEqual([403, 'FORBIDDEN']);
    expect(served.stage.contexts).toEqual([]);
  });

  test('are for pages of this server', async () => {
    const served = await startWires();
    expect((await get(served, '{ hello }', { origin: served.url })).status).toBe(200);
    expect((await get(served, '{ hello }', { 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  });

  test.each([
    ['no query', ''],
    ['variables that are not JSON', 'query={hello}&variables={'],
    ['variables that are a list', 'query={hello}&variables=[]'],
  ])('are not begun for an address with %s', async (_, search) => {
    const served = await startWires();
    const response = await fetch(`${served.url}/graphql?${search}`, { headers: { accept: 'text/event-stream' } });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  });

  test('ask for the query when they are given its hash only', async () => {
    const body = { extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } };
    const answer = await post(await startWires(), body, 'text/event-stream');
    expect(answer.text).toContain('"code":"PERSISTED_QUERY_NOT_FOUND"');
  });
});

describe('multipart', () => {
  test('is parts with a payload each, each followed by its boundary, and a last boundary', async () => {
    const answer = await post(await startWires(), { query: 'subscription { ticks(count: 2) }' }, multipartAccept);
    expect(answer.headers.get('content-type')).toBe('multipart/mixed;boundary="graphql";subscriptionSpec=1.0');
    const part = (tick: number) =>
      `\r\ncontent-type: application/json\r\n\r\n{"payload":{"data":{"ticks":${tick}}}}\r\n--graphql`;
    expect(answer.text).toBe(`--graphql${part(1)}${part(2)}--\r\n`);
  });

  test('shows signs of life while there is no event', async () => {
    const sign = '\r\ncontent-type: application/json\r\n\r\n{}\r\n--graphql';
    const served = await startWires({ timeouts: { ping: 20 } });
    const text = await readUntil(served, multipartAccept, 'subscription { quiet }', (read) =>
      read.endsWith(sign + sign),
    );
    expect(text).toContain('{"payload":{"data":{"quiet":1}}}');
  });

  test('says what broke it off outside of any payload', async () => {
    const answer = await post(await startWires(), { query: 'subscription { breaks }' }, multipartAccept);
    expect(answer.text).toMatch(
      /\{"payload":null,"errors":\[\{"message":"Something went wrong on our side\.".*\]\}\r\n--graphql--\r\n$/,
    );
  });
});

describe.each([
  [
    'urql',
    'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, multipart/mixed',
  ],
  ['Apollo Client', multipartAccept],
  ['Hive Router', 'multipart/mixed;subscriptionSpec=1.0, text/event-stream, application/json'],
])('a client that accepts streams and JSON, as %s', (_, accept) => {
  test('gets queries, and what cannot be run, in JSON', async () => {
    const served = await startWires();
    const answer = await post(served, { query: '{ hello }' }, accept);
    expect(answer.headers.get('content-type')).toMatch(/json/);
    expect(JSON.parse(answer.text)).toEqual({ data: { hello: 'world' } });
    const refused = await post(served, { query: '{ nothing }' }, accept);
    expect([refused.status, JSON.parse(refused.text).errors[0].extensions.code]).toEqual([
      400,
      'GRAPHQL_VALIDATION_FAILED',
    ]);
  });

  test('gets subscriptions as a stream', async () => {
    const answer = await post(await startWires(), { query: 'subscription { ticks(count: 1) }' }, accept);
    expect(answer.headers.get('content-type')).toMatch(/^(text\/event-stream|multipart\/mixed)/);
  });
});

test.each(['text/event-stream', multipartAccept])(
  'a client that takes nothing for too long is cut off: %s',
  async (accept) => {
    const served = await startWires({ timeouts: { stalled: 50 } });
    const headers = { accept, 'content-type': 'application/json' };
    const request = httpRequest({
      host: '127.0.0.1',
      port: served.port,
      method: 'POST',
      path: '/graphql',
      headers,
      agent: false,
    });
    request.on('error', () => {});
    request.end(JSON.stringify({ query: 'subscription { flood }' }));
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    response.on('error', () => {});
    // Never read.
    await expect.poll(() => served.sources, { timeout: 10_000 }).toMatchObject({ open: 0 });
    request.destroy();
  },
);
