// Assisted selling through the API: the agent's console listens over graphql-ws, calls begin, customers answer.
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { definePlacement, publishOffer, registerCustomer } from '../catalogue-of-tests.ts';
import { type Json, type RunningKairos, startKairos } from '../running-kairos.ts';

const failures: unknown[] = [];
let kairos: RunningKairos;

beforeAll(async () => {
  kairos = await startKairos(failures);
  await publishOffer(kairos, 'fuel', {
    value: { amount: 2000, currency: 'USD' },
    suppression: { afterDecline: { seconds: 86_400 } },
  });
  await publishOffer(kairos, 'tires', {
    contextWeights: [{ name: 'you asked about tires', expression: 'context.reason == "tires"', percent: 400 }],
    suppression: { afterDecline: { seconds: 86_400 } },
  });
  await definePlacement(kairos, 'desk', { channel: 'CALL_CENTER' });
  await definePlacement(kairos, 'home');
});
afterAll(async () => {
  await kairos.stop();
  expect(failures).toEqual([]);
});

const popFields = `position number agentId interactionId cause script decision { id offer { reasons offer { id } } }`;

/** A console: collects pops until it has so many, then unsubscribes. */
function listen(agentId: string, wanted: number, after?: string): { ready: Promise<void>; pops: Promise<Json[]> } {
  const client = createClient({
    url: kairos.url.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    lazy: false,
    retryAttempts: 0,
  });
  const query = `subscription ($agentId: ID!, $after: String) { screenPop(agentId: $agentId, after: $after) { ${popFields} } }`;
  const ready = new Promise<void>((resolve) => client.on('connected', () => setImmediate(resolve)));
  const pops = (async () => {
    const seen: unknown[] = [];
    for await (const { data, errors } of client.iterate({ query, variables: { agentId, after } })) {
      if (errors) throw new Error(JSON.stringify(errors));
      seen.push((data as Json).screenPop);
      if (seen.length === wanted) break;
    }
    await client.dispose();
    return seen as Json[];
  })();
  return { ready, pops };
}

async function act(mutation: string, input: object, type: string): Promise<Json> {
  const document = `mutation ($input: ${type}!) { answer: ${mutation}(input: $input) { __typename
    ... on InteractionRecorded { ended screenPop { ${popFields} } } ... on KairosRefused { reason rule field } } }`;
  return (await kairos.data(document, { input })).answer;
}
const start = (interactionId: string, agentId: string, customerId: string, more: object = {}) =>
  act('startInteraction', { interactionId, agentId, customerId, placement: 'desk', ...more }, 'StartInteractionInput');
const respond = (input: object) => act('respondToOffer', input, 'RespondToOfferInput');
const observe = async (interactionId: string, attributes: object) =>
  (
    await kairos.data(
      `mutation ($id: ID!, $attributes: JSON!) { answer: observeInteraction(interactionId: $id, attributes: $attributes) {
      ... on InteractionRecorded { screenPop { ${popFields} } } ... on KairosRefused { reason field } } }`,
      { id: interactionId, attributes },
    )
  ).answer;

describe('a screen pop', () => {
  it('arrives as the call does, with reasons and a script, and again when the conversation shows something', async () => {
    await registerCustomer(kairos, 'ida');
    const console = listen('agent-1', 2);
    await console.ready;
    const first = await start('call-1', 'agent-1', 'ida');
    const second = await observe('call-1', { reason: 'tires' });
    const pops = await console.pops;
    expect(pops).toEqual([first.screenPop, second.screenPop]);
    expect(pops[0]).toMatchObject({
      number: 1,
      agentId: 'agent-1',
      cause: 'STARTED',
      script: 'May I offer you ten cents off each gallon?',
      decision: { offer: { offer: { id: 'fuel' } } },
    });
    expect(pops[1]).toMatchObject({
      number: 2,
      cause: 'CONTEXT_OBSERVED',
      decision: { offer: { offer: { id: 'tires' }, reasons: ['It fits this moment: you asked about tires.'] } },
    });
  });

  it('gives back the offer that it takes the place of', async () => {
    const { decision } = await kairos.data(
      'query ($id: ID!) { decision(id: $id) { offers { outcomes { kind reason } } } }',
      { id: (await start('call-2', 'agent-2', 'ida')).screenPop.decision.id },
    );
    expect(decision.offers[0].outcomes).toEqual([]);
    await observe('call-2', { reason: 'tires' });
    const all = await kairos.data('{ customer(id: "ida") { recentDecisions { decisionId } } }');
    const outcomes = await kairos.data(
      'query ($id: ID!) { decision(id: $id) { offers { outcomes { kind reason } } } }',
      {
        id: all.customer.recentDecisions[1].decisionId,
      },
    );
    expect(outcomes.decision.offers[0].outcomes).toEqual([{ kind: 'DISMISSED', reason: 'superseded' }]);
  });

  it('follows a decline with the next best offer, and an acceptance with none', async () => {
    await registerCustomer(kairos, 'jim');
    const { screenPop } = await start('call-3', 'agent-3', 'jim');
    const input = {
      interactionId: 'call-3',
      decisionId: screenPop.decision.id,
      offerId: 'fuel',
      response: 'DECLINE',
      reason: 'drives electric',
    };
    const declined = await respond(input);
    expect(declined.screenPop).toMatchObject({
      number: 2,
      cause: 'RESPONDED',
      decision: { offer: { offer: { id: 'tires' } } },
    });
    // Said once more: the one that is on the screen.
    expect((await respond(input)).screenPop).toEqual(declined.screenPop);
    const accepted = await respond({
      interactionId: 'call-3',
      decisionId: declined.screenPop.decision.id,
      offerId: 'tires',
      response: 'ACCEPT',
    });
    expect(accepted).toMatchObject({ __typename: 'InteractionRecorded', screenPop: null });
  });

  it('never reaches another agent, and a console that comes back resumes right behind what it has seen, also after a restart', async () => {
    await registerCustomer(kairos, 'kim');
    for (let call = 0; call < 6; call++) await start(`shift-${call}`, call % 2 === 0 ? 'agent-4' : 'agent-5', 'kim');
    const interactions = (pops: Json[]) => pops.map(({ interactionId }) => interactionId);
    const seen = await listen('agent-4', 2, '').pops;
    expect(interactions(seen)).toEqual(['shift-0', 'shift-2']);
    await kairos.restart();
    const rest = await listen('agent-4', 1, seen[1].position).pops;
    expect(interactions(rest)).toEqual(['shift-4']);
    expect(interactions(await listen('agent-5', 3, '').pops)).toEqual(['shift-1', 'shift-3', 'shift-5']);
  });

  it('is found again with its interaction, as what the conversation has shown is', async () => {
    await registerCustomer(kairos, 'lea');
    const first = await start('call-6', 'agent-6', 'lea');
    const second = await observe('call-6', { reason: 'tires' });
    const query = `{ interaction(id: "call-6") { id agentId customer { id } placementId attributes startedAt ended
      screenPops { ${popFields} } } unknown: interaction(id: "call-7") { id } }`;
    expect(await kairos.data(query)).toEqual({
      interaction: {
        id: 'call-6',
        agentId: 'agent-6',
        customer: { id: 'lea' },
        placementId: 'desk',
        attributes: { reason: 'tires' },
        startedAt: kairos.at,
        ended: false,
        screenPops: [second.screenPop, first.screenPop],
      },
      unknown: null,
    });
    await kairos.data('mutation { endInteraction(interactionId: "call-6") { __typename } }');
    expect((await kairos.data(query)).interaction.ended).toBe(true);
  });

  it('refuses what does not fit', async () => {
    expect(await start('call-9', 'agent-9', 'ida', { placement: 'home' })).toMatchObject({
      reason: 'PLACEMENT_NOT_ASSISTED',
      field: 'input.placement',
    });
    expect(await start('call-9', 'agent-9', 'ida', { placement: 'nowhere' })).toMatchObject({
      reason: 'PLACEMENT_UNKNOWN',
    });
    expect(await start('call-9', 'agent-9', 'ida', { attributes: [1] })).toMatchObject({
      reason: 'CONTEXT_INVALID',
      field: 'input.attributes',
    });
    expect(await start('call-9', 'agent-9', 'ida@example.org')).toMatchObject({
      reason: 'INTERACTION_INVALID',
      field: 'customerId',
    });
    expect(await start('call-9', 'agent-9', 'ida', { attributes: { shoe: 1 } })).toMatchObject({
      reason: 'CONTEXT_INVALID',
      field: 'input.attributes.shoe',
    });
    const { screenPop } = await start('call-9', 'agent-9', 'ida');
    expect(await start('call-9', 'agent-8', 'ida')).toMatchObject({ reason: 'INTERACTION_EXISTS' });
    const response = {
      interactionId: 'call-1',
      decisionId: screenPop.decision.id,
      offerId: 'fuel',
      response: 'ACCEPT',
    };
    expect(await respond(response)).toMatchObject({ reason: 'DECISION_OF_OTHER_INTERACTION', field: 'decisionId' });
    await kairos.data('mutation { endInteraction(interactionId: "call-9") { __typename } }');
    expect(await observe('call-9', { reason: 'tires' })).toMatchObject({ reason: 'INTERACTION_ENDED' });
  });
});
