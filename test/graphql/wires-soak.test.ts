// Subscribers that come and go by the thousand leave nothing behind: no source, no timer, no connection, no listener.
import { expect, onTestFinished, test } from 'vitest';
import { wires } from './wire-clients.ts';
import { startWires } from './wire-server.ts';

/** All of them take a minute or two: `KAIROS_SOAK=on`. */
const cycles = process.env.KAIROS_SOAK === 'on' ? 10_000 : 200;
const atOnce = 50;

/** What this process holds by the system's count: timers that run, connections, ports. */
function held(): Record<string, number> {
  const counts: Record<string, number> = { Timeout: 0, TCPSocketWrap: 0, TCPServerWrap: 0 };
  for (const resource of process.getActiveResourcesInfo()) {
    if (resource in counts) counts[resource] = (counts[resource] ?? 0) + 1;
  }
  return counts;
}

test.each(wires)(
  `${cycles} subscribers over $name that come and go leave nothing behind`,
  { timeout: 300_000 },
  async (wire) => {
    const before = held();
    // Node warns of emitters and signals that gather listeners.
    const warnings: Error[] = [];
    const warn = (warning: Error) => void warnings.push(warning);
    process.on('warning', warn);
    onTestFinished(() => void process.off('warning', warn));
    // A callback has one event, and then a beat that finds nobody.
    const served = await startWires({}, 500);
    const subscribe = async () => {
      const listening = await wire.listen(served, { query: 'subscription { quiet }' });
      expect(await listening.take(1)).toEqual([{ data: { quiet: 1 } }]);
      listening.leave();
    };
    const settled = () => expect.poll(() => served.sources.open, { timeout: 10_000, interval: 20 }).toBe(0);
    const running = held();
    for (let begun = 0; begun < cycles; begun += atOnce) {
      await Promise.all(Array.from({ length: atOnce }, subscribe));
      if (begun % 1000 === 0) await settled();
    }
    await settled();
    expect(served.sources.taken).toBe(cycles);
    // Connections that wait for a next request are kept: as many as there were at once, each with a timer that ends it.
    await expect.poll(() => held().Timeout ?? 0, { timeout: 10_000 }).toBeLessThanOrEqual((running.Timeout ?? 0) + 5);
    expect(held().TCPSocketWrap).toBeLessThanOrEqual(8 * atOnce);
    await served.server.drain();
    await served.router.stop();
    for (const resource of ['TCPServerWrap', 'TCPSocketWrap', 'Timeout']) {
      await expect.poll(() => held()[resource], { timeout: 10_000 }).toBeLessThanOrEqual((before[resource] ?? 0) + 1);
    }
    expect(warnings).toEqual([]);
    expect(served.stage.logged).toEqual([]);
    expect(served.router.complaints).toEqual([]);
  },
);
