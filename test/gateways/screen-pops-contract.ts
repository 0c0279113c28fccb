// Screen pops through a gateway: as calls arrive, and nothing lost and nothing twice when it or Kairos is stopped or killed.
import { expect, it } from 'vitest';
import { openConsole } from './console.ts';
import type { Rig } from './contract.ts';
import type { Wire } from './engines.ts';
import { startInteraction } from './operations.ts';
import type { Heard } from './recorded-line.ts';

/** By what Kairos is asked for a subscription over a wire. */
const isAskedBy: Record<Wire, (heard: Heard) => boolean> = {
  'server-sent events': ({ headers, body }) => headers.accept === 'text/event-stream' && body === '',
  WebSocket: ({ body }) => body.includes('connection_init'),
  'HTTP callback': ({ body }) => body.includes('callbackUrl'),
};

let calls = 0;

/** @param rig what the test that asks stands on */
export function describeScreenPops(wire: Wire, rig: () => Rig): void {
  const newAgent = () => `agent-before-call-${calls}`;

  /** A call begins, told to Kairos itself; answers the position of its pop. */
  async function call(agentId: string): Promise<string> {
    calls += 1;
    const input = { interactionId: `call-${calls}`, agentId, customerId: `customer-${calls}`, placement: 'desk' };
    const { data, errors } = await rig().graph.ask(startInteraction, { input });
    expect(errors).toBeUndefined();
    return (data as { startInteraction: { screenPop: { position: string } } }).startInteraction.screenPop.position;
  }

  it('arrives as the call does, joined with the products of the shop', async () => {
    const agentId = newAgent();
    const console = openConsole(rig().gateway.listenUrl, agentId);
    const positions = [await call(agentId)];
    await console.shown(1);
    positions.push(await call(agentId), await call(agentId));
    await console.shown(3);
    await console.close();
    expect(console.pops.map(({ position }) => position)).toEqual(positions);
    expect({ repeated: console.repeated, ends: console.ends }).toEqual({ repeated: 0, ends: [] });
    expect(console.pops[2]).toMatchObject({
      number: 1,
      script: 'May I offer you ten cents off each gallon?',
      decision: { offer: { offer: { id: 'fuel', products: [{ title: 'Product sku-1' }, { sku: 'sku-22' }] } } },
    });
  });

  it('is asked for at Kairos over this wire, with the token of the console', async () => {
    const { graph, gateway } = rig();
    graph.line.heard.length = 0;
    const agentId = newAgent();
    const authorization = `Bearer of-${agentId}`;
    const console = openConsole(gateway.listenUrl, agentId, authorization);
    await call(agentId);
    await console.shown(1);
    await console.close();
    const asked = graph.line.heard.filter(isAskedBy[wire]);
    const tokens = asked.map(({ headers, body }) =>
      wire === 'WebSocket' ? JSON.parse(body).payload.authorization : headers.authorization,
    );
    expect(tokens).toEqual([authorization]);
  });

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'is neither lost nor shown twice when the gateway gets a %s',
    async (signal) => {
      const { gateway } = rig();
      const agentId = newAgent();
      const console = openConsole(gateway.listenUrl, agentId);
      const positions = [await call(agentId)];
      await console.shown(1);
      await gateway.end(signal);
      positions.push(await call(agentId));
      await gateway.startAgain();
      positions.push(await call(agentId));
      await console.shown(3);
      await console.close();
      expect(console.pops.map(({ position }) => position)).toEqual(positions);
      expect(console.repeated).toBe(0);
      expect(console.ends).not.toEqual([]);
    },
  );

  it.each(['SIGTERM', 'SIGKILL'] as const)('is neither lost nor shown twice when Kairos gets a %s', async (signal) => {
    const agentId = newAgent();
    const console = openConsole(rig().gateway.listenUrl, agentId);
    const positions = [await call(agentId)];
    await console.shown(1);
    await rig().graph.restart(signal);
    positions.push(await call(agentId), await call(agentId));
    await console.shown(3);
    await console.close();
    expect(console.pops.map(({ position }) => position)).toEqual(positions);
  });
}
