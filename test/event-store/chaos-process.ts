// Appends and projects until it is killed: into the log at the URL of the first argument, the Redis of the second under the prefix of
// the third; the history of the fourth (seed) and fifth (events) but for what the file of the sixth says is acknowledged. It prints
// the index of each append that is.
import { readFileSync } from 'node:fs';
import { openEventStore } from '../../src/event-store/open-event-store.ts';
import { openProcess } from '../projections/projected-redis.ts';
import { appendsOf, countings, giveAll } from './chaos-callers.ts';

const [url = '', redisUrl = '', prefix = '', seed = '', count = '', acknowledgedPath = ''] = process.argv.slice(2);
const acknowledged = new Set(readFileSync(acknowledgedPath, 'utf8').split('\n').slice(0, -1).map(Number));
const store = await openEventStore(url, { timeoutMs: 200, stallMs: 50, retryDelay: () => 5, onError: () => {} });
const projecting = await openProcess(redisUrl, store, prefix);
projecting.project({ graceMs: 10 });
await giveAll({
  store,
  appends: appendsOf(countings(Number(seed), Number(count))),
  callers: 16,
  isAcknowledged: (index) => acknowledged.has(index),
  onAcknowledged: (index) => process.stdout.write(`${index}\n`),
});
