// A production in small: two processes that answer and two that project, really started, over one log and one Redis.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventStore } from '../../src/event-store/event-store.ts';
import { openEventStore } from '../../src/event-store/open-event-store.ts';
import { createSqliteEventStore } from '../../src/event-store/sqlite-event-store.ts';
import { upcasting } from '../../src/event-store/upcasters.ts';
import { logFileIn } from '../../src/open-log.ts';
import { type Answer, type Json, testVocabulary } from '../running-kairos.ts';
import { type StartedProcess, startProcess } from '../started-process.ts';

export interface Fleet {
  readonly store: EventStore;
  /** What it was given is there under the names that they were given. */
  readonly processes: ReadonlyMap<string, StartedProcess>;
  /** A role and a number, as `api-0`. */
  start(name: string): Promise<void>;
  /** `SIGKILL` ends it in the middle of whatever it does. */
  end(name: string, signal: NodeJS.Signals): Promise<void>;
  /** Asks one that answers. Undefined when it is not there, or went away before it answered. */
  ask(name: string, query: string, variables: object): Promise<Answer | undefined>;
  /** As `RunningKairos.data`, of the last that answers. */
  data(query: string, variables?: object, headers?: Record<string, string>): Promise<Json>;
  stop(): Promise<void>;
}

/** No answer may take longer, whatever is broken. */
export const longestAnswerMs = 8000;

export interface FleetOptions {
  /** Where the Redis of a process is; undefined: it has none. */
  readonly urlOf: (name: string) => string | undefined;
  /** Where the log is; absent: in a file that all share. */
  readonly eventStore?: string;
  /** Those that are started; two of each role when absent. */
  readonly names?: readonly string[];
  /** An empty one, for all; one of its own when absent. */
  readonly folder?: string;
  /** Variables of a process that are not as usual. */
  readonly environmentOf?: (name: string) => Readonly<Record<string, string>>;
}

export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const { urlOf, eventStore, names = ['projector-0', 'projector-1', 'api-0', 'api-1'] } = options;
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'kairos-replicas-'));
  const answering = names.findLast((name) => !name.startsWith('projector-')) ?? '';
  const vocabulary = join(folder, 'vocabulary.json');
  writeFileSync(vocabulary, JSON.stringify(testVocabulary));
  const processes = new Map<string, StartedProcess>();

  async function ask(name: string, query: string, variables: object, headers = {}): Promise<Answer | undefined> {
    const url = processes.get(name)?.url;
    if (url === undefined) return undefined;
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-kairos-actor': 'ann', ...headers },
        body: JSON.stringify({ query, variables }),
        signal: AbortSignal.timeout(longestAnswerMs),
      });
      return (await response.json()) as Answer;
    } catch (error) {
      // `fetch` says so of every connection that was lost.
      if (error instanceof TypeError) return undefined;
      throw error;
    }
  }

  const fleet: Omit<Fleet, 'store'> = {
    processes,
    async start(name) {
      const redis = urlOf(name);
      const started = await startProcess({
        KAIROS_DATA: folder,
        KAIROS_DEMO: 'off',
        KAIROS_VOCABULARY: vocabulary,
        KAIROS_ROLE: name.slice(0, name.indexOf('-')),
        ...(redis !== undefined && { REDIS_URL: redis }),
        ...(eventStore !== undefined && { EVENTSTORE_URL: eventStore }),
        ...options.environmentOf?.(name),
      });
      processes.set(name, started);
    },
    async end(name, signal) {
      const process = processes.get(name);
      processes.delete(name);
      await process?.end(signal);
    },
    ask,
    async data(query, variables = {}, headers = {}) {
      const answer = await ask(answering, query, variables, headers);
      if (!answer || answer.errors) throw new Error(`${query}: ${JSON.stringify(answer)}`);
      return answer.data;
    },
    async stop() {
      await Promise.all([...processes.keys()].map((name) => fleet.end(name, 'SIGTERM')));
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await Promise.all(names.map(fleet.start));
  const store = upcasting(
    eventStore === undefined
      ? createSqliteEventStore({ path: logFileIn(folder), pollEvery: 20 })
      : await openEventStore(eventStore),
  );
  return { ...fleet, store };
}
