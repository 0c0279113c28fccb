// A whole Kairos for a test: its own folder, its own port, its own time, asked over HTTP as anybody would.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { type App, startApp } from '../src/app.ts';
import type { Config } from '../src/config.ts';
import { type OpenLog, openLog } from '../src/open-log.ts';
import { readRedisUrl } from '../src/redis/redis-settings.ts';
import { heldConstant } from './event-store/held-constant.ts';
import { startRedis } from './redis/redis-server.ts';
import { refuseSecrets } from './secrets-in-output.ts';

/** What a query answers: it has the shape of the query, which no type here knows. */
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Json = any;

export interface Answer {
  readonly data: Record<string, unknown> | null;
  readonly errors?: readonly { readonly message: string; readonly extensions: Record<string, unknown> }[];
}

export interface RunningKairos {
  readonly app: App;
  readonly url: string;
  /** The time of the requests that follow. */
  at: string;
  /** Asks, and hands out the answer whole. */
  ask(query: string, variables?: object, headers?: Record<string, string>): Promise<Answer>;
  /** Asks what must succeed, and hands out its data. */
  data(query: string, variables?: object, headers?: Record<string, string>): Promise<Json>;
  /** How many events are in the log. */
  events(): Promise<number>;
  /** Stops it and starts it again over the same log. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export const testVocabulary = {
  currency: 'USD',
  purposes: { marketing: 'To be offered things.', service: 'To be served.' },
  profile: {
    age: { type: 'int', description: 'Years.' },
    tier: { type: 'string', description: 'Loyalty tier.' },
  },
  context: {
    page: { type: 'string', description: 'Where the customer is.' },
    reason: { type: 'string', description: 'Why the customer calls.' },
  },
} as const;

/** Set by the project of vitest that runs the same tests with Redis. */
const withRedis = process.env.KAIROS_TEST_REDIS === 'on';

/**
 * @param failures collects what Kairos reports as unforeseen; a test that expects none checks that it is empty.
 * @param own what is not as usual
 * @param open as `openLog` of `startApp`
 */
export async function startKairos(
  failures: unknown[] = [],
  own: Partial<Config> = {},
  open: OpenLog = openLog,
): Promise<RunningKairos> {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-'));
  // What is between the log and the answers: this process, or a Redis of its own.
  const redis = withRedis && !own.redis ? await startRedis() : undefined;
  const config = {
    host: '127.0.0.1',
    port: 0,
    data: folder,
    demo: false,
    clock: 'request',
    vocabulary: testVocabulary,
    playground: true,
    // Tests that are about expiry call for it.
    expirySweep: 3_600_000,
    role: 'all',
    // Whoever tests beside may have the processor for longer than a decision would wait.
    ...(redis && { redis: { settings: readRedisUrl(redis.url), prefix: 'kairos', commandTimeout: 5000 } }),
    ...own,
  } satisfies Config;
  const openHeld: OpenLog = async (...terms) => {
    const log = await open(...terms);
    return { ...log, store: heldConstant(log.store) };
  };
  const start = () => startApp(config, (error) => failures.push(error), openHeld);
  let app = await start();

  const running: RunningKairos = {
    get app() {
      return app;
    },
    get url() {
      return app.url;
    },
    at: '2026-11-21T12:00:00.000Z',
    async ask(query, variables = {}, headers = {}) {
      const response = await fetch(app.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-kairos-at': running.at, 'x-kairos-actor': 'ann', ...headers },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as Answer;
    },
    async data(query, variables, headers) {
      const answer = await running.ask(query, variables, headers);
      if (answer.errors) throw new Error(`${query}: ${JSON.stringify(answer.errors)}`);
      return answer.data;
    },
    async events() {
      let count = 0;
      for await (const _ of app.kairos.store.readAll()) count++;
      return count;
    },
    async restart() {
      await app.stop();
      app = await start();
    },
    async stop() {
      await app.stop();
      await redis?.stop();
      // What it reported is what its process would have logged.
      refuseSecrets(failures.map((failure) => inspect(failure)).join('\n'));
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return running;
}

/** Seconds after an instant, as an instant. */
export function later(at: string, seconds: number): string {
  return new Date(Date.parse(at) + seconds * 1000).toISOString();
}

/** The schema as text, for tests that read it. */
export const schemaText = readFileSync(join(import.meta.dirname, '..', 'schema.graphql'), 'utf8');
