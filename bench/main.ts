// npm run bench -- <name>: measures, prints the figures side by side, and says which bars are met.
import { existsSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { askedOrExit } from '../src/command-help.ts';
import type { Bench } from './bench.ts';
import { createPeerLoader, installPeers, noPeers, peersAreInstalled } from './peers.ts';
import { printed } from './table.ts';

/** What each measures, and where it is: loaded only when it is asked for. */
const benches: Readonly<Record<string, { readonly about: string; load(): Promise<Bench> }>> = {
  decide: {
    about: 'one decision, against rule engines and hand-written code, by size of the catalogue; publishing',
    load: async () => (await import('./decide/bench.ts')).runDecide,
  },
  http: {
    about: 'nextBestOffer over HTTP, against servers that only answer something constant',
    load: async () => (await import('./http/bench.ts')).runHttp,
  },
  telemetry: {
    about: 'what it costs to be measured: metrics, and traces of some or of all requests',
    load: async () => (await import('./telemetry/bench.ts')).runTelemetry,
  },
  attacks: {
    about: 'what it costs to refuse what means harm, and what others feel of it',
    load: async () => (await import('./attacks/bench.ts')).runAttacks,
  },
  overload: {
    about: 'three times as much asked as can be done: how much is still done, and how soon',
    load: async () => (await import('./overload/bench.ts')).runOverload,
  },
  rebuild: {
    about: 'from the log to read models and caps, against only reading it',
    load: async () => (await import('./rebuild/bench.ts')).runRebuild,
  },
  append: {
    about: 'appends through the port, against SQLite and the client of EventStoreDB bare',
    load: async () => (await import('./append/bench.ts')).runAppend,
  },
  redis: {
    about: 'decisions, projections, memory and freshness with Redis, against Redis bare',
    load: async () => (await import('./redis/bench.ts')).runRedis,
  },
  memory: {
    about: 'bytes of the heap that customers and offers keep',
    load: async () => (await import('./memory/bench.ts')).runMemory,
  },
  chart: {
    about: 'draws the cost of a decision by size of the catalogue into docs/cost-by-catalogue.svg',
    load: async () => (await import('./chart/bench.ts')).runChart,
  },
};

interface Options {
  readonly name: string;
  readonly json: boolean;
  readonly quick: boolean;
  readonly withoutPeers: boolean;
  readonly out: string | undefined;
}

const usage = `npm run bench -- <name>
${Object.entries(benches)
  .map(([name, { about }]) => `  ${name.padEnd(18)}${about}`)
  .join('\n')}
Options
  --json            one line of JSON last
  --quick           little work, to see that it runs: the figures mean nothing
  --without-peers   Kairos alone: nothing is installed
  --out <file>      where the chart is written, if not into the README`;

/** @throws Error that says which argument is wrong. */
function readOptions(): Options {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      'without-peers': { type: 'boolean', default: false },
      out: { type: 'string' },
    },
  });
  const [name, ...further] = positionals;
  if (name === undefined) throw new Error('Which bench?');
  if (further.length > 0) throw new Error(`One bench at a time, not also ${further.join(' and ')}.`);
  if (!Object.hasOwn(benches, name)) throw new Error(`There is no bench ${name}.`);
  const { json, quick, out, 'without-peers': withoutPeers } = values;
  if (out !== undefined && name !== 'chart') throw new Error('--out is for chart only.');
  if (out !== undefined && !existsSync(dirname(out))) throw new Error(`--out: there is no folder ${dirname(out)}.`);
  if (out === undefined && name === 'chart' && (quick || withoutPeers)) {
    throw new Error("--quick and --without-peers are not for the README's chart: say with --out where it is written.");
  }
  return { name, json, quick, withoutPeers, out };
}

/** A load average above it disturbs what is measured. */
const busy = 1;

async function main({ name, json, quick, withoutPeers, out }: Options): Promise<void> {
  if (!withoutPeers && !peersAreInstalled()) installPeers();
  const loadPeer = withoutPeers ? noPeers : createPeerLoader();
  const listed = benches[name];
  if (!listed) return;
  const machine = { node: process.versions.node, cpu: cpus()[0]?.model ?? 'unknown', cores: availableParallelism() };
  console.log(`${listed.about}\nNode ${machine.node}, ${machine.cores} × ${machine.cpu}`);
  const [load = 0] = loadavg();
  if (load > busy) {
    console.log(`Others are at work here (load average ${load.toFixed(1)}): measure again when it is quiet`);
  }
  if (quick) console.log('--quick: the figures mean nothing');
  const report = await (await listed.load())({ quick, loadPeer, out });
  console.log(printed(report));
  if (json) console.log(JSON.stringify({ ...report, quick, machine }));
}

// Then the processes that a bench has started end too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1));

const options = askedOrExit(usage, readOptions);
try {
  await main(options);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
