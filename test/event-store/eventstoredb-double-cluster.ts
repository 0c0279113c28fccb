// A small cluster of EventStoreDB doubles on one log: every node knows the others, one of them leads.
import { type DoubleOptions, type EventStoreDbDouble, startEventStoreDbDouble } from './eventstoredb-double.ts';
import { createDoubleLog } from './eventstoredb-double-log.ts';
import { createMembership } from './eventstoredb-double-membership.ts';

export interface EventStoreDbClusterDouble {
  readonly nodes: readonly EventStoreDbDouble[];
  /** Connection string that asks the first node who leads. */
  readonly discoverUrl: string;
  /** Connection string that names every node as one to ask. */
  readonly url: string;
  /** Undefined: for now none leads. A leader that is stopped leads again when it is back, unless another was made leader. */
  moveLeader(node: EventStoreDbDouble | undefined): void;
  close(): Promise<void>;
}

/** The first node leads. */
export async function startEventStoreDbCluster(
  size: number,
  options: Omit<DoubleOptions, 'port' | 'log' | 'membership'> = {},
): Promise<EventStoreDbClusterDouble> {
  const log = createDoubleLog(options);
  const membership = createMembership();
  const nodes: EventStoreDbDouble[] = [];
  for (let index = 0; index < size; index += 1) {
    nodes.push(await startEventStoreDbDouble({ ...options, log, membership }));
  }
  const hosts = nodes.map(({ host, port }) => `${host}:${port}`);
  const tls = `?tls=${options.tls !== undefined}`;
  return {
    nodes,
    discoverUrl: `esdb+discover://${hosts[0]}${tls}`,
    url: `esdb://${hosts.join(',')}${tls}`,
    moveLeader: (node) => membership.moveLeader(node?.port),
    close: async () => {
      for (const node of nodes) await node.close();
    },
  };
}
