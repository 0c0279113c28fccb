// Starts Kairos, says where it is, and stops it when asked to.
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { demoQuery } from '../demo/demo-query.ts';
import { createGraphqlClient } from '../demo/graphql-client.ts';
import { demoBegunAt, loadDemo, shiftDaysFor } from '../demo/load.ts';
import { type App, startApp } from './app.ts';
import { type Config, readConfig } from './config.ts';
import { claimWork } from './data-folder.ts';
import { createTextLog, type Log } from './observability/log.ts';

/** Until it is known what is wanted. */
let log = createTextLog('info');

async function main(): Promise<void> {
  const config = readConfig(process.env);
  log = await openLog(config);
  const app = await startApp(config, log.report);
  const isStopping = stopOnSignals(app);
  const node = process.versions.node;
  const started = { msg: 'started', url: app.url, node, access: config.tokens ? 'tokens' : 'open' };
  if (config.role === 'projector') {
    log.say(`Kairos on Node ${node} projects; ${app.url}/readyz says how it is. Stop it with Ctrl-C.`, started);
    return;
  }
  log.say(`Kairos on Node ${node} listens on ${app.url}`, started);
  try {
    if (config.demo) await offerDemo(app, config.data);
  } catch (error) {
    // What is missing is loaded by the next start.
    if (isStopping()) return;
    throw error;
  }
  if (config.playground) log.say(`GraphiQL: open ${app.url} in a browser`);
  log.say(accessOf(config));
}

/** Who reads text needs nothing of what writes JSON. */
async function openLog({ role, log: { format, level } = { format: 'text', level: 'info' } }: Config): Promise<Log> {
  if (format === 'text') return createTextLog(level);
  const { createJsonLog } = await import('./observability/json-log.ts');
  const json = createJsonLog({ level, always: { service: 'kairos', role } });
  // Node prints it as text and ends the process, as ever.
  process.on('uncaughtExceptionMonitor', json.giveUp);
  return json;
}

function accessOf({ tokens }: Config): string {
  if (tokens) return `Tokens of ${tokens.issuer} for ${tokens.audience} are needed. Stop it with Ctrl-C.`;
  return 'ACCESS IS OPEN: nobody has to prove who they are, and everybody may do everything; so Kairos answers on the loopback address only. Stop it with Ctrl-C.';
}

/**
 * Loads the demo into an empty log, goes on with a loading that was interrupted, and shows the first question to ask. Of several
 * processes with one log one loads; the others wait for it.
 */
async function offerDemo(app: App, folder: string): Promise<void> {
  const { store } = app.kairos;
  let begun = await demoBegunAt(store);
  for (let isTold = false; begun !== 'DONE'; begun = await demoBegunAt(store)) {
    if (begun === 'NEVER') return;
    const giveBack = claimWork(folder, 'demo');
    if (giveBack) await loadMissingDemo(app).finally(giveBack);
    else {
      if (!isTold) log.say('Another Kairos is loading the demo.', { msg: 'another process loads the demo' });
      isTold = true;
      await delay(100);
    }
  }
  const body = JSON.stringify({ query: demoQuery.query });
  const curl = `curl -s ${app.url} -H 'content-type: application/json' -d '${body}'`;
  log.say(`\nAsk for the next best offer:\n\n  ${curl}\n`);
}

async function loadMissingDemo(app: App): Promise<void> {
  const begun = await demoBegunAt(app.kairos.store);
  if (begun === 'DONE') return;
  // What lies behind may be away for as long as it likes: this process answers meanwhile.
  const client = createGraphqlClient({ url: app.url, concurrency: 32, patienceMs: Number.POSITIVE_INFINITY });
  const now = Date.now();
  const shiftDays = shiftDaysFor(begun === 'NOT_YET' ? now : Date.parse(begun));
  const loaded = await loadDemo(client, fileURLToPath(new URL('../demo/data', import.meta.url)), { shiftDays, now });
  client.close();
  const seconds = ((Date.now() - now) / 1000).toFixed(1);
  const what = `${loaded.offers} offers, ${loaded.customers} households, ${loaded.signals} signals`;
  log.say(`Demo loaded in ${seconds} s: ${what} (KAIROS_DEMO=off to start empty)`, { msg: 'demo loaded', ...loaded });
}

/** The first signal drains and exits with 0; a second one does not wait. Tells whether there was one. */
function stopOnSignals(app: App): () => boolean {
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(1);
    stopping = true;
    log.say(undefined, { msg: 'stopping', signal });
    app.stop().then(
      () => {
        log.say(undefined, { msg: 'stopped' });
        process.exit(0);
      },
      (error: unknown) => {
        log.report(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return () => stopping;
}

main().catch((error: Error) => {
  log.giveUp(error);
  process.exit(1);
});
