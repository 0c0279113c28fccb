// Projects until it is killed: the log in the file of the first argument, to the Redis of the second, under the prefix of the third, with the
// grace of the fourth in milliseconds.
import { createSqliteEventStore } from '../../src/event-store/sqlite-event-store.ts';
import { openProcess } from './projected-redis.ts';

const [path = '', url = '', prefix = '', graceMs = '100'] = process.argv.slice(2);
const opened = await openProcess(url, createSqliteEventStore({ path, pollEvery: 5 }), prefix);
opened.project({ graceMs: Number(graceMs) });
process.stdout.write('projects\n');
