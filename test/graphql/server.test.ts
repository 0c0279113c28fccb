import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { buildSchema, getIntrospectionQuery, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createGraphqlServer } from '../../src/graphql/server.ts';
import { errorOf, start } from './running-server.ts';

describe('a request that is served', () => {
  test('is answered once, with its length, its correlation id and no permission to store it', async () => {
    const { post } = await start();
    const answer = await post({ query: '{ hello }' }, { 'x-correlation-id': 'call-1.a:b_c' });
    expect(answer.json).toEqual({ data: { hello: 'world' } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-length')).toBe(String(answer.text.length));
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-correlation-id')).toBe('call-1.a:b_c');
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
  });

  test('gets a context of its own, with the headers and the correlation id', async () => {
    const { post, stage } = await start();
    expect((await post({ query: '{ contextNumber }' }, { 'x-tenant': 'a' })).json.data.contextNumber).toBe(1);
    const second = await post({ query: '{ contextNumber }' });
    expect(second.json.data.contextNumber).toBe(2);
    expect(stage.contexts[0]).toMatchObject({ transport: 'http', headers: { 'x-tenant': 'a' } });
    expect(stage.contexts[1]?.correlationId).toBe(second.headers.get('x-correlation-id'));
  });

  test.each(['with space', '-leading', 'a'.repeat(101), '<b>'])(
    'does not take over the correlation id "%s"',
    async (id) => {
      const { post } = await start();
      const given = (await post({ query: '{ hello }' }, { 'x-correlation-id': id })).headers.get('x-correlation-id');
      expect(given).toMatch(/^[0-9a-f]{8}-/);
    },
  );

  test('may be an introspection', async () => {
    const { post } = await start();
    expect((await post({ query: getIntrospectionQuery() })).json.data.__schema.queryType.name).toBe('Query');
  });

  test('may be a GET, once a browser had to ask for permission', async () => {
    const { url } = await start();
    const address = `${url}/graphql?query={hello}`;
    const served = await fetch(address, { headers: { 'apollo-require-preflight': 'yes' } });
    expect(await served.json()).toEqual({ data: { hello: 'world' } });
    const blocked = await fetch(address);
    expect(blocked.status).toBe(400);
    expect(errorOf({ json: await blocked.json() }).message).toContain('Cross-Site Request Forgery');
  });

  test('may be one of many at once on one connection, each answered', async () => {
    const { post } = await start();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        post({ query: 'query ($v: String!) { echo(value: $v) }', variables: { v: `${index}` } }),
      ),
    );
    expect(answers.map(({ json }) => json.data.echo)).toEqual(Array.from({ length: 50 }, (_, index) => `${index}`));
  });

  test('may offer h2c, which is not a WebSocket', async () => {
    const { raw } = await start();
    const answer = await raw(
      'GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: upgrade, close\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });
});

describe('a subgraph', () => {
  test('answers _service and _entities', async () => {
    const schema = buildSubgraphSchema([
      {
        typeDefs: parse(`
          extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
          type Query { one: Thing }
          type Thing @key(fields: "id") { id: ID! name: String }
        `),
        resolvers: {
          Thing: {
            __resolveReference: async ({ id }: { id: string }) => ({ __typename: 'Thing', id, name: `thing ${id}` }),
          },
        },
      },
    ]);
    const { post } = await start({ schema });
    expect((await post({ query: '{ _service { sdl } }' })).json.data._service.sdl).toContain('type Thing');
    const { json } = await post({
      query: 'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Thing { name } } }',
      variables: { of: [{ __typename: 'Thing', id: '7' }] },
    });
    expect(json).toEqual({ data: { _entities: [{ name: 'thing 7' }] } });
  });
});

describe('health', () => {
  test('is told apart from readiness, which names its cause', async () => {
    let ready = false;
    const { url } = await start({
      ready: () => (ready ? { ready } : { ready, cause: 'The read models are rebuilt.' }),
    });
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const starting = await fetch(`${url}/readyz`);
    expect(starting.status).toBe(503);
    expect(await starting.json()).toEqual({ ready: false, cause: 'The read models are rebuilt.' });
    ready = true;
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  });
});

/** A request as it goes over a connection. */
function posted(query: string): string {
  const body = JSON.stringify({ query });
  return `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

describe('a drain', () => {
  test('tells it first, and only then accepts no more', async () => {
    const { server, url, port } = await start({ timeouts: { drainNotice: 300 } });
    const drained = server.drain();
    const unready = await fetch(`${url}/readyz`);
    expect(unready.status).toBe(503);
    expect((await unready.json()).cause).toMatch(/draining/);
    expect((await fetch(`${url}/healthz`)).headers.get('connection')).toBe('close');
    await drained;
    const refused = await new Promise((resolve) => connect(port, '127.0.0.1').once('error', resolve));
    expect(refused).toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('lets the requests under way finish', async () => {
    const { server, post, stage } = await start();
    const answering = post({ query: '{ waits }' });
    await stage.begun.promise;
    const drained = server.drain();
    stage.opening.resolve();
    const answer = await answering;
    expect(answer.json.data.waits).toBe('waited');
    expect(answer.headers.get('connection')).toBe('close');
    await drained;
  });

  test('lets clients take the whole of an answer that was written before', async () => {
    const big = 'x'.repeat(30_000_000);
    const { server, port } = await start({
      schema: makeExecutableSchema({
        typeDefs: 'type Query { big: String }',
        resolvers: { Query: { big: () => big } },
      }),
    });
    const slow = connect(port, '127.0.0.1');
    slow.write(posted('{ big }'));
    await once(slow, 'readable');
    const drained = server.drain();
    await nextTurn();
    await nextTurn();
    let length = 0;
    for await (const chunk of slow) length += chunk.length;
    expect(length).toBeGreaterThan(big.length);
    await drained;
  });

  test('does not wait for connections whose answers are still to be written in the turn in which it begins', async () => {
    const { server, port, stage } = await start({ timeouts: { drain: 600_000 } });
    const sockets = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
    for (const socket of sockets) socket.write(posted('{ waits }'));
    await expect.poll(() => stage.contexts.length).toBe(2);
    stage.opening.resolve();
    // Far enough for both answers, and still the same turn.
    for (let microtask = 0; microtask < 300; microtask++) await undefined;
    await server.drain();
    for (const socket of sockets) expect(await text(socket)).toContain('waited');
  });

  test('lets what clients asked for that have gone come to its end', async () => {
    const { server, port, stage, raw } = await start();
    const socket = connect(port, '127.0.0.1');
    socket.write(posted('{ waits }'));
    await stage.begun.promise;
    socket.destroy();
    let isDrained = false;
    const drained = server.drain().then(() => {
      isDrained = true;
    });
    await expect.poll(() => raw('').catch((error) => error.code)).toBe('ECONNREFUSED');
    await nextTurn();
    expect(isDrained).toBe(false);
    stage.opening.resolve();
    await drained;
  });

  test('does not wait longer than it may', async () => {
    const { server, post, stage } = await start({ timeouts: { drain: 100 } });
    const answering = post({ query: '{ waits }' }).catch((error: Error) => error);
    await stage.begun.promise;
    await server.drain();
    expect(await answering).toBeInstanceOf(Error);
  });

  test('is one drain, however often it is asked for, and nothing before the server listens', async () => {
    const { server } = await start();
    expect(server.drain()).toBe(server.drain());
    await server.drain();
    const unstarted = createGraphqlServer({
      schema: buildSchema('type Query { hello: String }'),
      createContext: () => ({}),
      host: '127.0.0.1',
      port: 0,
      playground: false,
      ready: () => ({ ready: true }),
      onError: () => {},
    });
    await expect(unstarted.drain()).resolves.toBeUndefined();
  });

  test('does not wait for a connection that asks for nothing', async () => {
    const { server, port, url } = await start();
    const silent = connect(port, '127.0.0.1');
    const closed = new Promise((resolve) => silent.once('close', resolve));
    await fetch(`${url}/healthz`);
    await server.drain();
    await closed;
  });

  test('follows no address that is taken: listening says so', async () => {
    const { port } = await start();
    await expect(start({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('a further transport', () => {
  test('is asked before Apollo Server, with the body read, and answers on its own', async () => {
    const { post, url } = await start({
      transports: [
        {
          accepts: ({ headers }) => headers.accept === 'text/event-stream',
          serve: async ({ response }, body, { operations, createContext }) => {
            const prepared = operations.prepare({ query: body?.query ?? '{ hello }' });
            const result = 'errors' in prepared ? prepared : await operations.execute(prepared, await createContext());
            response.end(`data: ${JSON.stringify(result)}\n\n`);
          },
          drain: async () => {},
        },
      ],
    });
    const stream = await fetch(`${url}/graphql`, { headers: { accept: 'text/event-stream' } });
    expect(await stream.text()).toBe('data: {"data":{"hello":"world"}}\n\n');
    expect((await post({ query: '{ hello }' })).json.data.hello).toBe('world');
  });
});
