// The environment as one schema: every variable, its default and its rule.
import { z } from 'zod';
import { readJwksUrl, readTokenKeys } from './authentication/token-settings.ts';
import { readEventStoreUrl } from './event-store/event-store-url.ts';
import { logLevels } from './observability/log.ts';
import { samplers } from './observability/tracing-settings.ts';
import { readPersistedOperations } from './persisted-operations-file.ts';
import { readRedisUrl } from './redis/redis-settings.ts';

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

/** Tokens by origin, `https://scores.example=token`, with commas between: a token has none. */
function readModelTokens(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(',').map((entry) => {
      const [, origin = '', token = ''] = /^([^=]+)=([A-Za-z0-9._~+/-]+=*)$/.exec(entry.trim()) ?? [];
      if (!origins.safeParse(origin).success) throw new Error('must be origin=token, with commas between');
      return [origin, token];
    }),
  );
}

const webAddress = z
  .string()
  .refine((text) => /^https?:/.test(text) && URL.canParse(text), 'must be an http or https URL');

function wholeNumber(unit: string, least: number, most: number) {
  const rule = `must be ${least} to ${most} ${unit}`;
  return z.coerce.number(rule).int(rule).min(least, rule).max(most, rule);
}

export const environment = z.strictObject({
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
  /** Services that models may ask for propensities: their origins. Nobody else is asked. */
  KAIROS_MODEL_ORIGINS: origins.optional(),
  /** What they are sent as bearer tokens, by origin. */
  KAIROS_MODEL_TOKENS: readBy(readModelTokens).optional(),
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
  /** `json`: a line for programs of each thing that has happened, instead of text for people. */
  KAIROS_LOG: z.enum(['text', 'json'], 'must be text or json').default('text'),
  KAIROS_LOG_LEVEL: z.enum(logLevels, `must be one of ${logLevels.join(', ')}`).default('info'),
  /** `off`: nothing is counted; no `/metrics`, no `/status`, and no figures of objectives. */
  KAIROS_METRICS: onOff.default(true),
  /** A word for programs that ask for the metrics: with it, they are for nobody else but who has the role operate. */
  KAIROS_METRICS_TOKEN: z
    .string()
    .regex(/^[A-Za-z0-9._~+/=-]{16,200}$/, 'must be 16 to 200 of the characters of a bearer token')
    .optional(),
  /** Seconds between two probes: a decision for nobody, asked for as a gateway would. Absent: none. */
  KAIROS_PROBE: wholeNumber('seconds', 1, 3600).optional(),
  /** Where probes are sent, the address of the balancer; absent: to this process. */
  KAIROS_PROBE_URL: webAddress.optional(),
  /** The placement they ask for; absent: the first by its id. */
  KAIROS_PROBE_PLACEMENT: z.string().min(1).max(100).optional(),
  /** A file with a token of the role decide, read for each probe. */
  KAIROS_PROBE_TOKEN: z.string().min(1).optional(),
  /** Seconds between two customers whose caps are counted again from the log; 0: none is. */
  KAIROS_CAP_RECOUNT: wholeNumber('seconds', 0, 86_400).default(10),
  /** `off`: whatever is asked is begun, however much is under way. */
  KAIROS_SHEDDING: onOff.default(true),
  /** Decisions and mutations under way at a time at most; while they queue in the process it takes fewer, but never fewer than 64. */
  KAIROS_MOST_UNDER_WAY: wholeNumber('operations', 64, 1_000_000).default(2000),
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
  /** Where traces are sent by OTLP over HTTP: the address of a collector, or the whole address for traces. Without either none is kept. */
  OTEL_EXPORTER_OTLP_ENDPOINT: webAddress.optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: webAddress.optional(),
  OTEL_SDK_DISABLED: z.string().optional(),
  OTEL_TRACES_SAMPLER: z.enum(samplers, `must be one of ${samplers.join(', ')}`).default('parentbased_traceidratio'),
  /** The share of traces that is kept, of those that begin here. */
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number('must be 0 to 1')
    .min(0, 'must be 0 to 1')
    .max(1, 'must be 0 to 1')
    .default(0.01),
});
