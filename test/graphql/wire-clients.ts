// One client for each wire, all with the same manners: they collect what arrives, tell how it ended, and can stop reading.
import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';
import type { CallbackRouter } from './callback-router.ts';
import { type Asked, createInbox, isRetryable, type Listening } from './inbox.ts';

export interface Served {
  readonly port: number;
  readonly router: CallbackRouter;
}

export interface Wire {
  readonly name: string;
  listen(served: Served, asked: Asked): Promise<Listening>;
}

const webSocket = (path: string): Wire => ({
  name: `WebSocket at ${path}`,
  async listen({ port }, { query, variables, headers }) {
    const inbox = createInbox();
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, 'graphql-transport-ws', { headers: { ...headers } });
    socket.on('close', (code) => inbox.finish(code === 1012 ? 'come back' : 'failed'));
    socket.on('message', (message) => {
      const { type, payload } = JSON.parse(String(message));
      if (type === 'connection_ack')
        socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query, variables } }));
      if (type === 'next') inbox.push(payload);
      if (type === 'error') {
        inbox.push({ errors: payload });
        inbox.finish(isRetryable({ errors: payload }) ? 'come back' : 'failed');
      }
      if (type === 'complete') inbox.finish('complete');
      if (type === 'complete' || type === 'error') socket.close();
    });
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    socket.on('error', () => {});
    socket.send(JSON.stringify({ type: 'connection_init' }));
    return { ...inbox, leave: () => socket.terminate(), stall: () => socket.pause(), read: () => socket.resume() };
  },
});

/** Reads a body in pieces; what is no stream is an answer in JSON. */
async function readStream(
  request: ClientRequest,
  body: string | undefined,
  take: (text: string) => string,
  inbox: ReturnType<typeof createInbox>,
): Promise<Listening> {
  request.on('error', () => inbox.finish('come back'));
  request.end(body);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve).once('error', reject);
  });
  const isStream = response.headers['content-type']?.startsWith('application/json') === false;
  let text = '';
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    text += chunk;
    if (isStream) text = take(text);
  });
  response.on('error', () => {});
  response.on('close', () => {
    if (isStream || !response.complete) return inbox.finish('come back');
    inbox.push(JSON.parse(text));
    inbox.finish('failed');
  });
  return {
    ...inbox,
    leave: () => request.destroy(),
    stall: () => response.pause(),
    read: () => response.resume(),
  };
}

const serverSentEvents = (method: 'GET' | 'POST'): Wire => ({
  name: `server-sent events by ${method}`,
  listen({ port }, { query, variables = {}, headers }) {
    const inbox = createInbox();
    const search = new URLSearchParams({ query, variables: JSON.stringify(variables) });
    const request = httpRequest({
      host: '127.0.0.1',
      port,
      method,
      path: method === 'GET' ? `/graphql?${search}` : '/graphql',
      headers: {
        accept: 'text/event-stream',
        ...(method === 'POST' && { 'content-type': 'application/json' }),
        ...headers,
      },
      agent: false,
    });
    const take = (text: string) => {
      const events = text.split('\n\n');
      const rest = events.pop() ?? '';
      for (const event of events) {
        const name = /^event: (.*)$/m.exec(event)?.[1];
        const data = /^data: (.*)$/m.exec(event)?.[1];
        if (name === 'next' && data) inbox.push(JSON.parse(data));
        if (name === 'complete') {
          const last = inbox.results.at(-1);
          inbox.finish(last?.errors && last.data === undefined ? 'failed' : 'complete');
        }
      }
      return rest;
    };
    return readStream(request, method === 'POST' ? JSON.stringify({ query, variables }) : undefined, take, inbox);
  },
});

const multipart: Wire = {
  name: 'multipart',
  listen({ port }, { query, variables = {}, headers }) {
    const inbox = createInbox();
    const request = httpRequest({
      host: '127.0.0.1',
      port,
      method: 'POST',
      path: '/graphql',
      headers: {
        accept: 'multipart/mixed;subscriptionSpec="1.0", application/json',
        'content-type': 'application/json',
        ...headers,
      },
      agent: false,
    });
    const take = (text: string) => {
      const parts = text.split('\r\n--graphql');
      const rest = parts.pop() ?? '';
      for (const part of parts) {
        const body = part.slice(part.indexOf('\r\n\r\n') + 4);
        const { payload, errors } = part.startsWith('--graphql') && !part.includes('\r\n\r\n') ? {} : JSON.parse(body);
        if (payload) inbox.push(payload);
        if (errors) {
          inbox.push({ errors });
          inbox.finish(isRetryable({ errors }) ? 'come back' : 'failed');
        }
      }
      if (rest.startsWith('--\r\n')) {
        const last = inbox.results.at(-1);
        inbox.finish(last?.errors && last.data === undefined ? 'failed' : 'complete');
      }
      return rest;
    };
    return readStream(request, JSON.stringify({ query, variables }), take, inbox);
  },
};

const callback: Wire = {
  name: 'HTTP callback',
  listen: ({ port, router }, asked) => router.subscribe(port, asked),
};

export const wires: readonly Wire[] = [
  webSocket('/graphql'),
  webSocket('/ws'),
  serverSentEvents('GET'),
  serverSentEvents('POST'),
  multipart,
  callback,
];
