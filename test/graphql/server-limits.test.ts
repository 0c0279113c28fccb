// What a server takes from a client: connections, mutations, requests that pages of elsewhere could send, operations nobody knows.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createClient } from 'graphql-ws';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { createPersistedOperations, hashOf } from '../../src/graphql/persisted-operations.ts';
import { errorOf, start, type TestContext } from './running-server.ts';

const wrote = 'mutation ($t: String!) { write(text: $t) }';

describe('the connections of one address', () => {
  async function open(port: number): Promise<Socket> {
    const socket = connect(port, '127.0.0.1').setEncoding('utf8');
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
    return socket;
  }
  const ask = 'GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n';

  test('are as many as the limit; a further one is told when to come again, whatever it says', async () => {
    const { port } = await start({ limits: { connectionsPerAddress: 2 } });
    const first = await open(port);
    const second = await open(port);
    for (const socket of [first, second]) {
      socket.write(ask);
      expect(String(await once(socket, 'data'))).toMatch(/^HTTP\/1\.1 200 /);
    }
    const third = await open(port);
    third.write(ask);
    let answer = '';
    for await (const chunk of third) answer += chunk;
    expect(answer).toMatch(/^HTTP\/1\.1 429 [\s\S]*retry-after: 1\r\n/);
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(answer).toContain('"code":"RATE_LIMITED"');
    first.end();
    await once(first, 'close');
    await expect
      .poll(async () => {
        const fourth = await open(port);
        fourth.write(ask);
        return String(await once(fourth, 'data'));
      })
      .toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('the mutations of one caller', () => {
  function limited() {
    let now = 0;
    const callerOf = (context: object) => String((context as TestContext).request.headers['x-caller']);
    const limits = { mutationRate: { perSecond: 0.2, callerOf, now: () => now } };
    return { options: { limits }, pass: (seconds: number) => (now += seconds * 1000) };
  }

  test('are as many as the rate allows, each caller for itself, and queries are not counted', async () => {
    const { options, pass } = limited();
    const { post } = await start(options);
    const write = (caller: string) => post({ query: wrote, variables: { t: 'x' } }, { 'x-caller': caller });
    // The first goes through Apollo Server, those that follow do not.
    expect([(await write('ann')).status, (await write('ann')).status]).toEqual([200, 200]);
    for (let time = 0; time < 2; time++) {
      const refused = await write('ann');
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '5']);
      expect(errorOf(refused).extensions).toEqual({
        code: 'RATE_LIMITED',
        retryable: true,
        limit: 'mutations',
        retryAfter: 5,
      });
      expect(refused.json.data).toBeUndefined();
    }
    expect((await post({ query: '{ hello }' }, { 'x-caller': 'ann' })).status).toBe(200);
    expect((await write('bob')).status).toBe(200);
    pass(5);
    expect([(await write('ann')).status, (await write('ann')).status]).toEqual([200, 429]);
  });

  test('refused by Apollo Server too, where it has not yet seen the form of a request', async () => {
    const { options } = limited();
    const { post } = await start(options);
    const write = (accept: string) => post({ query: wrote, variables: { t: 'x' } }, { 'x-caller': 'ann', accept });
    await write('application/json');
    await write('application/json');
    const refused = await write('*/*');
    expect([refused.status, refused.headers.get('retry-after'), errorOf(refused).extensions.code]).toEqual([
      429,
      '5',
      'RATE_LIMITED',
    ]);
  });

  test.each([
    ['a router asks for their trace', {}, { 'apollo-federation-include-trace': 'ftv1' }],
    ['a plugin has Apollo Server execute them', { plugins: [{}] }, {}],
  ])('count where %s', async (_, more, headers: Record<string, string>) => {
    const { options } = limited();
    const { post } = await start({ ...options, ...more });
    const write = () => post({ query: wrote, variables: { t: 'x' } }, { 'x-caller': 'ann', ...headers });
    expect([(await write()).status, (await write()).status]).toEqual([200, 200]);
    const refused = await write();
    expect([refused.status, refused.headers.get('retry-after'), errorOf(refused).extensions.code]).toEqual([
      429,
      '5',
      'RATE_LIMITED',
    ]);
  });

  test('count over WebSocket, too', async () => {
    const { options } = limited();
    const { port } = await start(options);
    const client = createClient({ url: `ws://127.0.0.1:${port}/ws`, webSocketImpl: WebSocket });
    onTestFinished(() => void client.dispose());
    const write = () =>
      new Promise((resolve) =>
        client.subscribe({ query: wrote, variables: { t: 'x' } }, { next: resolve, error: resolve, complete() {} }),
      );
    expect(await write()).toEqual({ data: { write: 'x' } });
    expect(await write()).toEqual({ data: { write: 'x' } });
    expect(JSON.stringify(await write())).toContain('"code":"RATE_LIMITED"');
  });
});

describe('a request that a page of elsewhere can send without asking', () => {
  const form = { query: 'mutation { write(text: "x") }' };
  test.each<[string, Record<string, string>, string]>([
    ['of a form', { 'content-type': 'application/x-www-form-urlencoded' }, new URLSearchParams(form).toString()],
    [
      'of a form with files',
      { 'content-type': 'multipart/form-data; boundary=b' },
      '--b\r\ncontent-disposition: form-data; name="query"\r\n\r\n{ hello }\r\n--b--',
    ],
    ['of a form in plain text', { 'content-type': 'text/plain' }, JSON.stringify(form)],
    ['with a media type in the wrong place', { 'content-type': 'text/plain; application/json' }, JSON.stringify(form)],
    ['without a media type', { 'content-type': '' }, JSON.stringify(form)],
  ])('%s is refused, and nothing is executed', async (_, headers, body) => {
    const { post, stage } = await start();
    // The short way is open to what follows.
    await post({ query: '{ hello }' });
    await post({ query: '{ hello }' });
    const before = stage.contexts.length;
    const answer = await post(body, headers);
    expect([answer.status, errorOf(answer).extensions.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    expect(stage.contexts).toHaveLength(before);
  });

  test.each([{}, { 'content-type': 'text/plain' }])('by GET with the headers %o is refused', async (headers) => {
    const { url, stage } = await start();
    const answer = await fetch(`${url}/graphql?query={hello}`, { headers });
    expect([answer.status, stage.contexts]).toEqual([400, []]);
  });

  test('may not be a mutation by GET, even of who may ask', async () => {
    const { url } = await start();
    const address = `${url}/graphql?query=${encodeURIComponent(form.query)}`;
    const answer = await fetch(address, { headers: { 'apollo-require-preflight': 'yes' } });
    expect([answer.status, (await answer.json()).errors[0].extensions.code]).toEqual([405, 'METHOD_NOT_ALLOWED']);
  });

  test('is not allowed by an answer to the question whether it may be', async () => {
    const { url } = await start();
    const headers = { origin: 'https://elsewhere.example', 'access-control-request-method': 'POST' };
    const answer = await fetch(`${url}/graphql`, { method: 'OPTIONS', headers });
    expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

test('every answer keeps browsers from storing it, guessing its type, framing it and telling where they were', async () => {
  const { url } = await start();
  for (const [path, headers] of [
    ['/graphql', {}],
    ['/healthz', {}],
    ['/nowhere', {}],
    ['/graphql', { accept: 'text/html' }],
  ] as const) {
    const answer = await fetch(`${url}${path}`, { headers });
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': expect.stringMatching(/default-src 'none'.*frame-ancestors 'none'/),
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    });
  }
});

test('headers beyond what Node reads are refused', async () => {
  const { raw } = await start();
  const answer = await raw(`GET /healthz HTTP/1.1\r\nhost: a\r\nx-large: ${'x'.repeat(20_000)}\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 413 [\s\S]*"code":"PAYLOAD_TOO_LARGE"/);
});

test('a batch of operations is refused, however long', async () => {
  const { post, stage } = await start();
  const answer = await post(Array.from({ length: 1000 }, () => ({ query: '{ hello }' })));
  expect([answer.status, errorOf(answer).extensions.code, stage.contexts]).toEqual([400, 'BAD_REQUEST', []]);
});

describe('a server that runs only operations that it knows', () => {
  const known = '{ hello }';
  const options = { limits: { persisted: createPersistedOperations(new Map([[hashOf(known), known]])) } };
  const byHash = (hash: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash: hash } } });

  test('runs them by their text and by their hash, by POST and by GET', async () => {
    const { post, url } = await start(options);
    const data = { hello: 'world' };
    for (let time = 0; time < 2; time++) {
      expect((await post({ query: known })).json).toEqual({ data });
      expect((await post(byHash(hashOf(known)))).json).toEqual({ data });
    }
    const search = new URLSearchParams({ extensions: JSON.stringify(byHash(hashOf(known)).extensions) });
    const answer = await fetch(`${url}/graphql?${search}`, { headers: { 'apollo-require-preflight': 'yes' } });
    expect(await answer.json()).toEqual({ data });
  });

  test.each([
    ['another text', { query: '{ hello }  ' }, 403, 'OPERATION_NOT_PERSISTED'],
    [
      'another text with its hash',
      { query: '{ nested { name } }', ...byHash(hashOf('{ nested { name } }')) },
      403,
      'OPERATION_NOT_PERSISTED',
    ],
    [
      'another text with the hash of one',
      { query: '{ nested { name } }', ...byHash(hashOf(known)) },
      403,
      'OPERATION_NOT_PERSISTED',
    ],
    ['another hash', byHash('a'.repeat(64)), 200, 'PERSISTED_QUERY_NOT_FOUND'],
    ['introspection', { query: '{ __schema { queryType { name } } }' }, 403, 'OPERATION_NOT_PERSISTED'],
  ])('refuses %s, each time', async (_, body, status, code) => {
    const { post, stage } = await start(options);
    for (let time = 0; time < 2; time++) {
      const answer = await post(body);
      expect([answer.status, errorOf(answer).extensions.code]).toEqual([status, code]);
    }
    expect(stage.logged).toEqual([]);
  });

  test('refuses them over WebSocket, too', async () => {
    const { port } = await start(options);
    const client = createClient({ url: `ws://127.0.0.1:${port}/ws`, webSocketImpl: WebSocket });
    onTestFinished(() => void client.dispose());
    const ask = (query: string) =>
      new Promise((resolve) => client.subscribe({ query }, { next: resolve, error: resolve, complete() {} }));
    expect(await ask(known)).toEqual({ data: { hello: 'world' } });
    expect(JSON.stringify(await ask('{ nested { name } }'))).toContain('OPERATION_NOT_PERSISTED');
  });
});
