// A Kairos as it is started, over a log that its parent can take away: `cut` and `heal` come as messages. With the argument `cut` it is
// away from the start. Says its address, and what it reports.
import { startApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { openLog } from '../../src/open-log.ts';
import { createUnreachableStore, type UnreachableStore } from '../event-store/unreachable-store.ts';

let log: UnreachableStore | undefined;
process.on('message', (message) => {
  if (message === 'heal') log?.heal();
  else log?.cut('REFUSED');
  process.send?.({ done: message });
});
const app = await startApp(
  readConfig(process.env),
  (error) => process.send?.({ reported: String(error) }),
  async (config, options) => {
    log = createUnreachableStore((await openLog(config, options)).store);
    if (process.argv[2] === 'cut') log.cut('REFUSED');
    return { store: log.store, isServer: true };
  },
);
process.send?.({ url: app.url });
process.on('SIGTERM', () => void app.stop().then(() => process.exit(0)));
