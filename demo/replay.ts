// npm run demo:replay -- --data <folder>: drives the whole Complete Journey through the public GraphQL API on a simulated clock.
import { parseArgs } from 'node:util';
import { askedOrExit } from '../src/command-help.ts';
import { catalogueOf } from './catalogue.ts';
import { readCompleteJourney } from './complete-journey.ts';
import { customersOf } from './customers.ts';
import { type ReadModelsAnswer, readModels } from './documents.ts';
import { createGraphqlClient, type GraphqlClient } from './graphql-client.ts';
import { createProgress } from './progress.ts';
import { importer, publishCatalogue, registerCustomers, requestOf } from './publish.ts';
import { auditExplanations, auditLog, auditRedemptions } from './replay-audit.ts';
import { figuresOf, promisesOf, reportOf } from './replay-report.ts';
import { replay } from './replay-run.ts';
import { startReplayServer } from './replay-server.ts';
import { timelineOf } from './timeline.ts';

const usage = `npm run demo:replay -- --data <folder of the Complete Journey>
  --url <url>         a running server (KAIROS_CLOCK=request, KAIROS_DEMO=off); absent: one of its own, on an empty log
  --log <file or url> the log of that server, kairos.db or its event store: counts caps and outcomes again
  --limit-days <n>    only the first n days
  --concurrency <n>   requests under way at once, 2 if absent; more than the machine can serve only wait
  --json              the figures as the last line
With REDIS_URL and EVENTSTORE_URL set, the server of its own uses them; the event store must be empty.
Repeating it on the same log records nothing twice. A server that is away for less than 30 seconds is waited for.`;

interface Options {
  readonly data: string;
  readonly url: string | undefined;
  readonly log: string | undefined;
  readonly limitDays: number;
  readonly concurrency: number;
  readonly json: boolean;
}

/** @throws Error that says which option is wrong. */
function readOptions(): Options {
  const { values } = parseArgs({
    options: {
      data: { type: 'string' },
      url: { type: 'string' },
      log: { type: 'string' },
      'limit-days': { type: 'string' },
      concurrency: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  if (values.data === undefined) throw new Error('--data is missing');
  return {
    data: values.data,
    url: values.url,
    log: values.log,
    limitDays: positive('limit-days', values['limit-days'], Number.POSITIVE_INFINITY),
    concurrency: positive('concurrency', values.concurrency, 2),
    json: values.json,
  };
}

function positive(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1)
    throw new Error(`--${name} must be a whole number from 1 on, not ${text}`);
  return number;
}

async function demandSimulatedClock(client: GraphqlClient, url: string, at: string): Promise<void> {
  try {
    await client.send<ReadModelsAnswer>(readModels, {}, { ...requestOf(importer, at), idempotent: false });
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new Error(`${url} cannot be driven; it must run with KAIROS_CLOCK=request and KAIROS_DEMO=off. ${said}`, {
      cause: error,
    });
  }
}

async function main(options: Options): Promise<number> {
  const journey = readCompleteJourney(options.data);
  const catalogue = catalogueOf(journey, 0);
  const customers = customersOf(journey);
  const timeline = timelineOf(journey, options.limitDays);
  const beginsAt = new Date(timeline.beginsAt).toISOString();

  const server = options.url === undefined ? await startReplayServer() : undefined;
  const url = options.url ?? server?.url ?? '';
  const client = createGraphqlClient({ url, concurrency: options.concurrency });
  const progress = createProgress(process.stderr);
  try {
    await demandSimulatedClock(client, url, beginsAt);
    progress.show(0, `${catalogue.offers.length} offers and ${customers.length} customers are brought in`);
    await publishCatalogue(client, catalogue, beginsAt);
    await registerCustomers(client, customers, beginsAt);

    const tally = await replay(client, timeline, catalogue, {
      concurrency: options.concurrency,
      freshnessEvery: 20,
      onProgress: (done, all, at) => progress.show(done / all, `${at.slice(0, 10)}  ${done} of ${all}`),
    });
    progress.end();

    const endsAt = new Date(timeline.happenings.at(-1)?.at ?? timeline.beginsAt).toISOString();
    const audit = await auditRedemptions(client, tally.redeemed, endsAt);
    const explanations = await auditExplanations(client, tally.decisionIds, {
      atMost: 1000,
      liveOffers: catalogue.offers.length,
      at: endsAt,
    });
    const { readModels: status } = await client.send<ReadModelsAnswer>(readModels, {}, requestOf(importer, endsAt));
    await server?.stop();
    const logFile = options.log ?? server?.log;
    const findings = {
      customers: customers.length,
      offers: catalogue.offers.length,
      basketLines: timeline.happenings.reduce(
        (sum, { kind, ...rest }) => sum + ('signals' in rest ? rest.signals.length : 0),
        0,
      ),
      redemptions: timeline.happenings.filter(({ kind }) => kind === 'REDEMPTION').length,
      tally,
      audit,
      explanations,
      serverFreshness: status.freshness,
      log: logFile === undefined ? undefined : await auditLog(logFile),
    };
    console.log(reportOf(findings));
    if (options.json) console.log(JSON.stringify(figuresOf(findings)));
    return promisesOf(findings).every(({ kept }) => kept) ? 0 : 1;
  } finally {
    progress.end();
    client.close();
    await server?.stop();
    server?.remove();
  }
}

const options = askedOrExit(usage, readOptions);
try {
  process.exitCode = await main(options);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
