import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { createGraphqlClient, type GraphqlClient } from '../../demo/graphql-client.ts';

let server: Server | undefined;
let client: GraphqlClient | undefined;
afterEach(async () => {
  client?.close();
  server?.closeAllConnections();
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
});

async function serving(listener: RequestListener, port = 0): Promise<string> {
  const listening = createServer(listener);
  server = listening;
  await new Promise<void>((resolve) => listening.listen(port, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}/graphql`;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request) text += part;
  return text;
}

test('the data of the answer is given, with who asks and when in the headers', async () => {
  const url = await serving(async (request, response) => {
    const { query, variables } = JSON.parse(await bodyOf(request));
    const { 'x-kairos-actor': actor, 'x-kairos-at': at } = request.headers;
    response.end(JSON.stringify({ data: { query, variables, actor, at } }));
  });
  client = createGraphqlClient({ url, concurrency: 1 });
  const options = { actor: 'somebody', at: '2017-01-01T00:00:00.000Z' };
  expect(await client.send('query Any { any }', { name: 'Zoë' }, options)).toEqual({
    query: 'query Any { any }',
    variables: { name: 'Zoë' },
    ...options,
  });
});

test('errors are told with the operation and the answer', async () => {
  const url = await serving((_request, response) => {
    response.statusCode = 400;
    response.end(JSON.stringify({ errors: [{ message: 'no such field' }] }));
  });
  client = createGraphqlClient({ url, concurrency: 1 });
  await expect(client.send('mutation Do { do }', {})).rejects.toThrow('Do: HTTP 400: [{"message":"no such field"}]');
});

test('an answer that is not JSON is shown', async () => {
  const url = await serving((_request, response) => response.end('<html>'));
  client = createGraphqlClient({ url, concurrency: 1 });
  await expect(client.send('query Ask { ask }', {})).rejects.toThrow(
    'Ask: HTTP 200, and the answer is not JSON: <html>',
  );
});

test('an answer whose errors pass is asked for again when the request may be repeated', async () => {
  let asked = 0;
  const url = await serving((_request, response) => {
    const retryable = asked++ === 0;
    const errors = [{ message: 'away', extensions: { code: 'UNAVAILABLE', retryable } }];
    response.end(JSON.stringify(asked < 3 ? { data: null, errors } : { data: {} }));
  });
  client = createGraphqlClient({ url, concurrency: 1 });
  await expect(client.send('query Ask { ask }', {})).rejects.toThrow('away');
  asked = 0;
  await expect(client.send('query Ask { ask }', {}, { idempotent: true })).rejects.toThrow('away');
  expect(asked).toBe(2);
});

test('a lost connection is tried again when the request may be repeated', async () => {
  let requests = 0;
  const url = await serving((request, response) => {
    requests += 1;
    if (requests === 1) request.socket.destroy();
    else response.end('{"data":{"ok":true}}');
  });
  client = createGraphqlClient({ url, concurrency: 1 });
  expect(await client.send('query Ask { ask }', {}, { idempotent: true })).toEqual({ ok: true });
  expect(requests).toBe(2);
});

test('an answer that breaks off is a lost connection', async () => {
  let requests = 0;
  const url = await serving((request, response) => {
    requests += 1;
    if (requests > 1) return response.end('{"data":{"ok":true}}');
    response.writeHead(200, { 'content-length': 100 });
    response.write('{"data"');
    return setImmediate(() => request.socket.destroy());
  });
  client = createGraphqlClient({ url, concurrency: 1 });
  expect(await client.send('query Ask { ask }', {}, { idempotent: true })).toEqual({ ok: true });
});

test('a lost connection is an error when the request may not be repeated', async () => {
  let requests = 0;
  const url = await serving((request) => {
    requests += 1;
    request.socket.destroy();
  });
  client = createGraphqlClient({ url, concurrency: 1 });
  await expect(client.send('mutation Do { do }', {})).rejects.toThrow(`Do: no connection to ${url} (ECONNRESET)`);
  expect(requests).toBe(1);
});

test('patience with a server that is away has an end', async () => {
  const url = await serving((request) => request.socket.destroy());
  client = createGraphqlClient({ url, concurrency: 1, patienceMs: 0 });
  await expect(client.send('query Ask { ask }', {}, { idempotent: true })).rejects.toThrow('no connection to');
});

test('as many requests are under way as allowed, and no more', async () => {
  const held: (() => void)[] = [];
  let most = 0;
  const url = await serving(async (request, response) => {
    await bodyOf(request);
    held.push(() => response.end('{"data":{}}'));
    most = Math.max(most, held.length);
    // Answered only when three are there: fewer at once would wait for ever.
    if (held.length >= 3)
      setImmediate(() => {
        for (const answer of held.splice(0)) answer();
      });
  });
  const asking = createGraphqlClient({ url, concurrency: 3 });
  client = asking;
  await Promise.all(Array.from({ length: 21 }, () => asking.send('query Ask { ask }', {})));
  expect(most).toBe(3);
});
