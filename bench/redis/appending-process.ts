// Records signals at a steady rate, and waits for each until whoever knows its position can read it in Redis.
import { setTimeout as delay } from 'node:timers/promises';
import { startApp } from '../../src/app.ts';
import { randomId } from '../../src/application/random-ids.ts';
import { readConfig } from '../../src/config.ts';
import { settingsOf, tell } from '../processes.ts';
import { quantile } from '../statistics.ts';
import { keepOn } from './cores.ts';
import { sayInPassing } from './roles.ts';

export interface AppendingSettings {
  /** Of a replica that answers. */
  readonly environment: Readonly<Record<string, string>>;
  readonly eventsPerSecond: number;
  readonly seconds: number;
}

/** Milliseconds. */
export interface Freshness {
  readonly events: number;
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
}

const customers = 500;
const patienceMs = 10_000;

const { environment, eventsPerSecond, seconds } = settingsOf<AppendingSettings>();
keepOn('MEASURED', process.pid);
const { kairos } = await startApp(readConfig(environment), sayInPassing);

async function appendOne(number: number): Promise<void> {
  const at = new Date().toISOString();
  const customerId = `customer-${number % customers}`;
  const signal = { signalId: randomId(), kind: 'VIEW' as const, observedAt: at, category: 'cheese' };
  const context = { at, commandId: signal.signalId, correlationId: signal.signalId, actor: 'bench' };
  const { position } = await kairos.signals.record([{ customerId, signal }], context);
  if (!(await kairos.following.waitFor(position, patienceMs))) throw new Error('an event does not become readable');
}

async function measure(events: number): Promise<Freshness> {
  const latencies: number[] = [];
  const appended: Promise<unknown>[] = [];
  const begun = performance.now();
  while (appended.length < events) {
    const due = begun + (appended.length / eventsPerSecond) * 1000;
    if (due > performance.now()) {
      await delay(1);
      continue;
    }
    appended.push(appendOne(appended.length).then(() => latencies.push(performance.now() - due)));
  }
  await Promise.all(appended);
  const most = Math.max(...latencies);
  return { events, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99), most };
}

await measure(eventsPerSecond);
await tell(await measure(eventsPerSecond * seconds));
