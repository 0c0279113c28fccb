// A console of an agent behind a gateway: it listens, comes back when it was cut off, and goes on behind the last pop it handled.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { until } from '../redis/redis-server.ts';
import type { Json } from '../running-kairos.ts';
import { listen } from './operations.ts';

export interface Console {
  /** Every pop that was put on the screen, in order. */
  readonly pops: readonly Json[];
  /** How many came again that were on the screen before; they are not shown. */
  readonly repeated: number;
  /** What ended its subscriptions so far, told once where it ended several in a row. */
  readonly ends: readonly string[];
  /** Resolves when so many pops were put on the screen. */
  shown(count: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * It always asks by position, from the beginning the first time: a gateway that subscribes again by itself then repeats pops rather
 * than loses them, and what was shown is not shown again.
 */
export function openConsole(url: string, agentId: string, authorization?: string): Console {
  const pops: Json[] = [];
  const ends: string[] = [];
  let repeated = 0;
  const closing = new AbortController();

  // Hive Gateway is told where its configuration looks for the token; Grafbase takes headers for the subgraphs from `headers`.
  const connectionParams = authorization === undefined ? {} : { authorization, headers: { authorization } };
  function connect() {
    return createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0, connectionParams });
  }
  let client = connect();

  async function listenOnce(): Promise<void> {
    const after = pops.at(-1)?.position ?? '';
    for await (const { data, errors } of client.iterate({ query: listen, variables: { agentId, after } })) {
      if (errors) throw errors[0];
      const { screenPop } = data as Json;
      if (screenPop.position > (pops.at(-1)?.position ?? '')) pops.push(screenPop);
      else repeated += 1;
    }
  }

  async function keepListening(): Promise<void> {
    while (!closing.signal.aborted) {
      const end = await listenOnce().then(() => 'complete', describe);
      if (closing.signal.aborted) return;
      if (end !== ends.at(-1)) ends.push(end);
      await client.dispose();
      client = connect();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  const listening = keepListening();

  return {
    pops,
    ends,
    get repeated() {
      return repeated;
    },
    shown: (count) =>
      until(() => pops.length >= count, 20_000).catch(() => {
        throw new Error(`${pops.length} of ${count} pops were shown; its subscriptions ended with ${ends.join(' | ')}`);
      }),
    async close() {
      closing.abort();
      await client.dispose();
      await listening;
    },
  };
}

function describe(error: unknown): string {
  const { code, reason, message, extensions } = error as Json;
  return JSON.stringify({ code, reason, message, extensions });
}
