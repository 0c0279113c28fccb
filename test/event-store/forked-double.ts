// The EventStoreDB double in a process of its own, told what to do by messages: for KurrentDB's client, which may not be in one process
// with the classes that the double is built on.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { EventStoreDbDouble } from './eventstoredb-double.ts';
import type { FaultPlan } from './eventstoredb-double-faults.ts';

/** A message to the process; the answer carries its number. */
export interface Order {
  readonly number: number;
  readonly order: string;
  readonly values: readonly unknown[];
}

type Orders = Pick<
  EventStoreDbDouble,
  'open' | 'dropSubscriptions' | 'freeze' | 'freezeConnections' | 'thaw' | 'stop' | 'restart'
> &
  Pick<FaultPlan, 'next' | 'share' | 'clear'> & { counts(): EventStoreDbDouble['counts'] };

export interface ForkedDouble {
  /** `scheme://127.0.0.1:port?tls=…`, as the client that is to be used wants it. */
  url(scheme: 'esdb' | 'kurrentdb'): string;
  tell<Name extends keyof Orders>(
    order: Name,
    ...values: Parameters<Orders[Name]>
  ): Promise<Awaited<ReturnType<Orders[Name]>>>;
  end(): Promise<void>;
}

/** Resolves when it listens. */
export async function forkDouble(options: readonly string[] = []): Promise<ForkedDouble> {
  const child = fork(join(import.meta.dirname, 'eventstoredb-double-process.ts'), options, {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    execArgv: [],
  });
  const [printed] = await once(child.stdout ?? child, 'data');
  const shown = String(printed).trim();
  const asked = new Map<number, (answer: never) => void>();
  let last = 0;
  child.on('message', ({ number, answer }: { number: number; answer: never }) => asked.get(number)?.(answer));
  return {
    url: (scheme) => shown.replace('esdb', scheme),
    tell: (order, ...values) =>
      new Promise((resolve) => {
        last += 1;
        asked.set(last, resolve);
        child.send({ number: last, order, values } satisfies Order);
      }),
    async end() {
      const exit = once(child, 'exit');
      child.disconnect();
      await exit;
    },
  };
}
