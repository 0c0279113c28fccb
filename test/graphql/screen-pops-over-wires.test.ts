// Screen pops of a whole Kairos over every wire: a console that goes away or is sent away misses nothing and sees nothing twice.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { definePlacement, publishOffer, registerCustomer } from '../catalogue-of-tests.ts';
import { type RunningKairos, startKairos } from '../running-kairos.ts';
import { type CallbackRouter, startRouter } from './callback-router.ts';
import type { Result } from './inbox.ts';
import { wires } from './wire-clients.ts';

const failures: unknown[] = [];
let kairos: RunningKairos;
let router: CallbackRouter;

beforeAll(async () => {
  router = await startRouter();
  kairos = await startKairos(failures, { callbackOrigins: [router.origin] });
  await publishOffer(kairos, 'fuel');
  await definePlacement(kairos, 'desk', { channel: 'CALL_CENTER' });
  await registerCustomer(kairos, 'ida');
});
afterAll(async () => {
  await kairos.stop();
  await router.stop();
  expect(failures).toEqual([]);
  expect(router.complaints).toEqual([]);
});

const query =
  'subscription ($agentId: ID!, $after: String) { screenPop(agentId: $agentId, after: $after) { position interactionId } }';

const served = () => ({ port: Number(new URL(kairos.url).port), router });
const pop = ({ data }: Result) => (data as { screenPop: { position: string; interactionId: string } }).screenPop;

async function call(agentId: string, interactionId: string): Promise<void> {
  await kairos.data(`mutation ($input: StartInteractionInput!) { startInteraction(input: $input) { __typename } }`, {
    input: { agentId, interactionId, customerId: 'ida', placement: 'desk' },
  });
}

it.each(wires)('a console over $name that was away goes on behind the last pop that it saw', async (wire) => {
  const agentId = `away-${wires.indexOf(wire)}`;
  const interactions = [1, 2, 3].map((number) => `${agentId}-${number}`);
  const console = await wire.listen(served(), { query, variables: { agentId, after: '' } });
  await call(agentId, interactions[0] as string);
  const [seen] = (await console.take(1)).map(pop);
  expect(seen?.interactionId).toBe(interactions[0]);
  console.leave();
  for (const interaction of interactions.slice(1)) await call(agentId, interaction);
  const back = await wire.listen(served(), { query, variables: { agentId, after: seen?.position } });
  expect((await back.take(2)).map((result) => pop(result).interactionId)).toEqual(interactions.slice(1));
  back.leave();
});

it('consoles over all wires are told by a restart to come back, and miss nothing', async () => {
  const all = wires.map((wire, index) => ({ wire, agentId: `restart-${index}` }));
  const consoles = await Promise.all(
    all.map(({ wire, agentId }) => wire.listen(served(), { query, variables: { agentId, after: '' } })),
  );
  for (const { agentId } of all) await call(agentId, `${agentId}-before`);
  const seen = await Promise.all(consoles.map(async ({ take }) => pop((await take(1))[0] as Result).position));
  await kairos.restart();
  expect(await Promise.all(consoles.map(({ end }) => end))).toEqual(all.map(() => 'come back'));
  for (const { agentId } of all) await call(agentId, `${agentId}-after`);
  for (const [index, { wire, agentId }] of all.entries()) {
    const back = await wire.listen(served(), { query, variables: { agentId, after: seen[index] } });
    expect((await back.take(1)).map((result) => pop(result).interactionId)).toEqual([`${agentId}-after`]);
    back.leave();
  }
});

it('an EventSource gives back the position as the id of its last event, and goes on behind it', async () => {
  const [first, second] = ['source-1', 'source-2'];
  const read = async (headers: Record<string, string>) => {
    const search = new URLSearchParams({ query, variables: JSON.stringify({ agentId: 'source', after: '' }) });
    const response = await fetch(`${kairos.url}?${search}`, { headers: { accept: 'text/event-stream', ...headers } });
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      if (text.includes('event: next')) break;
    }
    return text;
  };
  await call('source', first);
  const before = await read({});
  const id = /^id: (.*)$/m.exec(before)?.[1] ?? '';
  expect(before).toContain(`"position":"${id}","interactionId":"${first}"`);
  await call('source', second);
  expect(await read({ 'last-event-id': id })).toContain(`"interactionId":"${second}"`);
});

it('a subscription that no wire was asked for is refused, and told which there are', async () => {
  const { errors } = await kairos.ask(query, { agentId: 'a' });
  expect(errors).toMatchObject([
    { message: expect.stringContaining('text/event-stream'), extensions: { code: 'BAD_REQUEST' } },
  ]);
});
