// Brings a log to an empty Redis: the caps, the screen pops and the read models, as a projector does that begins.
import { readModelProjections } from '../../src/application/kairos.ts';
import type { EventStore } from '../../src/event-store/event-store.ts';
import { createSqliteEventStore } from '../../src/event-store/sqlite-event-store.ts';
import { upcasting } from '../../src/event-store/upcasters.ts';
import { readRedisUrl } from '../../src/redis/redis-settings.ts';
import { createRedisReadSide } from '../../src/redis-read-side.ts';
import { settingsOf, tell } from '../processes.ts';
import { keepOn } from './cores.ts';
import { sayInPassing } from './roles.ts';

export interface CatchingUpSettings {
  readonly url: string;
  /** The file. */
  readonly log: string;
}

export interface CaughtUp {
  readonly seconds: number;
}

const { url, log } = settingsOf<CatchingUpSettings>();
keepOn('MEASURED', process.pid);
const file = upcasting(createSqliteEventStore({ path: log, onError: sayInPassing }));
/** Who replaces entries has his scripts at the server before his time begins; so has the projector when it asks for the log. */
const { promise: asked, resolve: ask } = Promise.withResolvers<number>();
const store: EventStore = {
  ...file,
  subscribe(options) {
    ask(performance.now());
    return file.subscribe(options);
  },
};
const side = createRedisReadSide({
  settings: readRedisUrl(url),
  prefix: 'bench',
  store,
  projections: readModelProjections,
  onError: sayInPassing,
});
await side.connection.connected();
const head = await store.head();
const projector = side.project();
const begun = await asked;
if (!(await side.progress.waitFor(head, 600_000))) throw new Error('the projector does not come to the end of the log');
await tell({ seconds: (performance.now() - begun) / 1000 } satisfies CaughtUp);
await projector.stop();
await side.close();
await store.close();
