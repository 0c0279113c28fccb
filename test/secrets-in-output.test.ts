// Nothing that a process prints shows a secret: every process that tests start is looked at when it ends, and this one is tempted.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { refuseSecrets, secretsIn } from './secrets-in-output.ts';
import { startProcess } from './started-process.ts';

const token = `eyJhbGciOiJub25lIn0.${Buffer.from('{"sub":"ann"}').toString('base64url')}.`;
const address = 'carl@example.org';
const folder = mkdtempSync(join(tmpdir(), 'kairos-secrets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('what is looked for', () => {
  test.each([
    [`authorization: ${token}x`, 'a JSON Web Token'],
    ['Bearer abcdefgh1234', 'a bearer token'],
    ['redis://:hunter2@127.0.0.1', 'a password in a URL'],
    [`no customer ${address}`, 'an e-mail address'],
  ])('is found in %s', (text, kind) => {
    expect(secretsIn(text)).toContain(kind);
    expect(() => refuseSecrets(text)).toThrow(kind);
  });

  test('is not found in what Kairos prints', () => {
    const printed =
      'Kairos on Node 26 listens on http://127.0.0.1:4000/graphql\n[call-7] Error: no place at @home (src/app.ts:12)';
    expect(secretsIn(printed)).toEqual([]);
  });
});

test('a process prints nothing of the tokens and addresses that callers send, wherever they put them', async () => {
  const started = await startProcess({ KAIROS_DATA: folder, KAIROS_DEMO: 'off' });
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
  const ask = (body: unknown, more: Record<string, string> = {}) =>
    fetch(started.url, { method: 'POST', headers: { ...headers, ...more }, body: JSON.stringify(body) });
  const register = 'mutation ($id: ID!) { registerCustomer(customerId: $id) { __typename } }';
  const identify = `mutation { linkIdentity(customerId: "carl", identity: { kind: "mail", value: "${address}" }) { __typename } }`;
  await ask({ query: register, variables: { id: 'carl' } });
  await ask({ query: identify });
  await ask({ query: register, variables: { id: address } });
  await ask({ query: `{ customer(id: "${address}") { id } ${token}` });
  await ask({ query: '{ customer(id: 7) }', variables: { token, address } }, { 'x-kairos-actor': address });
  await ask({ query: '{ vocabulary { currency } }' }, { 'x-correlation-id': `${token}` });
  await fetch(`${started.url}?query={vocabulary{currency}}&token=${token}`, { headers });
  const socket = new WebSocket(`${started.url.replace('http', 'ws')}?token=${token}`, 'graphql-transport-ws', {
    headers,
  });
  await new Promise((resolve) => socket.once('open', resolve));
  socket.send(JSON.stringify({ type: 'connection_init', payload: { token, authorization: `Bearer ${token}` } }));
  socket.send(JSON.stringify({ type: token }));
  await new Promise((resolve) => socket.once('close', resolve));
  await started.end('SIGTERM');
  expect(started.output()).toContain('listens on');
  for (const secret of [token.slice(0, 15), address]) expect(started.output()).not.toContain(secret);
});
