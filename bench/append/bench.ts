// npm run bench -- append: appends through the port against what is below it, bare: SQLite, and the client of EventStoreDB.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { newEventId } from '../../src/event-store/event-ids.ts';
import type { NewEvent } from '../../src/event-store/event-store.ts';
import type { Bench } from '../bench.ts';
import { atLeast, type Bar, ratio, type Section } from '../report.ts';
import { median, quantile } from '../statistics.ts';
import { inTemporaryFolder } from '../temporary-folder.ts';
import { type Appender, type AppenderName, openAppender } from './contenders.ts';

const stores: readonly { readonly name: string; readonly port: AppenderName; readonly bare: AppenderName }[] = [
  { name: 'SQLite', port: 'SQLITE_PORT', bare: 'SQLITE_BARE' },
  { name: 'EventStoreDB', port: 'SERVER_PORT', bare: 'SERVER_BARE' },
];
/** Bytes of data: a signal, and a decision with its facts. */
const sizes = [400, 4000];
const callers = [1, 64];
/** A round is a tenth of a second: of nine, two that met with a stall of the disk moved the median by ten per cent. */
const mostRounds = 21;

interface Situation {
  readonly store: (typeof stores)[number];
  readonly bytes: number;
  readonly callers: number;
}

interface Round {
  readonly perSecond: number;
  readonly latencies: readonly number[];
}

export const runAppend: Bench = ({ quick }) =>
  inTemporaryFolder(async (folder) => {
    const server = await serverOf();
    try {
      const sections: Section[] = [];
      const bars: Bar[] = [];
      for (const store of stores) {
        const open: Appender[] = [];
        for (const name of [store.bare, store.port]) open.push(await openAppender(name, folder, server.url));
        const rows = [];
        for (const bytes of sizes) {
          for (const count of callers) {
            const situation = { store, bytes, callers: count };
            const [bare = [], port = []] = await compare(situation, open, quick);
            const share = ratio(perSecond(port), perSecond(bare));
            rows.push(rowOf(situation, 'bare', bare, undefined), rowOf(situation, 'the port', port, share));
            bars.push(
              atLeast(`${store.name}, ${bytes} bytes, ${plural(count)}`, 80, '% of bare', share && share * 100),
            );
          }
        }
        await Promise.all(open.map((appender) => appender.close()));
        sections.push({
          title: `Appends of one event, ${store.name}`,
          notes: notesOf(store.name, server.isDouble),
          columns,
          rows,
        });
      }
      return { bench: 'append', sections, bars };
    } finally {
      await server.stop();
    }
  });

const columns = [
  { key: 'what', heading: '' },
  { key: 'perSecond', heading: 'appends/s' },
  { key: 'p50', heading: 'p50 ms' },
  { key: 'p99', heading: 'p99 ms' },
  { key: 'share', heading: '% of bare' },
];

function notesOf(name: string, isDouble: boolean): readonly string[] {
  if (name === 'SQLite')
    return ['bare: node:sqlite, the same table, one transaction for what comes in one turn of the event loop'];
  return [
    'bare: appendToStream of @eventstore/db-client',
    isDouble
      ? 'the server is a double in a process of its own, in memory: only the ratio means something (EVENTSTORE_URL measures a real one)'
      : 'the server is that of EVENTSTORE_URL',
  ];
}

/** The rounds of each appender; who begins a round changes. */
async function compare(
  { bytes, callers: count }: Situation,
  appenders: readonly Appender[],
  quick: boolean,
): Promise<readonly (readonly Round[])[]> {
  const events = quick ? 50 : count === 1 ? 400 : 4000;
  const rounds: Round[][] = appenders.map(() => []);
  for (const appender of appenders) await round(appender, events, count, bytes);
  for (let turn = 0; turn < (quick ? 1 : mostRounds); turn++) {
    for (let place = 0; place < appenders.length; place++) {
      const index = (turn + place) % appenders.length;
      const appender = appenders[index];
      globalThis.gc?.({ type: 'minor' });
      if (appender) rounds[index]?.push(await round(appender, events, count, bytes));
    }
  }
  return rounds;
}

async function round(appender: Appender, events: number, count: number, bytes: number): Promise<Round> {
  const made = Array.from({ length: events }, () => eventOf(bytes));
  const latencies: number[] = [];
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: count }, async () => {
      for (let event = made.pop(); event; event = made.pop()) {
        const asked = performance.now();
        await appender.append(event);
        latencies.push(performance.now() - asked);
      }
    }),
  );
  return { perSecond: (events / (performance.now() - begun)) * 1000, latencies };
}

function eventOf(bytes: number): NewEvent {
  const facts = Array.from({ length: Math.round(bytes / 40) }, (_, index) => ({
    name: `fact-${index}`,
    value: index * 7.5,
  }));
  const metadata = {
    at: '2026-11-22T12:00:00.000Z',
    v: 1,
    correlationId: 'bench',
    causationId: 'bench',
    actor: 'bench',
  };
  return {
    id: newEventId(),
    type: 'SignalObserved',
    data: { customerId: 'customer-1', facts },
    metadata,
    isConstant: true,
  };
}

function rowOf({ bytes, callers: count }: Situation, who: string, rounds: readonly Round[], share: number | undefined) {
  return {
    what: `${who}, ${bytes} bytes, ${plural(count)}`,
    perSecond: perSecond(rounds),
    p50: median(rounds.map(({ latencies }) => median(latencies))),
    p99: median(rounds.map(({ latencies }) => quantile(latencies, 0.99))),
    share: share && share * 100,
  };
}

function perSecond(rounds: readonly Round[]): number {
  return median(rounds.map((each) => each.perSecond));
}

function plural(count: number): string {
  return count === 1 ? '1 caller' : `${count} callers`;
}

/** The server that the environment names, or a double in a process of its own. */
async function serverOf(): Promise<{ readonly url: string; readonly isDouble: boolean; stop(): Promise<void> }> {
  const named = process.env.EVENTSTORE_URL;
  if (named) return { url: named, isDouble: false, async stop() {} };
  const file = fileURLToPath(new URL('../../test/event-store/eventstoredb-double-process.ts', import.meta.url));
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const kill = () => child.kill('SIGTERM');
  process.once('exit', kill);
  const [url] = await once(createInterface({ input: child.stdout }), 'line');
  return {
    url: String(url),
    isDouble: true,
    async stop() {
      process.removeListener('exit', kill);
      const ended = once(child, 'exit');
      kill();
      await ended;
    },
  };
}
