// The environment as one schema: every variable, its default and its rule.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { Vocabulary } from './decisioning/vocabulary.ts';

const demoVocabulary = fileURLToPath(new URL('../demo/vocabulary.json', import.meta.url));

const onOff = z.enum(['on', 'off'], 'must be on or off').transform((value) => value === 'on');

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
  /** The folder of the event log. */
  KAIROS_DATA: z.string().min(1).default('data'),
  /** Loads the demo catalogue and customers into an empty log; on, unless there is a vocabulary of one's own. */
  KAIROS_DEMO: onOff.optional(),
  /** `request`: the header x-kairos-at of a request is its time, for replays and simulations. */
  KAIROS_CLOCK: z.enum(['system', 'request'], 'must be system or request').default('system'),
  /** The words that conditions may use, a JSON file. */
  KAIROS_VOCABULARY: z.string().min(1).optional(),
  KAIROS_PLAYGROUND: onOff.default(true),
  /** Milliseconds between two looks for offers that nobody presented in time. */
  KAIROS_EXPIRY_SWEEP: z.coerce
    .number('must be milliseconds')
    .int()
    .min(10, 'must be at least 10 milliseconds')
    .max(86_400_000, 'must be at most a day')
    .default(1000),
});

export interface Config {
  readonly host: string;
  readonly port: number;
  readonly data: string;
  readonly demo: boolean;
  readonly clock: 'system' | 'request';
  readonly vocabulary: Vocabulary;
  readonly playground: boolean;
  readonly expirySweep: number;
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

/**
 * Reads the configuration from environment variables.
 * @throws Error with one line per variable at fault, naming it and its rule; a variable KAIROS_… that does not exist is one.
 */
export function readConfig(variables: Record<string, string | undefined>): Config {
  // An empty variable is one that is not set.
  const own = Object.fromEntries(
    Object.entries(variables).filter(([name, value]) => name.startsWith('KAIROS_') && value !== ''),
  );
  const parsed = environment.safeParse(own);
  if (!parsed.success) throw new Error(`Kairos cannot start with this configuration:\n${lines(parsed.error)}`);
  const { data } = parsed;
  return {
    host: data.KAIROS_HOST,
    port: data.KAIROS_PORT,
    data: data.KAIROS_DATA,
    demo: data.KAIROS_DEMO ?? data.KAIROS_VOCABULARY === undefined,
    clock: data.KAIROS_CLOCK,
    vocabulary: readVocabulary(data.KAIROS_VOCABULARY ?? demoVocabulary),
    playground: data.KAIROS_PLAYGROUND,
    expirySweep: data.KAIROS_EXPIRY_SWEEP,
  };
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
