// Screen pops through a gateway: as calls arrive, and nothing lost and nothing twice when it or Kairos is stopped or killed.
import { describe, expect, it } from 'vitest';
import { openConsole } from './console.ts';
import type { Rig } from './contract.ts';
import { startInteraction } from './operations.ts';

export function describeScreenPops(rig: () => Rig): void {
  let calls = 0;

  /** A call begins, told to Kairos itself; answers the position of its pop. */
  async function call(agentId: string): Promise<string> {
    calls += 1;
    const input = { interactionId: `call-${calls}`, agentId, customerId: `customer-${calls}`, placement: 'desk' };
    const { data, errors } = await rig().graph.ask(startInteraction, { input });
    expect(errors).toBeUndefined();
    return (data as { startInteraction: { screenPop: { position: string } } }).startInteraction.screenPop.position;
  }

  describe('a screen pop', () => {
    it('arrives as the call does, joined with the products of the shop', async () => {
      const console = openConsole(rig().gateway.listenUrl, 'agent-1');
      const positions = [await call('agent-1')];
      await console.shown(1);
      positions.push(await call('agent-1'), await call('agent-1'));
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

    it('is asked for at Kairos with the token of the console', async () => {
      const { graph, gateway } = rig();
      graph.line.heard.length = 0;
      const authorization = 'Bearer of-agent-2';
      const console = openConsole(gateway.listenUrl, 'agent-2', authorization);
      await call('agent-2');
      await console.shown(1);
      await console.close();
      const opening = graph.line.heard.find(({ body }) => body.includes('connection_init'));
      expect(JSON.parse(opening?.body ?? '')).toEqual({ type: 'connection_init', payload: { authorization } });
    });

    it.each(['SIGTERM', 'SIGKILL'] as const)(
      'is neither lost nor shown twice when the gateway gets a %s',
      async (signal) => {
        const { gateway } = rig();
        const agentId = `agent-gateway-${signal}`;
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

    it.each(['SIGTERM', 'SIGKILL'] as const)(
      'is neither lost nor shown twice when Kairos gets a %s',
      async (signal) => {
        const agentId = `agent-kairos-${signal}`;
        const console = openConsole(rig().gateway.listenUrl, agentId);
        const positions = [await call(agentId)];
        await console.shown(1);
        await rig().graph.restart(signal);
        positions.push(await call(agentId), await call(agentId));
        await console.shown(3);
        await console.close();
        expect(console.pops.map(({ position }) => position)).toEqual(positions);
      },
    );
  });
}
