// What holds for subscriptions over every wire: the same suite over all of them.
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { fail } from '../../src/graphql/errors.ts';
import type { Result } from './inbox.ts';
import { wires } from './wire-clients.ts';
import { startWires } from './wire-server.ts';

const ticks = (count: number) => Array.from({ length: count }, (_, index) => ({ data: { ticks: index + 1 } }));
const codes = (results: readonly Result[]) =>
  results.map(({ errors }) => errors?.map(({ extensions }) => extensions.code));
const sleeping = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;

/** What the queries of a generation of careless clients look like. */
const tooLong = `subscription { ticks(count: 1) ${'@include(if: true) '.repeat(2000)} }`;
const tooDeep = `subscription { ticks(count: ${'['.repeat(501)}${']'.repeat(501)}) }`;

describe.each(wires)('over $name', (wire) => {
  test('events come in order, and then the end', async () => {
    const served = await startWires();
    const { results, end } = await wire.listen(served, { query: 'subscription { ticks(count: 50) }' });
    expect(await end).toBe('complete');
    expect(results).toEqual(ticks(50));
    await expect.poll(() => served.sources).toEqual({ open: 0, taken: 50 });
    expect(served.stage.logged).toEqual([]);
    expect(served.router.complaints).toEqual([]);
  });

  test('variables reach the subscription', async () => {
    const served = await startWires();
    const query = 'subscription ($count: Int!) { ticks(count: $count) }';
    const { results, end } = await wire.listen(served, { query, variables: { count: 2 } });
    expect(await end).toBe('complete');
    expect(results).toEqual(ticks(2));
  });

  test('every event has a context of its own, of the caller who subscribed', async () => {
    const served = await startWires();
    const asked = { query: 'subscription { contexts }', headers: { 'x-caller': 'ann', 'x-correlation-id': 'call-5' } };
    const { results, end } = await wire.listen(served, asked);
    expect(await end).toBe('complete');
    expect(results).toEqual([2, 3, 4].map((contexts) => ({ data: { contexts } })));
    expect(served.stage.contexts.map(({ headers }) => headers['x-caller'])).toEqual(['ann', 'ann', 'ann', 'ann']);
    expect(new Set(served.stage.contexts.map(({ correlationId }) => correlationId)).size).toBe(1);
  });

  test('a caller who may no longer listen gets no further event, is told why, and its source is closed', async () => {
    let made = 0;
    const served = await startWires({
      createContext: (request) => {
        made += 1;
        if (made === 3) throw fail('UNAUTHENTICATED', 'The token has expired.', { reason: 'TOKEN_EXPIRED' });
        return { number: made, request };
      },
    });
    const { results, end } = await wire.listen(served, { query: 'subscription { contexts }' });
    expect(await end).toBe('failed');
    expect(results).toEqual([
      { data: { contexts: 2 } },
      {
        errors: [
          { message: 'The token has expired.', extensions: { reason: 'TOKEN_EXPIRED', code: 'UNAUTHENTICATED' } },
        ],
      },
    ]);
    await expect.poll(() => served.sources.open).toBe(0);
    expect(served.stage.logged).toEqual([]);
  });

  test('a bug in an event is masked and logged, and the events go on', async () => {
    const served = await startWires();
    const { results, end } = await wire.listen(served, { query: 'subscription { bugs }' });
    expect(await end).toBe('complete');
    expect(codes(results)).toEqual([['INTERNAL']]);
    expect(results).toMatchObject([{ data: { bugs: null } }]);
    expect(JSON.stringify(results)).not.toMatch(/srv|secret|stack/);
    expect(served.stage.logged).toMatchObject([{ error: { message: "Cannot open '/srv/secret/data.db'" } }]);
  });

  test('a feed that breaks ends it with an error that is masked and logged', async () => {
    const served = await startWires();
    const { results, end } = await wire.listen(served, { query: 'subscription { breaks }' });
    expect(await end).toBe('failed');
    expect(codes(results)).toEqual([undefined, ['INTERNAL']]);
    expect(JSON.stringify(results)).not.toMatch(/srv|stack/);
    expect(served.stage.logged).toMatchObject([{ error: { message: 'the feed at /srv/feed broke' } }]);
    await expect.poll(() => served.sources.open).toBe(0);
  });

  test.each([
    ['a feed that refuses', 'subscription { refuses }', 'NOT_FOUND'],
    ['what is not GraphQL', 'subscription { ticks', 'GRAPHQL_PARSE_FAILED'],
    ['a field that does not exist', 'subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'several operations of which none is named',
      'subscription a { quiet } subscription b { quiet }',
      'OPERATION_RESOLUTION_FAILURE',
    ],
    ['a variable of the wrong type', 'subscription ($count: Int!) { ticks(count: $count) }', 'BAD_USER_INPUT'],
    ['a query that is nested too deep', tooDeep, 'GRAPHQL_PARSE_FAILED'],
  ])('%s is refused: %s', async (_, query, code) => {
    const served = await startWires();
    const { results, end } = await wire.listen(served, { query });
    expect(await end).not.toBe('come back');
    expect(codes(results)).toEqual([[code]]);
    expect(results[0]).not.toHaveProperty('data');
    expect(served.stage.logged).toEqual([]);
    expect(served.sources).toEqual({ open: 0, taken: 0 });
  });

  test('an over-long query is refused', async () => {
    const served = await startWires();
    const { results, end } = await wire.listen(served, { query: tooLong });
    expect(await end).toBe('failed');
    // An address is too long before a query is.
    expect(codes(results)).toEqual([[wire.name.endsWith('GET') ? 'PAYLOAD_TOO_LARGE' : 'GRAPHQL_PARSE_FAILED']]);
  });

  test('a context that cannot be made refuses it', async () => {
    const served = await startWires();
    const { results } = await wire
      .listen(served, { query: 'subscription { quiet }', headers: { 'x-bad': 'yes' } })
      .then(async (listening) => {
        await listening.end;
        return listening;
      });
    expect(results).toEqual([
      { errors: [{ message: 'x-bad is not acceptable.', extensions: { code: 'BAD_USER_INPUT' } }] },
    ]);
    expect(served.sources).toEqual({ open: 0, taken: 0 });
  });

  test('it resumes right behind a position', async () => {
    const served = await startWires();
    const query = 'subscription ($after: String) { numbered(after: $after) { position } }';
    const positions = async (after: string | null) => {
      const listening = await wire.listen(served, { query, variables: { after } });
      const results = await listening.take(3);
      listening.leave();
      return results.map(({ data }) => (data as { numbered: { position: string } }).numbered.position);
    };
    expect(await positions(null)).toEqual(['1', '2', '3']);
    expect(await positions('3')).toEqual(['4', '5', '6']);
  });

  test('who goes away leaves no source and no timer behind', async () => {
    const served = await startWires({}, 400);
    const before = sleeping();
    const listening = await Promise.all(
      Array.from({ length: 20 }, () => wire.listen(served, { query: 'subscription { quiet }' })),
    );
    for (const { take } of listening) await take(1);
    expect(served.sources.open).toBe(20);
    for (const { leave } of listening) leave();
    await expect.poll(() => served.sources.open, { timeout: 5000 }).toBe(0);
    await expect.poll(sleeping, { timeout: 5000 }).toBeLessThanOrEqual(before);
    expect(served.stage.logged).toEqual([]);
  });

  test('who takes nothing makes its source wait, and gets all of it when it reads again', async () => {
    const served = await startWires();
    const listening = await wire.listen(served, { query: 'subscription { flood }' });
    listening.stall();
    let before = -1;
    // What the sockets hold is the system's to say; that it comes to an end is what is bounded.
    while (served.sources.taken !== before) {
      before = served.sources.taken;
      await delay(200);
    }
    expect(before * 65_536).toBeLessThan(32 * 1024 * 1024);
    listening.read();
    await listening.take(before + 10);
    listening.leave();
    await expect.poll(() => served.sources.open, { timeout: 5000 }).toBe(0);
  });

  test('a drain ends it so that its client comes back', async () => {
    const served = await startWires();
    const listening = await wire.listen(served, { query: 'subscription { quiet }' });
    await listening.take(1);
    await served.server.drain();
    expect(await listening.end).toBe('come back');
    // A WebSocket says it by its close, with 1012.
    expect(codes(listening.results)).toEqual(
      wire.name.startsWith('WebSocket') ? [undefined] : [undefined, ['UNAVAILABLE']],
    );
    expect(served.sources.open).toBe(0);
    expect(served.stage.logged).toEqual([]);
  });

  test('it ends after the longest life there is so that its client comes back', async () => {
    const served = await startWires({ timeouts: { subscription: 100 } });
    const { end, results } = await wire.listen(served, { query: 'subscription { quiet }' });
    expect(await end).toBe('come back');
    expect(results).toMatchObject([
      { data: { quiet: 1 } },
      {
        errors: [
          { message: expect.stringMatching(/subscribe again/), extensions: { code: 'UNAVAILABLE', retryable: true } },
        ],
      },
    ]);
    await expect.poll(() => served.sources.open).toBe(0);
  });
});
