// The environment as one schema: every variable, its default and its rule.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import {
  algorithmsFor,
  readJwksUrl,
  readTokenKeys,
  type TokenKeys,
  type TokenSettings,
} from './authentication/token-settings.ts';
import type { Vocabulary } from './decisioning/vocabulary.ts';
import { type EventStoreUrl, readEventStoreUrl } from './event-store/event-store-url.ts';
import { isLoopback } from './loopback.ts';
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

/** Origins with commas between; each as a browser would write it, so that no two spellings are of one. */
const origins = z
  .string()
  .transform((text) => text.split(',').map((origin) => origin.trim()))
  .refine(
    (all) =>
      all.every((origin) => /^https?:/.test(origin) && URL.canParse(origin) && new URL(origin).origin === origin),
    'must be origins with commas between, as https://router.example:4000: no path, no slash at the end',
  );

function wholeNumber(unit: string, least: number, most: number) {
  const rule = `must be ${least} to ${most} ${unit}`;
  return z.coerce.number(rule).int(rule).min(least, rule).max(most, rule);
}

const environment = z.strictObject({
  /** The address to listen at; loopback only while access is open. */
  KAIROS_HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:-]{1,253}$/, 'must be an address or a name')
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
  /** GraphiQL; on, unless callers have to prove who they are. */
  KAIROS_PLAYGROUND: onOff.optional(),
  /** Routers that may have subscriptions brought to them by HTTP callback: their origins. Nobody else is called. */
  KAIROS_CALLBACK_ORIGINS: origins.optional(),
  /** Where the issuer of tokens publishes its keys. */
  KAIROS_JWKS_URL: readBy(readJwksUrl).optional(),
  /** A file with the key of the issuer instead: PEM, JWK or JWK set. */
  KAIROS_JWT_KEY: readBy(readTokenKeys).optional(),
  KAIROS_JWT_ISSUER: z.string().min(1).optional(),
  KAIROS_JWT_AUDIENCE: z.string().min(1).optional(),
  /** With commas between. */
  KAIROS_JWT_ALGORITHMS: z
    .string()
    .transform((list) => list.split(',').map((name) => name.trim()))
    .optional(),
  /** Seconds by which the clocks of the issuer and of this machine may differ. */
  KAIROS_JWT_CLOCK_SKEW: wholeNumber('seconds', 0, 300).default(30),
  KAIROS_JWT_ROLES_CLAIM: z.string().min(1).default('roles'),
  /** `on`: the SDL for gateways has `@authenticated` and `@requiresScopes`; not all gateways start with them. */
  KAIROS_AUTH_DIRECTIVES: onOff.default(false),
  /** Subscriptions of one agent at a time, in one process. */
  KAIROS_SUBSCRIPTIONS_PER_AGENT: wholeNumber('subscriptions', 1, 10_000).default(20),
  /** Seconds after which a subscription has to be begun anew. */
  KAIROS_SUBSCRIPTION_LIFE: wholeNumber('seconds', 1, 604_800).default(86_400),
  /** Whether the schema is told to whoever may ask for anything at all, by introspection or as SDL. */
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
  KAIROS_CONNECTIONS_PER_ADDRESS: wholeNumber('connections', 1, 1_000_000).default(5000),
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
  /** Absent: none. */
  readonly callbackOrigins?: readonly string[];
  /** Absent: on. */
  readonly introspection?: boolean;
  /** Queries by their SHA-256, the only ones that are run; absent: any. */
  readonly persistedOperations?: ReadonlyMap<string, string>;
  /** Mutations a second of one caller; absent: as many as it likes. */
  readonly mutationRate?: number;
  readonly connectionsPerAddress?: number;
  readonly expirySweep: number;
  readonly role: Role;
  /** Absent: access is open. */
  readonly tokens?: TokenSettings;
  readonly authDirectives?: boolean;
  readonly subscriptionsPerAgent?: number;
  /** In seconds. */
  readonly subscriptionLife?: number;
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
  const tokens = tokensOf(data);
  if (!tokens && !isLoopback(data.KAIROS_HOST)) {
    throw refused(
      `  KAIROS_HOST: must be a loopback address while access is open: ${data.KAIROS_HOST} needs ${tokenVariables}`,
    );
  }
  if (tokens && data.KAIROS_DEMO) {
    throw refused('  KAIROS_DEMO: the demo is loaded while access is open; start without tokens once, then with them');
  }
  return {
    host: data.KAIROS_HOST,
    port: data.KAIROS_PORT,
    data: data.KAIROS_DATA,
    demo: data.KAIROS_DEMO ?? isDemoExpected(data),
    clock: data.KAIROS_CLOCK,
    vocabulary: readVocabulary(data.KAIROS_VOCABULARY ?? demoVocabulary),
    playground: data.KAIROS_PLAYGROUND ?? !tokens,
    ...(data.KAIROS_CALLBACK_ORIGINS && { callbackOrigins: data.KAIROS_CALLBACK_ORIGINS }),
    introspection: data.KAIROS_INTROSPECTION,
    connectionsPerAddress: data.KAIROS_CONNECTIONS_PER_ADDRESS,
    ...(data.KAIROS_PERSISTED_OPERATIONS && { persistedOperations: data.KAIROS_PERSISTED_OPERATIONS }),
    ...(data.KAIROS_MUTATION_RATE && { mutationRate: data.KAIROS_MUTATION_RATE }),
    expirySweep: data.KAIROS_EXPIRY_SWEEP,
    role: data.KAIROS_ROLE,
    authDirectives: data.KAIROS_AUTH_DIRECTIVES,
    subscriptionsPerAgent: data.KAIROS_SUBSCRIPTIONS_PER_AGENT,
    subscriptionLife: data.KAIROS_SUBSCRIPTION_LIFE,
    ...(tokens && { tokens }),
    ...(data.EVENTSTORE_URL && {
      eventStore: { url: data.EVENTSTORE_URL, timeoutMs: data.KAIROS_EVENTSTORE_TIMEOUT },
    }),
    ...(data.REDIS_URL && { redis: { settings: data.REDIS_URL, prefix: data.KAIROS_REDIS_PREFIX } }),
  };
}

function isDemoExpected(data: z.output<typeof environment>): boolean {
  const isOwn = data.KAIROS_VOCABULARY !== undefined || data.EVENTSTORE_URL !== undefined;
  return !isOwn && data.KAIROS_ROLE !== 'projector' && keysOf(data) === undefined;
}

const tokenVariables = 'KAIROS_JWKS_URL or KAIROS_JWT_KEY, with KAIROS_JWT_ISSUER and KAIROS_JWT_AUDIENCE';

function keysOf({ KAIROS_JWKS_URL: url, KAIROS_JWT_KEY: key }: z.output<typeof environment>): TokenKeys | undefined {
  return url ? { kind: 'URL', url } : key;
}

/** What proves who calls; undefined where nobody has to prove it. Half of a configuration is none that anybody meant. */
function tokensOf(data: z.output<typeof environment>): TokenSettings | undefined {
  const { KAIROS_JWT_ISSUER: issuer, KAIROS_JWT_AUDIENCE: audience, KAIROS_JWT_ALGORITHMS: asked } = data;
  const keys = keysOf(data);
  if (!keys && !issuer && !audience && !asked) return undefined;
  if (!keys || !issuer || !audience) throw refused(`  KAIROS_JWT_…: tokens are checked with ${tokenVariables}`);
  if (data.KAIROS_JWKS_URL && data.KAIROS_JWT_KEY) throw refused('  KAIROS_JWT_KEY: not together with KAIROS_JWKS_URL');
  try {
    return {
      keys,
      issuer,
      audience,
      clockSkew: data.KAIROS_JWT_CLOCK_SKEW,
      algorithms: algorithmsFor(keys, asked),
      rolesClaim: data.KAIROS_JWT_ROLES_CLAIM,
    };
  } catch (error) {
    throw refused(`  KAIROS_JWT_ALGORITHMS: ${(error as Error).message}`);
  }
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
