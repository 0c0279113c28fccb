// An EventStoreDB double as a process of its own, for tests that kill it and for a replay through it:
// node test/event-store/eventstoredb-double-process.ts --port 0 [--log FILE] [--faults 0.01 --seed 7]
// It prints its connection string when it listens, and ends on SIGTERM. Whoever has forked it tells it what to do by messages, and
// it ends with them.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { startEventStoreDbDouble } from './eventstoredb-double.ts';
import { playBadDay } from './eventstoredb-double-faults.ts';
import { openLogFile } from './eventstoredb-double-file.ts';
import type { Order } from './forked-double.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    /** Keeps the log; absent: it is gone with the process. */
    log: { type: 'string' },
    /** Share of calls, 0 to 1. */
    faults: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    /** Files of a key and a certificate, PEM: only TLS is spoken. */
    key: { type: 'string' },
    certificate: { type: 'string' },
    /** user:password of an admin; absent: everybody may do everything. */
    admin: { type: 'string' },
  },
});
const file = values.log === undefined ? undefined : openLogFile(values.log);
const double = await startEventStoreDbDouble({
  port: Number(values.port),
  seed: Number(values.seed),
  ...(file && { events: file.events, onWritten: file.write }),
  ...(values.key &&
    values.certificate && { tls: { key: readFileSync(values.key), certificate: readFileSync(values.certificate) } }),
  ...(values.admin && { credentials: Object.fromEntries([values.admin.split(':')]) }),
});
if (Number(values.faults) > 0) playBadDay(double.faults, Number(values.faults));
async function end(): Promise<void> {
  await double.close();
  file?.close();
}
process.once('SIGTERM', () => end().finally(() => process.disconnect?.()));
process.once('disconnect', end);
process.on('message', async ({ number, order, values: given }: Order) => {
  process.send?.({ number, answer: await obey(order, given) });
});

/** What a message asks: a method of the double, or of its faults. */
function obey(order: string, given: readonly unknown[]): unknown {
  const methods = { ...double, ...double.faults } as unknown as Record<string, (...values: unknown[]) => unknown>;
  return order === 'counts' ? { ...double.counts } : methods[order]?.(...given);
}
console.log(double.url);
