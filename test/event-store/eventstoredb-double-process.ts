// An EventStoreDB double as a process of its own, for tests that kill it and for a replay through it:
// node test/event-store/eventstoredb-double-process.ts --port 0 [--log FILE] [--faults 0.01 --seed 7]
// It prints its connection string when it listens, and ends on SIGTERM.
import { parseArgs } from 'node:util';
import { startEventStoreDbDouble } from './eventstoredb-double.ts';
import { playBadDay } from './eventstoredb-double-faults.ts';
import { openLogFile } from './eventstoredb-double-file.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    /** Keeps the log; absent: it is gone with the process. */
    log: { type: 'string' },
    /** Share of calls, 0 to 1. */
    faults: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
  },
});
const file = values.log === undefined ? undefined : openLogFile(values.log);
const double = await startEventStoreDbDouble({
  port: Number(values.port),
  seed: Number(values.seed),
  ...(file && { events: file.events, onWritten: file.write }),
});
if (Number(values.faults) > 0) playBadDay(double.faults, Number(values.faults));
process.once('SIGTERM', async () => {
  await double.close();
  file?.close();
});
console.log(double.url);
