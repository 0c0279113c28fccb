import { type Client, createClient } from 'graphql-ws';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { fail } from '../../src/graphql/errors.ts';
import { start } from './running-server.ts';

/** As graphql-ws types it. */
type Answer = Awaited<ReturnType<ReturnType<Client['iterate']>['next']>>['value'];
type Running = Awaited<ReturnType<typeof start>>;

function client({ port }: Running, connectionParams: Record<string, unknown> = {}, path = '/graphql'): Client {
  const made = createClient({
    url: `ws://127.0.0.1:${port}${path}`,
    webSocketImpl: WebSocket,
    connectionParams,
    retryAttempts: 0,
    // The socket stays for a while after its last operation: closes are then the server's.
    lazyCloseTimeout: 5000,
  });
  onTestFinished(() => made.dispose());
  return made;
}

/** All answers of an operation, until it completes; rejects with the errors that ended it or the close of the socket. */
async function answers(
  from: Client,
  query: string,
  variables: Record<string, unknown> = {},
  extensions: Record<string, unknown> = {},
) {
  const received: Answer[] = [];
  for await (const result of from.iterate<Record<string, unknown>, Record<string, unknown>>({
    query,
    variables,
    extensions,
  }))
    received.push(result);
  return received;
}

/** What the operation was refused with. */
const refusal = (from: Client, query: string, variables: Record<string, unknown> = {}) =>
  answers(from, query, variables).then(
    (received) => expect.fail(`answered ${JSON.stringify(received)}`),
    (errors) => errors,
  );

/** A socket of the protocol without a client's manners. */
async function plain({ port }: Running, { path = '/graphql', headers = {}, init = true } = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, 'graphql-transport-ws', { headers });
  onTestFinished(() => socket.terminate());
  const messages: { id?: string; type: string }[] = [];
  socket.on('message', (message) => messages.push(JSON.parse(String(message))));
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.once('close', (code, reason) => resolve({ code, reason: String(reason) })),
  );
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const send = (message: object) => socket.send(JSON.stringify(message));
  if (init) {
    const acknowledged = new Promise((resolve) => socket.once('message', resolve));
    send({ type: 'connection_init' });
    await acknowledged;
  }
  return { socket, messages, closed, send };
}

describe('an operation over WebSocket', () => {
  test.each(['/graphql', '/ws'])('is served at %s: query, mutation and subscription', async (path) => {
    const socket = client(await start(), {}, path);
    expect(await answers(socket, '{ hello }')).toEqual([{ data: { hello: 'world' } }]);
    expect(await answers(socket, 'mutation { write(text: "a") }')).toEqual([{ data: { write: 'a' } }]);
    expect(await answers(socket, 'subscription { ticks(count: 3) }')).toEqual(
      [1, 2, 3].map((ticks) => ({ data: { ticks } })),
    );
  });

  test('gets a context of its own, with the parameters of the connection and its correlation id', async () => {
    const server = await start();
    const socket = client(server, { authorization: 'Bearer a' });
    await answers(socket, '{ contextNumber }', {}, { correlationId: 'call-9' });
    expect(await answers(socket, '{ contextNumber }')).toEqual([{ data: { contextNumber: 2 } }]);
    expect(server.stage.contexts[0]).toMatchObject({
      transport: 'ws',
      connectionParams: { authorization: 'Bearer a' },
      correlationId: 'call-9',
      headers: { host: `127.0.0.1:${server.port}` },
    });
    expect(server.stage.contexts[1]?.correlationId).toMatch(/^[0-9a-f]{8}-/);
  });

  test('that is a subscription gets one anew for every event', async () => {
    const received = await answers(client(await start()), 'subscription { contexts }');
    expect(received).toEqual([{ data: { contexts: 2 } }, { data: { contexts: 3 } }]);
  });

  test('that is a subscription ends with the error when one of them cannot be made', async () => {
    let made = 0;
    const server = await start({
      createContext: (request) => {
        made += 1;
        if (made === 3) throw fail('UNAUTHENTICATED', 'The token has expired.');
        return { number: made, request };
      },
    });
    const iterator = client(server).iterate({ query: 'subscription { contexts }' });
    expect((await iterator.next()).value).toEqual({ data: { contexts: 2 } });
    await expect(iterator.next()).rejects.toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });

  test('that ends on the side of the client ends its source', async () => {
    const server = await start();
    const iterator = client(server).iterate({ query: 'subscription { forever }' });
    expect((await iterator.next()).value).toEqual({ data: { forever: 1 } });
    await iterator.return?.();
    await server.stage.ended.promise;
  });

  test('ends its source when the socket breaks', async () => {
    const server = await start();
    const { socket, send } = await plain(server);
    const answered = new Promise((resolve) => socket.once('message', resolve));
    send({ id: '1', type: 'subscribe', payload: { query: 'subscription { forever }' } });
    await answered;
    socket.terminate();
    await server.stage.ended.promise;
  });

  test('uses the documents that HTTP uses', async () => {
    const parsedTimes = new Map<string, number>();
    const count = () => {
      parsedTimes.set('validated', (parsedTimes.get('validated') ?? 0) + 1);
      return {};
    };
    const server = await start({ validationRules: [count] });
    await server.post({ query: '{ hello }' });
    await answers(client(server), '{ hello }');
    await server.post({ query: '{ hello }' });
    expect(parsedTimes.get('validated')).toBe(1);
  });
});

describe('an operation over WebSocket that is refused', () => {
  test.each([
    ['that is not GraphQL', '{ hello', {}, 'GRAPHQL_PARSE_FAILED'],
    ['that asks for an unknown field', '{ nothing }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    ['that names none of its operations', 'query a { hello } query b { hello }', {}, 'OPERATION_RESOLUTION_FAILURE'],
  ])('%s ends with an error of its code', async (_, query, variables, code) => {
    const server = await start();
    expect(await refusal(client(server), query, variables)).toEqual([
      expect.objectContaining({ extensions: { code } }),
    ]);
    expect(server.stage.logged).toEqual([]);
  });

  test('for a variable of the wrong type answers with BAD_USER_INPUT', async () => {
    const server = await start();
    const query = 'query ($v: String!) { echo(value: $v) }';
    const [answer] = await answers(client(server), query, { v: 7 });
    expect(answer?.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    const [subscription] = await answers(client(server), 'subscription ($c: Int!) { ticks(count: $c) }', { c: 'x' });
    expect(subscription?.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(server.stage.logged).toEqual([]);
  });

  test.each(['{ hello }', 'subscription { ticks(count: 1) }'])('because of its context says why: %s', async (query) => {
    const server = await start();
    expect(await refusal(client(server, { bad: true }), query)).toEqual([
      { message: 'x-bad is not acceptable.', extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    expect(server.stage.logged).toEqual([]);
  });

  test('because its feed refuses says why', async () => {
    const [answer] = await answers(client(await start()), 'subscription { refuses }');
    expect(answer?.errors).toMatchObject([{ message: 'There is no such feed.', extensions: { code: 'NOT_FOUND' } }]);
  });

  test('by a bug is masked and logged whole under the id it answers', async () => {
    const server = await start();
    const [answer] = await answers(client(server), '{ bug }', {}, { correlationId: 'call-3' });
    expect(answer).toEqual({
      data: { bug: null },
      errors: [
        {
          message: 'Something went wrong on our side.',
          locations: [{ line: 1, column: 3 }],
          path: ['bug'],
          extensions: { code: 'INTERNAL', correlationId: 'call-3' },
        },
      ],
    });
    expect(server.stage.logged).toEqual([{ error: expect.any(TypeError), correlationId: 'call-3' }]);
  });

  test('by a feed that breaks is masked, and ends with the error', async () => {
    const server = await start();
    const errors = await refusal(client(server), 'subscription { breaks }');
    expect(errors).toMatchObject([{ message: 'Something went wrong on our side.', extensions: { code: 'INTERNAL' } }]);
    expect(server.stage.logged).toMatchObject([{ error: { message: 'the feed at /srv/feed broke' } }]);
  });
});

describe('a WebSocket that does not keep to the protocol', () => {
  test('and is not opened by a page of this origin is refused', async () => {
    const server = await start({ origins: ['https://console.example'] });
    await expect(plain(server, { headers: { origin: 'https://evil.example' } })).rejects.toThrow('403');
    await expect(plain(server, { headers: { origin: 'null' } })).rejects.toThrow('403');
    await plain(server, { headers: { origin: server.url } });
    await plain(server, { headers: { origin: 'https://console.example' } });
  });

  test('at another address is refused', async () => {
    await expect(plain(await start(), { path: '/elsewhere' })).rejects.toThrow('404');
  });

  test('by another subprotocol is closed with 4406', async () => {
    const { port } = await start();
    const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`);
    expect(await new Promise((resolve) => socket.once('close', resolve))).toBe(4406);
  });

  test('and never initialises is closed with 4408', async () => {
    const { closed } = await plain(await start({ timeouts: { connectionInit: 50 } }), { init: false });
    expect((await closed).code).toBe(4408);
  });

  test('and subscribes before it initialises is closed with 4401', async () => {
    const { closed, send } = await plain(await start(), { init: false });
    send({ id: '1', type: 'subscribe', payload: { query: '{ hello }' } });
    expect((await closed).code).toBe(4401);
  });

  test.each(['{', '[]', '{"type":"unknown"}', '{"id":"1","type":"subscribe","payload":{"query":7}}'])(
    'and sends %s is closed with 4400',
    async (message) => {
      const server = await start();
      const { socket, closed } = await plain(server);
      socket.send(message);
      expect((await closed).code).toBe(4400);
      expect(server.stage.logged).toEqual([]);
    },
  );

  test('and sends a message beyond the limit is closed with 1009', async () => {
    const server = await start({ bodyLimit: 1000 });
    const { socket, closed } = await plain(server);
    socket.send('x'.repeat(1001));
    expect((await closed).code).toBe(1009);
    expect(server.stage.logged).toEqual([]);
  });

  test('and does not answer pings is ended', async () => {
    const server = await start({ timeouts: { ping: 50 } });
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/graphql`, 'graphql-transport-ws', { autoPong: false });
    expect(await new Promise((resolve) => socket.once('close', resolve))).toBe(1006);
  });
});

describe('a drain', () => {
  test('closes subscribers with 1012, and never completes them', async () => {
    const server = await start();
    const { socket, messages, closed, send } = await plain(server);
    const answered = new Promise((resolve) => socket.once('message', resolve));
    send({ id: '1', type: 'subscribe', payload: { query: 'subscription { forever }' } });
    await answered;
    await server.server.drain();
    expect(await closed).toEqual({ code: 1012, reason: 'Service restart' });
    expect(messages.map(({ type }) => type)).toEqual(['connection_ack', 'next']);
    await server.stage.ended.promise;
  });

  test('lets a query under way finish first, and begins no other', async () => {
    const server = await start();
    const { messages, closed, send } = await plain(server);
    send({ id: '1', type: 'subscribe', payload: { query: '{ waits }' } });
    await server.stage.begun.promise;
    const drained = server.server.drain();
    send({ id: '2', type: 'subscribe', payload: { query: 'mutation { write(text: "late") }' } });
    send({ type: 'ping' });
    await expect.poll(() => messages.map(({ type }) => type)).toContain('pong');
    server.stage.opening.resolve();
    await drained;
    expect((await closed).code).toBe(1012);
    expect(messages.filter(({ id }) => id === '1')).toMatchObject([
      { type: 'next', payload: { data: { waits: 'waited' } } },
      { type: 'complete' },
    ]);
    expect(messages.filter(({ id }) => id === '2')).toEqual([]);
  });

  test('does not wait longer than it may', async () => {
    const server = await start({ timeouts: { drain: 50 } });
    const { closed, send } = await plain(server);
    send({ id: '1', type: 'subscribe', payload: { query: '{ waits }' } });
    await server.stage.begun.promise;
    await server.server.drain();
    expect((await closed).code).toBe(1012);
  });
});
