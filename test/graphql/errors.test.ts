import { createHash } from 'node:crypto';
import { GraphQLError } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createErrorPublisher, errorCodes, fail } from '../../src/graphql/errors.ts';
import { errorOf, start } from './running-server.ts';

describe('a query that cannot be run', () => {
  const deep = `{ ${'nested { '.repeat(3000)} name ${'}'.repeat(3000)} }`;
  test.each([
    ['that is not GraphQL', { query: '{ hello' }, 'GRAPHQL_PARSE_FAILED', /Syntax Error/],
    [
      'of too many tokens',
      { query: `{ ${'hello '.repeat(10_001)} }` },
      'GRAPHQL_PARSE_FAILED',
      /more that 10000 tokens/,
    ],
    ['that is nested too deeply', { query: deep }, 'GRAPHQL_PARSE_FAILED', /nested more than/],
    [
      'that asks for an unknown field',
      { query: '{ nothing }' },
      'GRAPHQL_VALIDATION_FAILED',
      /Cannot query field "nothing"/,
    ],
    [
      'with a literal of the wrong type',
      { query: '{ echo(value: 7) }' },
      'GRAPHQL_VALIDATION_FAILED',
      /String cannot represent/,
    ],
    [
      'with a variable of the wrong type',
      { query: 'query ($v: String!) { echo(value: $v) }', variables: { v: 7 } },
      'BAD_USER_INPUT',
      /Variable "\$v" got invalid value 7/,
    ],
    [
      'without a variable that it needs',
      { query: 'query ($v: String!) { echo(value: $v) }' },
      'BAD_USER_INPUT',
      /Variable "\$v" of required type/,
    ],
    [
      'with a day that does not exist',
      { query: 'query ($i: DateTime!) { at(instant: $i) }', variables: { i: '2026-02-30T10:00:00Z' } },
      'BAD_USER_INPUT',
      /2026-02-30 is not a day of the calendar/,
    ],
    [
      'that names an operation it does not have',
      { query: 'query a { hello }', operationName: 'b' },
      'OPERATION_RESOLUTION_FAILURE',
      /Unknown operation/,
    ],
    [
      'that names none of its operations',
      { query: 'query a { hello } query b { hello }' },
      'OPERATION_RESOLUTION_FAILURE',
      /Must provide operation name/,
    ],
    ['that is a subscription', { query: 'subscription { ticks(count: 1) }' }, 'BAD_REQUEST', /graphql-transport-ws/],
  ])('%s is answered with 400 and what is wrong with it', async (_, body, code, message) => {
    const { post, stage } = await start();
    const answer = await post(body);
    expect(errorOf(answer)).toMatchObject({ message: expect.stringMatching(message), extensions: { code } });
    expect(answer.json).not.toHaveProperty('data');
    expect(answer.status).toBe(400);
    expect(stage.logged).toEqual([]);
  });

  test('by its hash alone is asked for in full, and known from then on', async () => {
    const { post } = await start();
    const query = '{ hello }';
    const extensions = { persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(query).digest('hex') } };
    const unknown = await post({ extensions });
    expect({ status: unknown.status, code: errorOf(unknown).extensions.code }).toEqual({
      status: 200,
      code: 'PERSISTED_QUERY_NOT_FOUND',
    });
    await post({ query, extensions });
    expect((await post({ extensions })).json.data.hello).toBe('world');
    const wrong = await post({ query: '{ contextNumber }', extensions });
    expect({ status: wrong.status, code: errorOf(wrong).extensions.code }).toEqual({
      status: 400,
      code: 'BAD_REQUEST',
    });
  });
});

describe('an operation that was run', () => {
  test('answers 200 with the code and the details of what was thrown by fail', async () => {
    const { post, stage } = await start();
    const answer = await post({ query: '{ hello refused }' });
    expect(answer.status).toBe(200);
    expect(answer.json.data).toEqual({ hello: 'world', refused: null });
    expect(errorOf(answer)).toEqual({
      message: 'There is no such thing.',
      locations: [{ line: 1, column: 9 }],
      path: ['refused'],
      extensions: { code: 'NOT_FOUND', id: 'thing1' },
    });
    expect(stage.logged).toEqual([]);
  });

  test('says of an argument that became null at run time that it is the input', async () => {
    const { post, stage } = await start();
    const query = 'query ($v: String = "x") { echo(value: $v) }';
    const answer = await post({ query, variables: { v: null } });
    expect(errorOf(answer)).toMatchObject({
      message: expect.stringMatching(/must not be null/),
      extensions: { code: 'BAD_USER_INPUT' },
    });
    expect(stage.logged).toEqual([]);
  });

  test.each([
    ['an exception', '{ bug }', "Cannot open '/srv/secret/data.db'"],
    ['a GraphQLError that is not of fail', '{ secretGraphqlError }', 'the password is 1234'],
    ['a null where the schema has none', '{ nullBug }', 'Cannot return null for non-nullable field Query.nullBug.'],
  ])('masks %s and logs it whole under the id it answers', async (_, query, message) => {
    const { post, stage } = await start();
    const answer = await post({ query }, { 'x-correlation-id': 'call-7' });
    expect(answer.status).toBe(200);
    expect(errorOf(answer)).toMatchObject({
      message: 'Something went wrong on our side.',
      extensions: { code: 'INTERNAL', correlationId: 'call-7' },
    });
    expect(answer.text).not.toMatch(/srv|1234|nullBug\.|\.ts|stack/);
    expect(stage.logged).toEqual([{ error: expect.objectContaining({ message }), correlationId: 'call-7' }]);
    expect(stage.logged[0]?.error).toHaveProperty('stack', expect.stringContaining(message));
  });
});

describe('a context that cannot be made', () => {
  test('answers with the code of fail and its status', async () => {
    const { post } = await start();
    const answer = await post({ query: '{ hello }' }, { 'x-bad': 'yes' });
    expect(answer.status).toBe(400);
    expect(answer.json).toEqual({
      errors: [{ message: 'x-bad is not acceptable.', extensions: { code: 'BAD_USER_INPUT' } }],
    });
  });

  test('is masked and logged once when it is our fault', async () => {
    const { post, stage } = await start();
    const answer = await post({ query: '{ hello }' }, { 'x-bad': 'bug', 'x-correlation-id': 'call-8' });
    expect(answer.status).toBe(500);
    expect(errorOf(answer).extensions).toEqual({ code: 'INTERNAL', correlationId: 'call-8' });
    expect(stage.logged).toEqual([
      { error: expect.objectContaining({ message: 'no context from /srv/context' }), correlationId: 'call-8' },
    ]);
  });
});

describe('the table of codes', () => {
  test.each(Object.entries(errorCodes))('gives %s a meaning, a status, and says when to try again', (code, entry) => {
    expect(entry.meaning).toMatch(/^[A-Z].*\.$/);
    expect(entry.status).toBeGreaterThanOrEqual(200);
    const { extensions } = fail(code as keyof typeof errorCodes, 'No.');
    expect(extensions).toEqual(entry.retryable ? { code, retryable: true } : { code });
  });

  test('cannot be overruled by the details of a failure', () => {
    expect(fail('CONFLICT', 'No.', { code: 'NOT_FOUND', at: 3 }).extensions).toEqual({ code: 'CONFLICT', at: 3 });
  });
});

describe('the mask', () => {
  const logged: unknown[] = [];
  const publish = createErrorPublisher((error) => logged.push(error));

  test.each([
    ['a string', 'secret'],
    ['nothing', undefined],
    ['a bare GraphQLError with a code of ours', new GraphQLError('secret', { extensions: { code: 'NOT_FOUND' } })],
    ['one with a status', new GraphQLError('secret', { extensions: { http: { status: 400 } } })],
    [
      'one out of a field, in words of Apollo Server',
      new GraphQLError('provided sha does not match query', { path: ['f'] }),
    ],
    ['a GraphQLError around an exception', new GraphQLError('secret', { originalError: new Error('secret') })],
  ])('covers %s', (_, thrown) => {
    logged.length = 0;
    expect(publish(thrown, 'id1')).toMatchObject({
      message: 'Something went wrong on our side.',
      extensions: { code: 'INTERNAL', correlationId: 'id1' },
    });
    expect(logged).toHaveLength(1);
  });
});
