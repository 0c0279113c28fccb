// Projects until it is killed: the log in the file of the first argument, to the Redis of the second, under the prefix of the third.
import { createSqliteEventStore } from '../../src/event-store/sqlite-event-store.ts';
import { openProcess } from './projected-redis.ts';

const [path = '', url = '', prefix = ''] = process.argv.slice(2);
const opened = await openProcess(url, createSqliteEventStore({ path, pollEvery: 5 }), prefix);
opened.project();
process.stdout.write('projects\n');
