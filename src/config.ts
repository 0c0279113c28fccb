// The environment as one schema: every variable, its default and its rule.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Vocabulary } from './decisioning/vocabulary.ts';
import { type EventStoreUrl, readEventStoreUrl } from './event-store/event-store-url.ts';
import { readPersistedOperations } from './persisted-operations-file.ts';
import { type RedisSettings, readRedisUrl } from './redis/redis-settings.ts';

const demoVocabulary = fileURLToPath(new URL('../demo/vocabulary.json', import.meta.url));

const onOff = z.enum(['on', 'off'], 'must be on or off').transform((value) => value === 'on');

/** A text that a reader of its own makes sense of, or says what is wrong with it. */
function readBy<Settings>(read: (text: string) => Settings) {
  return z.string().transform((text, context): Settings => {
    try {
      return read(text);
    } catch (error) {
      context.addIssue((error as Error).message);
      return z.NEVER;
    }
  });
}

const environment = z.strictObject({
  /** Loopback only, until there is authentication. */
  KAIROS_HOST: z
    .enum(['127.0.0.1', '::1', 'localhost'], 'must be a loopback address: Kairos has no authentication yet')
    .default('127.0.0.1'),
  KAIROS_PORT: z.coerce
    .number('must be a port')
    .int()
    .min(0, 'must be a port')
    .max(65_535, 'must be a port')
    .default(4000),
  /** The folder of the event log, if it is not at a server, and of what this process keeps for itself. */
  KAIROS_DATA: z.string().min(1).default('data'),
  /** The event log at a server, EventStoreDB or KurrentDB, instead of a file in the folder. */
  EVENTSTORE_URL: readBy(readEventStoreUrl).optional(),
  /** Milliseconds until a call of the event store at a server fails. */
  KAIROS_EVENTSTORE_TIMEOUT: z.coerce
    .number('must be milliseconds')
    .int()
    .min(100, 'must be at least 100 milliseconds')
    .max(60_000, 'must be at most a minute')
    .default(3000),
  /** `on`: nobody else answers from the log at this server, so its caps may be in the memory of this process. */
  KAIROS_ALONE: onOff.default(false),
  /**
   * Loads the demo catalogue and customers into an empty log; on, unless there is a vocabulary of one's own or a log at a server; never
   * by a projector.
   */
  KAIROS_DEMO: onOff.optional(),
  /** `request`: the header x-kairos-at of a request is its time, for replays and simulations. */
  KAIROS_CLOCK: z.enum(['system', 'request'], 'must be system or request').default('system'),
  /** The words that conditions may use, a JSON file. */
  KAIROS_VOCABULARY: z.string().min(1).optional(),
  KAIROS_PLAYGROUND: onOff.default(true),
  /** Whether the schema is told to whoever asks, by introspection or as SDL. */
  KAIROS_INTROSPECTION: onOff.default(true),
  /** A JSON file of queries by the SHA-256 of each: no others are run. */
  KAIROS_PERSISTED_OPERATIONS: readBy(readPersistedOperations).optional(),
  /** Mutations a second that one caller may send; at once as many as in ten seconds. */
  KAIROS_MUTATION_RATE: z.coerce
    .number('must be mutations a second')
    .min(0.1, 'must be at least 0.1 a second')
    .max(1_000_000, 'must be at most 1,000,000 a second')
    .optional(),
  /** Connections of one address at a time. */
  KAIROS_CONNECTIONS_PER_ADDRESS: z.coerce
    .number('must be a number of connections')
    .int()
    .min(1, 'must be at least 1')
    .max(1_000_000, 'must be at most 1,000,000')
    .default(5000),
  /** Milliseconds between two looks for offers that nobody presented in time. */
  KAIROS_EXPIRY_SWEEP: z.coerce
    .number('must be milliseconds')
    .int()
    .min(10, 'must be at least 10 milliseconds')
    .max(86_400_000, 'must be at most a day')
    .default(1000),
  /** `api` answers, `projector` brings the log to Redis, `all` does both; without Redis there is only `all`. */
  KAIROS_ROLE: z.enum(['all', 'api', 'projector'], 'must be all, api or projector').default('all'),
  /** Where the read models, the caps and the screen pops are; in the memory of this process when it is not set. */
  REDIS_URL: readBy(readRedisUrl).optional(),
  /** What all keys in Redis begin with: installations that share a server have different ones. */
  KAIROS_REDIS_PREFIX: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, hyphens or underscores')
    .default('kairos'),
});

export type Role = z.output<typeof environment>['KAIROS_ROLE'];

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly data: string;
  readonly demo: boolean;
  readonly clock: 'system' | 'request';
  readonly vocabulary: Vocabulary;
  readonly playground: boolean;
  /** Absent: on. */
  readonly introspection?: boolean;
  /** Queries by their SHA-256, the only ones that are run; absent: any. */
  readonly persistedOperations?: ReadonlyMap<string, string>;
  /** Mutations a second of one caller; absent: as many as it likes. */
  readonly mutationRate?: number;
  readonly connectionsPerAddress?: number;
  readonly expirySweep: number;
  readonly role: Role;
  /** Absent: the log is a file in the folder. */
  readonly eventStore?: { readonly url: EventStoreUrl; readonly timeoutMs: number };
  /** Absent: everything is in the memory of this process. */
  readonly redis?: { readonly settings: RedisSettings; readonly prefix: string };
}

const declarations = z.record(
  z.string().regex(/^[a-zA-Z][A-Za-z0-9_]{0,63}$/, 'must be a name'),
  z.strictObject({ type: z.enum(['string', 'int', 'double', 'bool', 'list<string>']), description: z.string() }),
);
const vocabulary = z.strictObject({
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code'),
  purposes: z.record(z.string(), z.string()),
  profile: declarations,
  context: declarations,
});

/** The variables whose names are not Kairos' own. */
const servers = new Set(['REDIS_URL', 'EVENTSTORE_URL']);

/**
 * Reads the configuration from environment variables.
 * @throws Error with one line per variable at fault, naming it and its rule; a variable KAIROS_… that does not exist is one.
 */
export function readConfig(variables: Record<string, string | undefined>): Config {
  // An empty variable is one that is not set.
  const own = Object.fromEntries(
    Object.entries(variables).filter(
      ([name, value]) => (name.startsWith('KAIROS_') || servers.has(name)) && value !== '',
    ),
  );
  const parsed = environment.safeParse(own);
  if (!parsed.success) throw refused(lines(parsed.error));
  const { data } = parsed;
  if (data.KAIROS_ROLE !== 'all' && data.REDIS_URL === undefined) {
    throw refused(
      `  KAIROS_ROLE: ${data.KAIROS_ROLE} needs REDIS_URL, by which it and the other processes work together`,
    );
  }
  if (data.EVENTSTORE_URL && data.REDIS_URL === undefined && !data.KAIROS_ALONE) {
    throw refused(
      '  EVENTSTORE_URL: needs REDIS_URL, where those who share a log share its caps; for one process alone, say KAIROS_ALONE=on',
    );
  }
  return {
    host: data.KAIROS_HOST,
    port: data.KAIROS_PORT,
    data: data.KAIROS_DATA,
    demo: data.KAIROS_DEMO ?? isDemoExpected(data),
    clock: data.KAIROS_CLOCK,
    vocabulary: readVocabulary(data.KAIROS_VOCABULARY ?? demoVocabulary),
    playground: data.KAIROS_PLAYGROUND,
    introspection: data.KAIROS_INTROSPECTION,
    connectionsPerAddress: data.KAIROS_CONNECTIONS_PER_ADDRESS,
    ...(data.KAIROS_PERSISTED_OPERATIONS && { persistedOperations: data.KAIROS_PERSISTED_OPERATIONS }),
    ...(data.KAIROS_MUTATION_RATE && { mutationRate: data.KAIROS_MUTATION_RATE }),
    expirySweep: data.KAIROS_EXPIRY_SWEEP,
    role: data.KAIROS_ROLE,
    ...(data.EVENTSTORE_URL && {
      eventStore: { url: data.EVENTSTORE_URL, timeoutMs: data.KAIROS_EVENTSTORE_TIMEOUT },
    }),
    ...(data.REDIS_URL && { redis: { settings: data.REDIS_URL, prefix: data.KAIROS_REDIS_PREFIX } }),
  };
}

function isDemoExpected(data: z.output<typeof environment>): boolean {
  return data.KAIROS_VOCABULARY === undefined && data.EVENTSTORE_URL === undefined && data.KAIROS_ROLE !== 'projector';
}

function refused(why: string): Error {
  return new Error(`Kairos cannot start with this configuration:\n${why}`);
}

function readVocabulary(path: string): Vocabulary {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`KAIROS_VOCABULARY: ${path} cannot be read as JSON: ${(error as Error).message}`);
  }
  const parsed = vocabulary.safeParse(content);
  if (!parsed.success) throw new Error(`KAIROS_VOCABULARY: ${path} is not a vocabulary:\n${lines(parsed.error)}`);
  return parsed.data;
}

function lines(error: z.ZodError): string {
  return error.issues
    .map((issue) => {
      const keys = issue.code === 'unrecognized_keys' ? issue.keys.join(', ') : '';
      return keys ? `  ${keys}: there is no such variable` : `  ${issue.path.join('.')}: ${issue.message}`;
    })
    .join('\n');
}
