// Tokens over every wire: the same refusals, the same end with the token, the same way back.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callersOf, popQuery as query } from '../authentication/callers.ts';
import { createTokenIssuer, now, type TokenIssuer } from '../authentication/token-issuer.ts';
import { placementTerms } from '../catalogue-of-tests.ts';
import { type Json, type RunningKairos, startKairos } from '../running-kairos.ts';
import { type CallbackRouter, startRouter } from './callback-router.ts';
import { wires } from './wire-clients.ts';

const failures: unknown[] = [];
let issuer: TokenIssuer;
let kairos: RunningKairos;
let router: CallbackRouter;
const as = callersOf(
  () => kairos,
  () => issuer,
);

beforeAll(async () => {
  [issuer, router] = await Promise.all([createTokenIssuer(), startRouter()]);
  const tokens = issuer.settings();
  kairos = await startKairos(failures, { tokens, callbackOrigins: [router.origin], subscriptionsPerAgent: 2 });
  const define = `mutation ($terms: PlacementTermsInput!) {
    definePlacement(placementId: "desk", terms: $terms) { __typename } }`;
  await as('op', 'operate')(define, { terms: { ...placementTerms, channel: 'CALL_CENTER' } });
  await as('gateway', 'decide')('mutation { registerCustomer(customerId: "ida") { __typename } }');
});
afterAll(async () => {
  await kairos.stop();
  await issuer.stop();
  await router.stop();
  expect(failures).toEqual([]);
  expect(router.complaints).toEqual([]);
});

const bearer = async (subject: string, claims: object = {}) => ({
  authorization: `Bearer ${await issuer.token({ sub: subject, roles: ['agent'], ...claims })}`,
});
const pop = (interactionId: string, agentId: string) =>
  as('gateway', 'decide')(
    'mutation ($input: StartInteractionInput!) { startInteraction(input: $input) { __typename } }',
    { input: { interactionId, agentId, customerId: 'ida', placement: 'desk' } },
  );

describe.each(wires)('over $name', (wire) => {
  const agent = `agent-${wires.indexOf(wire)}`;
  const listen = (headers: Readonly<Record<string, string>>, after = '') => {
    const served = { port: Number(new URL(kairos.url).port), router };
    return wire.listen(served, { query, variables: { agentId: agent, after }, headers });
  };
  const reasonOf = ({ errors: [error] = [] }: Json) => [error?.extensions.code, error?.extensions.reason];

  it.each<[string, () => Promise<Readonly<Record<string, string>>>, [string, string]]>([
    ['without a token', async () => ({}), ['UNAUTHENTICATED', 'TOKEN_MISSING']],
    ['with an expired token', () => bearer(agent, { exp: now() - 1 }), ['UNAUTHENTICATED', 'TOKEN_EXPIRED']],
    ['as another agent', () => bearer('eve'), ['FORBIDDEN', 'NOT_OWN']],
    ['without the role', () => bearer(agent, { roles: ['decide'] }), ['FORBIDDEN', 'ROLE_MISSING']],
  ])('nobody listens %s', async (_, headers, expected) => {
    const refused = await listen(await headers());
    expect(reasonOf((await refused.take(1))[0])).toEqual(expected);
    await refused.end;
    expect(refused.results.length).toBe(1);
  });

  it('a subscription ends with its token, and goes on with a new one behind the last position', async () => {
    const first = await listen(await bearer(agent, { exp: now() + 2 }));
    await pop(`${agent}-1`, agent);
    const [seen, last] = (await first.take(2)) as Json[];
    expect(seen.data.screenPop.interactionId).toBe(`${agent}-1`);
    expect(reasonOf(last)).toEqual(['UNAUTHENTICATED', 'TOKEN_EXPIRED']);
    expect(await first.end).toBe('failed');
    await pop(`${agent}-2`, agent);
    const again = await listen(await bearer(agent), seen.data.screenPop.position);
    const [next] = (await again.take(1)) as Json[];
    expect(next.data.screenPop.interactionId).toBe(`${agent}-2`);
    again.leave();
  });

  it('an agent has so many subscriptions and no more, until one has ended', async () => {
    // The one that the test before has left may still be counted: a router only notices with the next message.
    const headers = await bearer(`${agent}-x`);
    const own = () =>
      wire.listen(
        { port: Number(new URL(kairos.url).port), router },
        { query, variables: { agentId: `${agent}-x`, after: '' }, headers },
      );
    await pop(`${agent}-x-1`, `${agent}-x`);
    const two = [await own(), await own()];
    for (const each of two) await each.take(1);
    const third = await own();
    expect(reasonOf((await third.take(1))[0])).toEqual(['FORBIDDEN', 'TOO_MANY_SUBSCRIPTIONS']);
    for (const each of two) each.leave();
    await pop(`${agent}-x-2`, `${agent}-x`);
    await expect
      .poll(async () => {
        const again = await own();
        const [answer] = (await again.take(1)) as Json[];
        again.leave();
        return answer.data?.screenPop.interactionId;
      })
      .toBe(`${agent}-x-1`);
  });
});
