// Appends to the log in the file of the first argument, as many events as the second says, and prints each acknowledged id. With a
// third one there is one caller, and the main thread writes.
import { createSqliteEventStore } from '../../src/event-store/sqlite-event-store.ts';
import { newEvent } from './event-samples.ts';

const [path = '', count = '0', alone] = process.argv.slice(2);
const store = createSqliteEventStore({
  path,
  ...(alone && { directWriting: { quickMs: Number.POSITIVE_INFINITY, calmAfter: 0 } }),
});
const streams =
  count === 'Infinity' && !alone
    ? Array.from({ length: 16 }, (_, number) => `child-${number}`)
    : [`child-${process.pid}`];

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
