// Whose name a request uses: a server of this machine only is not to be reached under a name that a page elsewhere points at it.
import { request } from 'node:http';
import { expect, test } from 'vitest';
import WebSocket from 'ws';
import { hostsAt } from '../../src/graphql/hosts.ts';
import { start } from './running-server.ts';

/** The status and body of a GET with a Host header. */
function get(port: number, path: string, host: string): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const asking = request({ port, path, host: '127.0.0.1', headers: { host } }, async (response) => {
      response.setEncoding('utf8');
      resolve({ status: response.statusCode, body: (await Array.fromAsync(response)).join('') });
    });
    asking.on('error', reject).end();
  });
}

function opens(port: number, host: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws', { headers: { host } });
    socket.on('open', () => resolve(true));
    socket.on('unexpected-response', (_, { statusCode }) =>
      statusCode === 403 ? resolve(false) : reject(new Error(`answered ${statusCode}`)),
    );
    socket.on('error', reject);
  });
}

const query = `/graphql?query=${encodeURIComponent('{ hello }')}`;

test.each(['localhost', 'LocalHost:1', '127.0.0.1:4000', '[::1]', '[::1]:4000'])(
  'a server bound to loopback answers to %s',
  async (host) => {
    const { port } = await start({ hosts: hostsAt('127.0.0.1') });
    expect((await get(port, '/healthz', host)).status).toBe(200);
    expect(await opens(port, host)).toBe(true);
  },
);

test.each(['evil.example', 'evil.example:4000', 'localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.1'])(
  'and to nobody who calls it "%s"',
  async (host) => {
    const { port, stage } = await start({ hosts: hostsAt('127.0.0.1') });
    for (const path of [query, '/healthz']) {
      const { status, body } = await get(port, path, host);
      expect(status).toBe(403);
      expect(JSON.parse(body).errors).toEqual([
        { message: expect.stringContaining('DNS rebinding'), extensions: { code: 'FORBIDDEN' } },
      ]);
    }
    expect(await opens(port, host)).toBe(false);
    expect(stage).toMatchObject({ contexts: [], logged: [] });
  },
);

test('a server bound to an address of the network answers to any name', async () => {
  expect(hostsAt('0.0.0.0')).toBeUndefined();
  expect(hostsAt('10.0.0.1')).toBeUndefined();
  expect(hostsAt('127.0.0.2')).toContain('127.0.0.2');
  expect(hostsAt('::1')).toEqual(['localhost', '127.0.0.1', '[::1]']);
  const { port } = await start();
  expect((await get(port, '/healthz', 'kairos.example')).status).toBe(200);
});
