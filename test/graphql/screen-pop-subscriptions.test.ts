// Consoles that come and go: nothing is kept of one that has gone, and one that asks for what never was is told so.
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { InProcessScreenPopFeed } from '../../src/screen-pop/in-process-screen-pop-feed.ts';
import { definePlacement, publishOffer, registerCustomer } from '../catalogue-of-tests.ts';
import { type Json, type RunningKairos, startKairos } from '../running-kairos.ts';

const failures: unknown[] = [];
const query =
  'subscription ($agentId: ID!, $after: String) { screenPop(agentId: $agentId, after: $after) { position interactionId } }';
let kairos: RunningKairos;

beforeAll(async () => {
  kairos = await startKairos(failures);
  await publishOffer(kairos, 'fuel');
  await definePlacement(kairos, 'desk', { channel: 'CALL_CENTER' });
  await registerCustomer(kairos, 'ida');
});
afterAll(async () => {
  await kairos.stop();
  expect(failures).toEqual([]);
});

const console = () =>
  createClient({ url: kairos.url.replace('http', 'ws'), webSocketImpl: WebSocket, lazy: false, retryAttempts: 0 });

async function firstAnswer(after: string): Promise<Json> {
  const client = console();
  for await (const answer of client.iterate({ query, variables: { agentId: 'agent', after } })) {
    await client.dispose();
    return answer;
  }
}

it('500 consoles that unsubscribe leave nothing behind', async () => {
  const feed = kairos.app.kairos.screenPops as InProcessScreenPopFeed;
  const client = console();
  const ignore = { next() {}, error() {}, complete() {} };
  const leaving = Array.from({ length: 500 }, (_, index) => {
    const variables = { agentId: `agent-${index}`, ...(index % 2 === 0 && { after: '' }) };
    return client.subscribe({ query, variables }, ignore);
  });
  await expect.poll(() => feed.agents()).toBe(500);
  for (const leave of leaving) leave();
  // A feed in Redis rests for a while before it leaves a channel.
    await expect.poll(() => feed.agents(), { timeout: 10_000 }).toBe(0);
  await client.dispose();
});

it.each(['yesterday', '0000000000000001 ', 'x'.repeat(65), '9999999999999999'])(
  'a console that comes back to where the log never was is refused at once: %s',
  async (after) => {
    expect((await firstAnswer(after)).errors).toMatchObject([
      {
        message: expect.stringMatching(/^after must be a position/),
        extensions: { code: 'BAD_USER_INPUT', field: 'after' },
      },
    ]);
  },
);

it('a console that comes back to the empty position begins with the oldest pop that is kept', async () => {
  const { startInteraction } = await kairos.data(`mutation { startInteraction(input: {
    interactionId: "call", agentId: "agent", customerId: "ida", placement: "desk" }) {
    ... on InteractionRecorded { screenPop { position interactionId } } } }`);
  expect((await firstAnswer('')).data.screenPop).toEqual(startInteraction.screenPop);
});
