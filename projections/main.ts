// npm run projections -- <verb>: looks after the read models in Redis while Kairos runs.
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { createProgress } from '../demo/progress.ts';
import { readModelProjections } from '../src/application/kairos.ts';
import { helpIfAsked } from '../src/command-help.ts';
import { readConfig } from '../src/config.ts';
import type { EventStore } from '../src/event-store/event-store.ts';
import { upcasting } from '../src/event-store/upcasters.ts';
import { logFileIn, openLog } from '../src/open-log.ts';
import { createRedisReadSide, type RedisReadSide, servingScripts } from '../src/redis-read-side.ts';
import { isSafe, renderCapAudit } from './cap-audit.ts';
import { readStatus, statusLines } from './redis-status.ts';

/** How long Redis has for its first answer, in milliseconds. */
const patienceMs = 5000;

interface Tools {
  readonly readSide: RedisReadSide;
  readonly store: EventStore;
  readonly json: boolean;
}

interface Verb {
  /** Behind the verb: what it takes, and what it does. */
  readonly takes: string;
  readonly about: string;
  /** @throws Error that says what is wrong with the argument. */
  check(argument: string | undefined): void;
  run(tools: Tools, argument: string | undefined): Promise<void>;
}

const verbs: Readonly<Record<string, Verb>> = {
  rebuild: {
    takes: '<model>',
    about: 'builds a read model anew beside the one in use, and changes over',
    check: (name) => checkName(name, [...readModelProjections.map((projection) => projection.name), 'caps'], 'model'),
    run: runRebuild,
  },
  audit: {
    takes: 'caps',
    about: 'counts the log again: caps that were exceeded, and what Redis counts too many or too few',
    check: (name) => checkName(name, ['caps'], 'subject'),
    run: runAudit,
  },
  status: {
    takes: '',
    about: 'how far the read models are, who projects, and how long an event takes',
    check(argument) {
      if (argument !== undefined) throw new Error('status takes nothing');
    },
    run: runStatus,
  },
};

const usage = `npm run projections -- <verb>
${Object.entries(verbs)
  .map(([name, { takes, about }]) => `  ${`${name} ${takes}`.padEnd(20)}${about}`)
  .join('\n')}
Options
  --json              one line of JSON
All go on while Kairos does. At the end of rebuild caps decisions are the fallback of their placement for a second or two: until
everything is in the log that was reserved in the old build.
audit caps ends with 1 when a cap was exceeded, or could be: something is counted too few.
The environment is that of Kairos: REDIS_URL, KAIROS_DATA, KAIROS_REDIS_PREFIX`;

function checkName(name: string | undefined, known: readonly string[], noun: string): void {
  if (name !== undefined && known.includes(name)) return;
  throw new Error(`${name === undefined ? `name a ${noun}` : `there is no ${noun} ${name}`}: ${known.join(', ')}`);
}

async function runRebuild({ readSide, json }: Tools, name = ''): Promise<void> {
  const what = readSide.rebuildables.get(name);
  if (!what) throw new Error(`${name} cannot be built anew`);
  const progress = createProgress(process.stderr);
  const begunAt = performance.now();
  try {
    const { build, events } = await readSide.rebuild(what, {
      onProgress: (share, doing) => progress.show(share, doing),
    });
    progress.end();
    const seconds = Number(((performance.now() - begunAt) / 1000).toFixed(1));
    const done = { model: what.model.name, build, events, seconds };
    const line = `${done.model} is in use as build ${build}, made of ${events} events; ${seconds} s`;
    process.stdout.write(`${json ? JSON.stringify(done) : line}\n`);
  } finally {
    progress.end();
  }
}

async function runAudit({ readSide, json }: Tools): Promise<void> {
  const audit = await readSide.auditCaps();
  process.stdout.write(`${json ? JSON.stringify(audit) : renderCapAudit(audit)}\n`);
  if (!isSafe(audit)) process.exitCode = 1;
}

async function runStatus({ readSide, store, json }: Tools): Promise<void> {
  const status = await readStatus({ ...readSide, store, serving: servingScripts });
  process.stdout.write(json ? `${JSON.stringify(status)}\n` : statusLines(status));
}

/** @throws Error that says which argument is wrong. */
function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const [name, argument, ...more] = positionals;
  const verb = name === undefined ? undefined : Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (!verb) throw new Error(`${name === undefined ? 'say what to do' : `there is no verb ${name}`}\n${usage}`);
  if (more.length > 0) throw new Error(`too many words\n${usage}`);
  verb.check(argument);
  return { verb, argument, json: values.json };
}

async function main(): Promise<void> {
  helpIfAsked(usage);
  const { verb, argument, json } = readArguments();
  const config = readConfig(process.env);
  const { redis, data } = config;
  if (!redis)
    throw new Error(
      'REDIS_URL is not set: without it the read models are in the memory of Kairos, and built at its start',
    );
  if (!config.eventStore && !existsSync(logFileIn(data))) {
    throw new Error(`KAIROS_DATA: there is no event log in ${data}`);
  }
  // A build that keeps up with the log keeps the change-over short.
  const store = upcasting((await openLog(config, { pollEvery: 10 })).store);
  const failures: unknown[] = [];
  const readSide = createRedisReadSide({
    ...redis,
    store,
    projections: readModelProjections,
    onError: (error) => failures.push(error),
    commandTimeout: 5000,
  });
  try {
    await connected(readSide, failures);
    await readSide.demandSameLog();
    await verb.run({ readSide, store, json }, argument);
  } finally {
    await readSide.close();
    await store.close();
  }
}

async function connected({ connection }: RedisReadSide, failures: readonly unknown[]): Promise<void> {
  const late = delay(patienceMs, 'LATE', { ref: false });
  if ((await Promise.race([connection.connected(), late])) !== 'LATE') return;
  const why = failures.map((error) => (error as Error).message).at(-1) ?? 'no answer';
  throw new Error(`REDIS_URL: Redis cannot be reached: ${why}`);
}

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exit(1);
});
