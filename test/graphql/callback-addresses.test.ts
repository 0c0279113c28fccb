// Where callbacks may lead: an address comes from outside, and this server would send requests to it.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { answered, refusal } from './callback-router.ts';
import { startWires } from './wire-server.ts';

const quiet = { query: 'subscription { quiet }' };

describe('the address of a callback', () => {
  test('of an origin that is not permitted is never called, and the refusal names the setting', async () => {
    const served = await startWires();
    let calls = 0;
    const elsewhere = createServer((_, response) => {
      calls += 1;
      response.writeHead(204).end();
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void elsewhere.close());
    const { port } = elsewhere.address() as AddressInfo;
    const { answer } = await served.router.subscribe(served.port, {
      ...quiet,
      extension: { callbackUrl: `http://127.0.0.1:${port}/callback` },
    });
    expect(refusal(answer)).toEqual([403, 'FORBIDDEN']);
    expect(JSON.stringify(answer.json)).toContain('CALLBACKS');
    expect(calls).toBe(0);
  });

  test.each([
    [
      'that is another name of the same host',
      (origin: string) => origin.replace('127.0.0.1', 'localhost'),
      'FORBIDDEN',
    ],
    ['that only begins like a permitted one', (origin: string) => `${origin}.evil.example/`, 'BAD_REQUEST'],
    ['that hides its host behind a user', (origin: string) => `${origin}@evil.example/`, 'BAD_REQUEST'],
    ['with a user', (origin: string) => origin.replace('//', '//ann:secret@'), 'BAD_REQUEST'],
    ['of a file', () => 'file:///etc/passwd', 'BAD_REQUEST'],
    ['that is none', () => 'callback', 'BAD_REQUEST'],
  ])('%s is refused', async (_, urlOf, code) => {
    const served = await startWires();
    const { answer, received } = await served.router.subscribe(served.port, {
      ...quiet,
      extension: { callbackUrl: urlOf(served.router.origin) },
    });
    expect(refusal(answer)[1]).toBe(code);
    expect(JSON.stringify(answer.json)).not.toContain('secret');
    expect(received).toEqual([]);
  });

  test.each([
    ['subscriptionId', ''],
    ['verifier', 7],
    ['heartbeatIntervalMs', 5],
    ['heartbeatIntervalMs', 1e12],
  ])('comes with %s, and %j is none', async (member, value) => {
    const served = await startWires();
    const { answer } = await served.router.subscribe(served.port, { ...quiet, extension: { [member]: value } });
    expect(refusal(answer)).toEqual([400, 'BAD_REQUEST']);
    expect(JSON.stringify(answer.json)).toContain(member);
  });

  test('is not followed to where it redirects', async () => {
    const served = await startWires();
    const subscription = await served.router.subscribe(served.port, quiet);
    await subscription.take(1);
    const paths: string[] = [];
    served.router.behaviour = (received, response) => {
      paths.push(received.action);
      return answered(302, { location: `${served.router.origin}/elsewhere` })(received, response);
    };
    await expect.poll(() => served.sources.open).toBe(0);
    expect(paths).toEqual(['check']);
  });
});
