// What a process is to be, read from its environment.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { algorithmsFor, type TokenKeys, type TokenSettings } from './authentication/token-settings.ts';
import type { Vocabulary } from './decisioning/vocabulary.ts';
import { environment } from './environment.ts';
import type { EventStoreUrl } from './event-store/event-store-url.ts';
import { isLoopback } from './loopback.ts';
import type { LogSettings } from './observability/log.ts';
import type { TracingSettings } from './observability/tracing-settings.ts';
import type { RedisSettings } from './redis/redis-settings.ts';

const demoVocabulary = fileURLToPath(new URL('../demo/vocabulary.json', import.meta.url));

export type Role = z.output<typeof environment>['KAIROS_ROLE'];

export interface ProbeConfig {
  readonly everySeconds: number;
  /** Absent: this process. */
  readonly url?: string;
  /** Absent: the first by its id. */
  readonly placement?: string;
  readonly tokenFile?: string;
}

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
  /** Who may be asked for propensities, and with which bearer tokens, by origin; absent: nobody. */
  readonly modelServices?: { readonly origins: readonly string[]; readonly tokens: ReadonlyMap<string, string> };
  /** Absent: on. */
  readonly introspection?: boolean;
  /** Queries by their SHA-256, the only ones that are run; absent: any. */
  readonly persistedOperations?: ReadonlyMap<string, string>;
  /** Mutations a second of one caller; absent: as many as it likes. */
  readonly mutationRate?: number;
  readonly connectionsPerAddress?: number;
  /** False: nothing is counted, and there are no pages of it; absent: true. */
  readonly metrics?: boolean;
  /** What whoever asks for the metrics may send instead of a token with a role; absent: nothing. */
  readonly metricsToken?: string;
  /** Absent: nothing is probed. */
  readonly probe?: ProbeConfig;
  /** Milliseconds between two customers whose caps are counted again from the log; absent: none is. */
  readonly capRecountMs?: number;
  /** Operations under way at most; absent: any number. */
  readonly mostUnderWay?: number;
  readonly expirySweep: number;
  readonly role: Role;
  /** Absent: text, from info on. */
  readonly log?: LogSettings;
  /** Absent: no trace is kept. */
  readonly tracing?: TracingSettings;
  /** Absent: access is open. */
  readonly tokens?: TokenSettings;
  readonly authDirectives?: boolean;
  readonly subscriptionsPerAgent?: number;
  /** In seconds. */
  readonly subscriptionLife?: number;
  /** Absent: the log is a file in the folder. */
  readonly eventStore?: { readonly url: EventStoreUrl; readonly timeoutMs: number };
  /** Absent: everything is in the memory of this process. */
  readonly redis?: {
    readonly settings: RedisSettings;
    readonly prefix: string;
    /** Milliseconds until a command fails; absent: as `RedisConnectionOptions`. No variable sets it: it is part of how soon a fallback is there. */
    readonly commandTimeout?: number;
  };
  /** Milliseconds of what service levels take for a minute; absent: a minute. For tests, which cannot wait for an hour. */
  readonly minuteMs?: number;
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

/** The variables whose names are not Kairos' own; those of OpenTelemetry that only its exporter reads are its own affair. */
const foreign = new Set([
  'REDIS_URL',
  'EVENTSTORE_URL',
  'OTEL_SDK_DISABLED',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
  'OTEL_TRACES_SAMPLER',
  'OTEL_TRACES_SAMPLER_ARG',
]);

/**
 * Reads the configuration from environment variables.
 * @throws Error with one line per variable at fault, naming it and its rule; a variable KAIROS_… that does not exist is one.
 */
export function readConfig(variables: Record<string, string | undefined>): Config {
  // An empty variable is one that is not set.
  const own = Object.fromEntries(
    Object.entries(variables).filter(
      ([name, value]) => (name.startsWith('KAIROS_') || foreign.has(name)) && value !== '',
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
  const tracing = tracingOf(data);
  if (!tokens && !isLoopback(data.KAIROS_HOST)) {
    throw refused(
      `  KAIROS_HOST: must be a loopback address while access is open: ${data.KAIROS_HOST} needs ${tokenVariables}`,
    );
  }
  if (tokens && data.KAIROS_DEMO) {
    throw refused('  KAIROS_DEMO: the demo is loaded while access is open; start without tokens once, then with them');
  }
  const modelServices = modelServicesOf(data);
  const probe = probeOf(data, tokens !== undefined);
  return {
    host: data.KAIROS_HOST,
    port: data.KAIROS_PORT,
    data: data.KAIROS_DATA,
    demo: data.KAIROS_DEMO ?? isDemoExpected(data),
    clock: data.KAIROS_CLOCK,
    vocabulary: readVocabulary(data.KAIROS_VOCABULARY ?? demoVocabulary),
    playground: data.KAIROS_PLAYGROUND ?? !tokens,
    ...(data.KAIROS_CALLBACK_ORIGINS && { callbackOrigins: data.KAIROS_CALLBACK_ORIGINS }),
    ...(modelServices && { modelServices }),
    introspection: data.KAIROS_INTROSPECTION,
    connectionsPerAddress: data.KAIROS_CONNECTIONS_PER_ADDRESS,
    ...(data.KAIROS_PERSISTED_OPERATIONS && { persistedOperations: data.KAIROS_PERSISTED_OPERATIONS }),
    ...(data.KAIROS_MUTATION_RATE && { mutationRate: data.KAIROS_MUTATION_RATE }),
    ...(data.KAIROS_CAP_RECOUNT > 0 && { capRecountMs: data.KAIROS_CAP_RECOUNT * 1000 }),
    ...(data.KAIROS_SHEDDING && { mostUnderWay: data.KAIROS_MOST_UNDER_WAY }),
    expirySweep: data.KAIROS_EXPIRY_SWEEP,
    role: data.KAIROS_ROLE,
    authDirectives: data.KAIROS_AUTH_DIRECTIVES,
    subscriptionsPerAgent: data.KAIROS_SUBSCRIPTIONS_PER_AGENT,
    subscriptionLife: data.KAIROS_SUBSCRIPTION_LIFE,
    metrics: data.KAIROS_METRICS,
    ...(probe && { probe }),
    ...(data.KAIROS_METRICS_TOKEN && { metricsToken: data.KAIROS_METRICS_TOKEN }),
    log: { format: data.KAIROS_LOG, level: data.KAIROS_LOG_LEVEL },
    ...(tracing && { tracing }),
    ...(tokens && { tokens }),
    ...(data.EVENTSTORE_URL && {
      eventStore: { url: data.EVENTSTORE_URL, timeoutMs: data.KAIROS_EVENTSTORE_TIMEOUT },
    }),
    ...(data.REDIS_URL && { redis: { settings: data.REDIS_URL, prefix: data.KAIROS_REDIS_PREFIX } }),
  };
}

function probeOf(data: z.output<typeof environment>, areTokensAsked: boolean): ProbeConfig | undefined {
  const { KAIROS_PROBE: everySeconds, KAIROS_PROBE_URL: url, KAIROS_PROBE_TOKEN: tokenFile } = data;
  const { KAIROS_PROBE_PLACEMENT: placement } = data;
  if (everySeconds === undefined) {
    if (url ?? tokenFile ?? placement) throw refused('  KAIROS_PROBE: probes need their seconds');
    return undefined;
  }
  if (data.KAIROS_ROLE === 'projector' && url === undefined) {
    throw refused('  KAIROS_PROBE: a projector makes no decisions; it can probe those who do at KAIROS_PROBE_URL');
  }
  if (areTokensAsked && tokenFile === undefined) {
    throw refused('  KAIROS_PROBE: needs KAIROS_PROBE_TOKEN, a file with a token of the role decide');
  }
  return { everySeconds, ...(url && { url }), ...(placement && { placement }), ...(tokenFile && { tokenFile }) };
}

function isDemoExpected(data: z.output<typeof environment>): boolean {
  const isOwn = data.KAIROS_VOCABULARY !== undefined || data.EVENTSTORE_URL !== undefined;
  return !isOwn && data.KAIROS_ROLE !== 'projector' && keysOf(data) === undefined;
}

function modelServicesOf(data: z.output<typeof environment>): Config['modelServices'] {
  const { KAIROS_MODEL_ORIGINS: origins = [], KAIROS_MODEL_TOKENS: tokens = new Map() } = data;
  const stray = [...tokens.keys()].find((origin) => !origins.includes(origin));
  if (stray)
    throw refused(`  KAIROS_MODEL_TOKENS: ${stray} is not of KAIROS_MODEL_ORIGINS, so nobody sends it anything`);
  return origins.length > 0 ? { origins, tokens } : undefined;
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

/** Traces are kept where somebody takes them. */
function tracingOf(data: z.output<typeof environment>): TracingSettings | undefined {
  const isTaken = data.OTEL_EXPORTER_OTLP_ENDPOINT ?? data.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  if (!isTaken || data.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return undefined;
  return { sampler: data.OTEL_TRACES_SAMPLER, ratio: data.OTEL_TRACES_SAMPLER_ARG };
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
