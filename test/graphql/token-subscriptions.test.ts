// Subscriptions of agents with tokens: their own pops, as long as the token is good and the life lasts, and not too many at once.
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { callersOf, listen, popQuery } from '../authentication/callers.ts';
import { createTokenIssuer, now, type TokenIssuer } from '../authentication/token-issuer.ts';
import { placementTerms } from '../catalogue-of-tests.ts';
import { type Json, type RunningKairos, startKairos } from '../running-kairos.ts';

const failures: unknown[] = [];
let issuer: TokenIssuer;
let kairos: RunningKairos;
const as = callersOf(
  () => kairos,
  () => issuer,
);

beforeAll(async () => {
  issuer = await createTokenIssuer();
  kairos = await startKairos(failures, { tokens: issuer.settings(), subscriptionsPerAgent: 3 });
  const terms = { ...placementTerms, channel: 'CALL_CENTER' };
  const define = `mutation ($terms: PlacementTermsInput!) {
    definePlacement(placementId: "desk", terms: $terms) { __typename } }`;
  await as('op', 'operate')(define, { terms });
  await as('gateway', 'decide')('mutation { registerCustomer(customerId: "ida") { __typename } }');
});
afterAll(async () => {
  await kairos.stop();
  await issuer.stop();
  expect(failures).toEqual([]);
});

const agentToken = (subject: string, more: object = {}) => issuer.token({ sub: subject, roles: ['agent'], ...more });
const pop = (interactionId: string, agentId: string) =>
  as('gateway', 'decide')(
    `mutation ($input: StartInteractionInput!) { startInteraction(input: $input) {
      ... on InteractionRecorded { screenPop { position } } } }`,
    { input: { interactionId, agentId, customerId: 'ida', placement: 'desk' } },
  );
const reasonOf = (heard: Json) => {
  const [error] = heard.errors ?? heard;
  return [error.extensions.code, error.extensions.reason];
};

describe('connection_init brings the token', () => {
  it.each<[string, (token: string) => object]>([
    ['as authorization', (token) => ({ authorization: `Bearer ${token}` })],
    ['as Authorization', (token) => ({ Authorization: `Bearer ${token}` })],
    ['as token', (token) => ({ token })],
    ['as token with its scheme', (token) => ({ token: `Bearer ${token}` })],
    ['among headers', (token) => ({ headers: { authorization: `Bearer ${token}` } })],
    ['as token among headers', (token) => ({ headers: { token } })],
  ])('%s', async (form, shape) => {
    const agent = `shape-${form.replaceAll(/\W/g, '')}`;
    await pop(`call-${agent}`, agent);
    const { client, heard } = listen(kairos.url, shape(await agentToken(agent)), { agentId: agent, after: '' });
    await expect.poll(() => heard[0]?.data?.screenPop.interactionId).toBe(`call-${agent}`);
    await client.dispose();
  });
});

describe('a console is refused', () => {
  it.each<[string, () => Promise<object>, [string, string]]>([
    ['as another agent', async () => ({ token: await agentToken('eve') }), ['FORBIDDEN', 'NOT_OWN']],
    [
      'without the role',
      async () => ({ token: await issuer.token({ sub: 'max', roles: ['decide'] }) }),
      ['FORBIDDEN', 'ROLE_MISSING'],
    ],
    ['without a token', async () => ({}), ['UNAUTHENTICATED', 'TOKEN_MISSING']],
    [
      'with an expired token',
      async () => ({ token: await agentToken('max', { exp: now() - 1 }) }),
      ['UNAUTHENTICATED', 'TOKEN_EXPIRED'],
    ],
    ['with a token that is none', async () => ({ token: { a: 1 } }), ['UNAUTHENTICATED', 'TOKEN_MISSING']],
    ['with a huge token', async () => ({ token: `${'x'.repeat(500_000)}.y.z` }), ['UNAUTHENTICATED', 'TOKEN_INVALID']],
  ])('%s', async (_, params, expected) => {
    const { client, heard } = listen(kairos.url, await params(), { agentId: 'max', after: '' });
    await expect.poll(() => heard.length).toBeGreaterThan(0);
    expect(reasonOf(heard[0])).toEqual(expected);
    expect(JSON.stringify(heard)).not.toContain('"screenPop":');
    await client.dispose();
  });

  it('that names its token in the address', async () => {
    const { client, heard } = listen(`${kairos.url}?token=${await agentToken('max')}`, {}, { agentId: 'max' });
    await expect.poll(() => heard.length).toBeGreaterThan(0);
    expect(reasonOf(heard[0])).toEqual(['UNAUTHENTICATED', 'TOKEN_MISSING']);
    await client.dispose();
  });

  it('that begins a second time on one socket: the socket is closed', async () => {
    const socket = new WebSocket(kairos.url.replace('http', 'ws'), 'graphql-transport-ws');
    await once(socket, 'open');
    const init = async (agent: string) =>
      socket.send(JSON.stringify({ type: 'connection_init', payload: { token: await agentToken(agent) } }));
    await init('eve');
    await once(socket, 'message');
    await init('max');
    const [code] = await once(socket, 'close');
    expect(code).toBe(4429);
  });

  it('that listens often enough, until one of its subscriptions has ended', async () => {
    const token = await agentToken('often');
    const others = [0, 1, 2].map(() => listen(kairos.url, { token }, { agentId: 'often', after: '' }));
    await pop('call-often', 'often');
    for (const { heard } of others) await expect.poll(() => heard.length).toBe(1);
    const next = () => listen(kairos.url, { token }, { agentId: 'often', after: '' });
    const refused = next();
    await expect.poll(() => refused.heard.length).toBeGreaterThan(0);
    expect(reasonOf(refused.heard[0])).toEqual(['FORBIDDEN', 'TOO_MANY_SUBSCRIPTIONS']);
    await others[0]?.client.dispose();
    await expect
      .poll(async () => {
        const again = next();
        await expect.poll(() => again.heard.length).toBeGreaterThan(0);
        await again.client.dispose();
        return again.heard[0].data?.screenPop.interactionId;
      })
      .toBe('call-often');
    for (const { client } of [...others, refused]) await client.dispose();
  });
});

describe('a subscription', () => {
  it('ends with its token, also while nothing happens, and goes on with a new one behind the last position', async () => {
    const token = await agentToken('late', { exp: now() + 2 });
    const first = listen(kairos.url, { token }, { agentId: 'late', after: '' });
    await pop('late-1', 'late');
    await expect.poll(() => first.heard.length, { timeout: 5000 }).toBe(2);
    expect(first.heard[0].data.screenPop.interactionId).toBe('late-1');
    expect(reasonOf(first.heard[1])).toEqual(['UNAUTHENTICATED', 'TOKEN_EXPIRED']);
    await pop('late-2', 'late');
    const again = listen(
      kairos.url,
      { token: await agentToken('late') },
      { agentId: 'late', after: first.heard[0].data.screenPop.position },
    );
    await expect.poll(() => again.heard.length).toBe(1);
    expect(again.heard[0].data.screenPop.interactionId).toBe('late-2');
    expect(first.heard.length).toBe(2);
    await first.client.dispose();
    await again.client.dispose();
  });

  it('has a longest life, after which it may be begun anew', async () => {
    const own = await startKairos(failures, { subscriptionLife: 1 });
    const { client, heard } = listen(own.url, {}, { agentId: 'any' });
    await expect.poll(() => heard.length, { timeout: 5000 }).toBe(1);
    expect(reasonOf(heard[0])).toEqual(['UNAVAILABLE', 'SUBSCRIPTION_LIFE_OVER']);
    expect(heard[0][0].extensions.retryable).toBe(true);
    await client.dispose();
    await own.stop();
  });

  it('of a socket whose token has expired is not begun', async () => {
    const socket = new WebSocket(kairos.url.replace('http', 'ws'), 'graphql-transport-ws');
    const messages: Json[] = [];
    socket.on('message', (message) => messages.push(JSON.parse(String(message))));
    await once(socket, 'open');
    const token = await agentToken('soon', { exp: now() + 1 });
    socket.send(JSON.stringify({ type: 'connection_init', payload: { token } }));
    await once(socket, 'message');
    let id = 0;
    await expect
      .poll(
        () => {
          id += 1;
          const payload = { query: popQuery, variables: { agentId: 'soon', after: 'yesterday' } };
          socket.send(JSON.stringify({ id: `s${id}`, type: 'subscribe', payload }));
          return JSON.stringify(messages.at(-1) ?? '');
        },
        { timeout: 5000 },
      )
      .toContain('TOKEN_EXPIRED');
    socket.close();
  });
});
