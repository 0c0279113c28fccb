// Where the processor time of a server's main thread goes, by what the code is for: a sampling profile, summed up.
import { type Profiler, Session } from 'node:inspector/promises';

/** Microseconds between two samples: finer ones cost what they measure. */
const samplingInterval = 1000;

/** By where the code is. What is built into V8 counts to the code that calls it: writing JSON, to who writes it. */
const places: readonly (readonly [part: string, place: RegExp])[] = [
  ['deciding', /\/src\/decisioning\//],
  ['facts, caps and projections', /\/projections\//],
  ['the log: records as JSON, handing them over', /\/src\/(event-store|late-spool)\//],
  ['the way of a decision: turns, budgets, aggregates', /\/src\/(application|aggregates)\//],
  ['GraphQL', /\/src\/(graphql|app)|\/node_modules\/(graphql|dataloader|zod|@apollo)\//],
  [
    'metrics and service levels',
    /\/src\/(observability|service-levels)|\/node_modules\/(prom-client|@opentelemetry)\//,
  ],
  ['HTTP, sockets and timers of Node', /^node:/],
];
const collecting = 'collecting garbage';
const others = 'the rest';

/** Microseconds by part of what the thread did; none for its idling. */
export type Parts = Readonly<Record<string, number>>;

/** Begins a profile of this thread; the answer ends it. */
export async function startProfile(): Promise<() => Promise<Parts>> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: samplingInterval });
  await session.post('Profiler.start');
  return async () => {
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    return partsOf(profile);
  };
}

/** Each sample counts to the innermost function whose file is known. */
export function partsOf({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): Parts {
  const partOfNode = new Map<number, string | undefined>();
  const walk = (from: readonly number[], around: string) => {
    for (const id of from) {
      const node = byId.get(id);
      if (!node) continue;
      const { url, functionName } = node.callFrame;
      const part = url === '' ? (withoutFile[functionName] ?? around) : partAt(url);
      partOfNode.set(id, functionName === '(idle)' ? undefined : part);
      walk(node.children ?? [], part);
    }
  };
  const byId = new Map(nodes.map((node) => [node.id, node]));
  walk(nodes[0] ? [nodes[0].id] : [], others);
  const parts: Record<string, number> = {};
  for (const [index, id] of samples.entries()) {
    const part = partOfNode.get(id);
    if (part !== undefined) parts[part] = (parts[part] ?? 0) + (timeDeltas[index] ?? 0);
  }
  return parts;
}

const withoutFile: Readonly<Record<string, string>> = { '(garbage collector)': collecting, '(program)': others };

function partAt(url: string): string {
  return places.find(([, place]) => place.test(url))?.[0] ?? others;
}
