// Brings a log to an empty Redis: the caps, the screen pops and the read models, as a projector does that begins.
import { readModelProjections } from '../../src/application/kairos.ts';
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
const store = upcasting(createSqliteEventStore({ path: log, onError: sayInPassing }));
const side = createRedisReadSide({
  settings: readRedisUrl(url),
  prefix: 'bench',
  store,
  projections: readModelProjections,
  onError: sayInPassing,
});
await side.connection.connected();
const head = await store.head();
const begun = performance.now();
const projector = side.project();
if (!(await side.progress.waitFor(head, 600_000))) throw new Error('the projector does not come to the end of the log');
await tell({ seconds: (performance.now() - begun) / 1000 } satisfies CaughtUp);
await projector.stop();
await side.close();
await store.close();
