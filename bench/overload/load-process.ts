// Asks for pages in a process of its own: at a rate, each when its time has come, or so many callers one after the other.
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { settingsOf, tell } from '../processes.ts';
import { keepOn } from '../redis/cores.ts';
import { quantile } from '../statistics.ts';
import { openLeanConnections } from './lean-connections.ts';
import { type AnswerKind, kindOf } from './page.ts';

export interface OverloadSettings {
  readonly url: string;
  /** A file with a list of bodies in JSON. */
  readonly bodies: string;
  /** They are open before the time begins, whether or not they are needed. */
  readonly connections: number;
  /** Of these only answers to what was due after `settleSeconds` are counted. */
  readonly seconds: number;
  readonly settleSeconds: number;
  /** Requests per second, whether or not those before are answered; absent: each of so many callers asks when he was answered. */
  readonly rate?: number;
  readonly callers?: number;
  /** A decision that comes later is of no use. */
  readonly inTimeMs: number;
}

/** Per second, and milliseconds. Latency counts from when a request was due: a server that stalls does not make its clients ask less. */
export interface OverloadAnswer {
  readonly offered: number;
  readonly decided: number;
  readonly goodput: number;
  readonly shed: number;
  readonly failed: number;
  readonly p50: number;
  readonly p99: number;
  readonly p99OfShed: number;
  /** How much later than it was due a request was sent, p99: the load itself must not be what is slow. */
  readonly sentLate: number;
}

const { url, connections, seconds, settleSeconds, rate, callers, inTimeMs, ...settings } =
  settingsOf<OverloadSettings>();
keepOn('OTHER', process.pid);
const bodies = (JSON.parse(readFileSync(settings.bodies, 'utf8')) as string[]).map((body) => Buffer.from(body));
const { post, close } = await openLeanConnections(url, connections);
const nothing = Buffer.alloc(0);
const latencies: Record<AnswerKind, number[]> = { DECIDED: [], SHED: [], FAILED: [] };
const sentLate: number[] = [];
let asked = 0;
let offered = 0;
const begun = performance.now();
const countFrom = begun + settleSeconds * 1000;
const end = begun + (settleSeconds + seconds) * 1000;

async function ask(due: number): Promise<void> {
  const isCounted = due >= countFrom && due < end;
  if (isCounted) {
    offered += 1;
    sentLate.push(performance.now() - due);
  }
  const kind = await post(bodies[asked++ % bodies.length] ?? nothing).then(kindOf, (): AnswerKind => 'FAILED');
  if (isCounted) latencies[kind].push(performance.now() - due);
}

if (rate === undefined) {
  const caller = async () => {
    while (performance.now() < end) await ask(performance.now());
  };
  await Promise.all(Array.from({ length: callers ?? connections }, caller));
} else {
  const answers: Promise<void>[] = [];
  for (;;) {
    const due = begun + (answers.length / rate) * 1000;
    if (due >= end) break;
    if (due > performance.now()) await delay(1);
    else answers.push(ask(due));
  }
  await Promise.all(answers);
}
close();
const { DECIDED, SHED, FAILED } = latencies;
await tell({
  offered: offered / seconds,
  decided: DECIDED.length / seconds,
  goodput: DECIDED.filter((latency) => latency <= inTimeMs).length / seconds,
  shed: SHED.length / seconds,
  failed: FAILED.length / seconds,
  p50: quantile(DECIDED, 0.5),
  p99: quantile(DECIDED, 0.99),
  p99OfShed: quantile(SHED, 0.99),
  sentLate: quantile(sentLate, 0.99),
} satisfies OverloadAnswer);
process.exit();
