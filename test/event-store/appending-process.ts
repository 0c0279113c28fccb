// Appends to the log in the file of the first argument, as many events as the second says, and prints each acknowledged id.
import { createSqliteEventStore } from '../../src/event-store/sqlite-event-store.ts';
import { newEvent } from './event-samples.ts';

const [path = '', count = '0'] = process.argv.slice(2);
const store = createSqliteEventStore({ path });
const streams =
  count === 'Infinity' ? Array.from({ length: 16 }, (_, number) => `child-${number}`) : [`child-${process.pid}`];

await Promise.all(
  streams.map(async (stream) => {
    for (let number = 0; number < Number(count); number += 1) {
      const event = newEvent(number);
      await store.append(stream, number - 1, [event]);
      process.stdout.write(`${event.id}\n`);
    }
  }),
);
await store.close();
