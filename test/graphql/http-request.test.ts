import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { errorOf, start } from './running-server.ts';

describe('a body that is not a GraphQL request', () => {
  const asText = { 'content-type': 'text/plain', 'apollo-require-preflight': 'yes' };
  test.each([
    ['that is empty', '', {}, 400, 'BAD_REQUEST', /empty/],
    ['that is not JSON', '{"query":', {}, 400, 'BAD_REQUEST', /not JSON/],
    ['that is deeply nested', '['.repeat(500_000), {}, 400, 'BAD_REQUEST', /not JSON/],
    ['that is not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), {}, 400, 'BAD_REQUEST', /UTF-8/],
    ['that is a list', [{ query: '{ hello }' }], {}, 400, 'BAD_REQUEST', /Batches/],
    ['that is a number', 7, {}, 400, 'BAD_REQUEST', /object/],
    ['without a query', { variables: {} }, {}, 400, 'BAD_REQUEST', /no query/],
    ['whose query is no string', { query: { kind: 'Document' } }, {}, 400, 'BAD_REQUEST', /string/],
    ['whose variables are a list', { query: '{ hello }', variables: [1] }, {}, 400, 'BAD_REQUEST', /variables/],
    ['whose variables are a string', { query: '{ hello }', variables: '{}' }, {}, 400, 'BAD_REQUEST', /variables/],
    [
      'whose operation name is a number',
      { query: '{ hello }', operationName: 1 },
      {},
      400,
      'BAD_REQUEST',
      /operationName/,
    ],
    ['whose extensions are a list', { query: '{ hello }', extensions: [] }, {}, 400, 'BAD_REQUEST', /extensions/],
    ['that is plain text', '{ hello }', asText, 415, 'UNSUPPORTED_MEDIA_TYPE', /application\/json/],
    [
      'in Latin 1',
      '{}',
      { 'content-type': 'application/json; charset=latin1' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      /utf-8/,
    ],
    ['that is compressed', '{}', { 'content-encoding': 'gzip' }, 415, 'UNSUPPORTED_MEDIA_TYPE', /content-encoding/],
  ])('%s is refused', async (_, body, headers, status, code, message) => {
    const { post, stage } = await start();
    const answer = await post(body, headers as Record<string, string>);
    expect(answer.status).toBe(status);
    expect(errorOf(answer)).toMatchObject({ message: expect.stringMatching(message), extensions: { code } });
    expect(answer.headers.get('x-correlation-id')).toBeTruthy();
    expect(stage.contexts).toEqual([]);
    expect(stage.logged).toEqual([]);
  });

  test.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'])('by the method %s is refused', async (method) => {
    const { url } = await start();
    const response = await fetch(`${url}/graphql`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, POST');
    if (method !== 'HEAD') expect(errorOf({ json: await response.json() }).extensions.code).toBe('METHOD_NOT_ALLOWED');
  });

  test('at another address is refused', async () => {
    const { url } = await start();
    const response = await fetch(`${url}/elsewhere`, { method: 'POST', body: '{}' });
    expect(response.status).toBe(404);
    expect(errorOf({ json: await response.json() }).extensions.code).toBe('NOT_FOUND');
  });

  test('that is no HTTP gets an error all the same', async () => {
    const { raw } = await start();
    const answer = await raw('HELLO WORLD\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4)).errors[0].extensions.code).toBe('BAD_REQUEST');
  });

  test('leaves the connection to the next request', async () => {
    const { raw } = await start();
    const bad = 'POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\n{}';
    const answer = await raw([bad, 'GET /healthz HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n']);
    expect(answer).toMatch(/^HTTP\/1\.1 415 [\s\S]*HTTP\/1\.1 200 /);
  });
});

describe('a body beyond the limit', () => {
  const tooLarge = { status: 413, code: 'PAYLOAD_TOO_LARGE' };

  test('of 10 MB is answered, not reset', async () => {
    const { post } = await start();
    const answer = await post({ query: '{ hello }', variables: { padding: 'x'.repeat(10_000_000) } });
    expect({ status: answer.status, code: errorOf(answer).extensions.code }).toEqual(tooLarge);
    expect(answer.headers.get('connection')).toBe('close');
  });

  test('is answered even to a client that sends all of it before it reads', async () => {
    const { raw } = await start();
    const head = 'POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-length: 10000000\r\n\r\n';
    expect(await raw([head, 'x'.repeat(10_000_000)])).toMatch(/^HTTP\/1\.1 413 /);
  });

  test('that only announces its length is answered before it comes', async () => {
    const { raw } = await start();
    const answer = await raw('POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-length: 10000000\r\n\r\n{"query":');
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  test('that asks first is not told to continue', async () => {
    const { raw } = await start();
    const answer = await raw(
      'POST /graphql HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 10000000\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  test('without a length is counted, and answered in the middle of it', async () => {
    const { port } = await start({ bodyLimit: 10_000 });
    const { status, text } = await new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
      // Never ended: the answer has to come while the client could go on for ever.
      const request = httpRequest({ port, host: '127.0.0.1', path: '/graphql', method: 'POST' }, (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode, text }));
      });
      request.on('error', reject);
      for (let count = 0; count < 11; count++) request.write('x'.repeat(1000));
    });
    expect({ status, code: JSON.parse(text).errors[0].extensions.code }).toEqual(tooLarge);
  });

  test('by one byte is refused, and one at the limit is served', async () => {
    const query = '{"query":"{ hello }"}';
    const { post } = await start({ bodyLimit: query.length });
    expect((await post(query)).status).toBe(200);
    expect((await post(`${query} `)).status).toBe(413);
  });
});

describe('a client that takes its time', () => {
  const timeouts = { headers: 150, request: 150 };

  test('with the body is answered that it is too late', async () => {
    const { raw } = await start({ timeouts });
    const answer = await raw(
      'POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"query":',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('"code":"REQUEST_TIMEOUT"');
  });

  test('with the headers is answered that it is too late', async () => {
    const { raw } = await start({ timeouts });
    expect(await raw('POST /graphql HTTP/1.1\r\nhost: a\r\n')).toMatch(/^HTTP\/1\.1 408 /);
  });

  test('and goes away in the middle leaves nothing behind', async () => {
    const { port, server, stage } = await start();
    const socket = connect(port, '127.0.0.1');
    socket.write('POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-length: 100\r\n\r\n{');
    await new Promise((resolve) => socket.once('connect', resolve));
    socket.destroy();
    await server.drain();
    expect(stage.logged).toEqual([]);
  });
});
