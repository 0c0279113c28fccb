import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { withAuthorization } from '../../src/graphql/connection-authorization.ts';
import { start } from './running-server.ts';

const bearer = 'Bearer a.b.c';

const shapes: readonly [string, Readonly<Record<string, unknown>>][] = [
  ['Apollo Router', { token: 'a.b.c' }],
  ['a token with its scheme', { token: bearer }],
  ['Hive Router and Grafbase', { authorization: bearer }],
  ['a client with capitals', { Authorization: bearer }],
  ['Apollo Client', { headers: { authorization: bearer } }],
  ['Hive Gateway', { headers: { headers: { Authorization: bearer } } }],
  [
    'a client with both, the nearer of which counts',
    { authorization: bearer, headers: { authorization: 'Bearer other' } },
  ],
];

test.each(shapes)('the token of a WebSocket is found where %s puts it', (_, parameters) => {
  const headers = { host: 'kairos', authorization: 'Bearer of the upgrade' };
  expect(withAuthorization(headers, parameters)).toEqual({ host: 'kairos', authorization: bearer });
});

test.each([
  [undefined],
  [{}],
  [{ authorization: 7 }],
  [{ token: '' }],
  [{ headers: [bearer] }],
  [{ headers: { headers: { headers: { headers: { authorization: bearer } } } } }],
])('without one it is that of the request that opened the socket: %j', (parameters) => {
  expect(withAuthorization({ authorization: 'Bearer of the upgrade' }, parameters)).toEqual({
    authorization: 'Bearer of the upgrade',
  });
});

test.each([
  ['connection_init', { token: 'a.b.c' }, {}],
  ['the upgrade', undefined, { authorization: bearer }],
])('the context of an operation finds it in one place: %s', async (_, payload, headers) => {
  const server = await start();
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/ws`, 'graphql-transport-ws', { headers });
  await new Promise((resolve) => socket.once('open', resolve));
  const answered = new Promise<void>((resolve) => {
    socket.on('message', (message) => {
      const { type } = JSON.parse(String(message));
      if (type === 'connection_ack')
        socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: '{ hello }' } }));
      if (type === 'complete') resolve();
    });
  });
  socket.send(JSON.stringify({ type: 'connection_init', payload }));
  await answered;
  socket.terminate();
  expect(server.stage.contexts).toMatchObject([{ headers: { authorization: bearer } }]);
});

test('a second connection_init ends the socket: nobody becomes somebody else on the way', async () => {
  const server = await start();
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/ws`, 'graphql-transport-ws');
  await new Promise((resolve) => socket.once('open', resolve));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  for (const token of ['a', 'b']) socket.send(JSON.stringify({ type: 'connection_init', payload: { token } }));
  expect(await closed).toBe(4429);
});

test('a WebSocket that asks for nothing is closed; one that listens is not', async () => {
  const server = await start({ timeouts: { ping: 20, idle: 60 } });
  const open = async (query?: string) => {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/ws`, 'graphql-transport-ws');
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send(JSON.stringify({ type: 'connection_init' }));
    await new Promise((resolve) => socket.once('message', resolve));
    if (query) socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }));
    return { socket, closed };
  };
  const listening = await open('subscription { forever }');
  const idle = await open();
  expect(await idle.closed).toBe(1000);
  expect(listening.socket.readyState).toBe(WebSocket.OPEN);
  listening.socket.send(JSON.stringify({ id: '1', type: 'complete' }));
  expect(await listening.closed).toBe(1000);
});
