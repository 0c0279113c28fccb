// Starts Kairos, says where it is, and stops it when asked to.
import { demoQuery } from '../demo/demo-query.ts';
import { createGraphqlClient } from '../demo/graphql-client.ts';
import { loadDemo, shiftDaysFor } from '../demo/load.ts';
import { type App, startApp } from './app.ts';
import { readConfig } from './config.ts';

const oldestNode = 24;

async function main(): Promise<void> {
  if (Number(process.versions.node.split('.')[0]) < oldestNode) {
    throw new Error(
      `Kairos needs Node ${oldestNode} or newer, this is ${process.version}: run \`npm ci\`, which brings it, and \`npm start\`.`,
    );
  }
  const config = readConfig(process.env);
  const app = await startApp(config, report);
  stopOnSignals(app);
  console.log(`Kairos on Node ${process.versions.node} listens on ${app.url}`);
  if (config.demo) await offerDemo(app);
  if (config.playground) console.log(`GraphiQL: open ${app.url} in a browser`);
  console.log('Nobody has to prove who they are: Kairos answers on the loopback address only. Stop it with Ctrl-C.');
}

/** Loads the demo when the log is new, and shows the first question to ask. */
async function offerDemo(app: App): Promise<void> {
  if (app.isNew) {
    const client = createGraphqlClient({ url: app.url, concurrency: 32 });
    const began = Date.now();
    const loaded = await loadDemo(client, new URL('../demo/data', import.meta.url).pathname, {
      shiftDays: shiftDaysFor(began),
    });
    client.close();
    const seconds = ((Date.now() - began) / 1000).toFixed(1);
    console.log(
      `Demo loaded in ${seconds} s: ${loaded.offers} offers, ${loaded.customers} households, ${loaded.signals} signals (KAIROS_DEMO=off to start empty)`,
    );
  } else if ((await app.kairos.catalogue.current()).placements.get(demoQuery.placement) === undefined) {
    return;
  }
  const body = JSON.stringify({ query: demoQuery.query });
  console.log(
    `\nAsk for the next best offer:\n\n  curl -s ${app.url} -H 'content-type: application/json' -d '${body}'\n`,
  );
}

/** The first signal drains and exits with 0; a second one does not wait. */
function stopOnSignals(app: App): void {
  let stopping = false;
  const stop = () => {
    if (stopping) process.exit(1);
    stopping = true;
    app.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        report(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

/** What could not be foreseen: a person reads it, whole. */
function report(error: unknown, correlationId?: string): void {
  console.error(correlationId === undefined ? 'Kairos:' : `Kairos [${correlationId}]:`, error);
}

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exit(1);
});
