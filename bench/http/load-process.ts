// Loads a server, in a process of its own: autocannon on as many connections, each asking for customers of its own.
import { readFileSync } from 'node:fs';
import { createPeerLoader } from '../peers.ts';
import { settingsOf, tell } from '../processes.ts';
import { pacedLoad } from './paced-load.ts';

export interface LoadSettings {
  readonly url: string;
  /** A file with a list of bodies in JSON: one after another on each connection, every connection has its own. */
  readonly bodies: string;
  readonly connections: number;
  readonly seconds: number;
  /** Requests per second at most; absent: as many as the server answers. */
  readonly rate?: number;
}

export interface LoadAnswer {
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** Answers that are not what they should be, and connections that broke. */
  readonly failures: number;
}

interface Autocannon {
  default(options: object): Promise<{
    readonly requests: { readonly total: number };
    readonly latency: { readonly p50: number; readonly p99: number };
    readonly duration: number;
    readonly non2xx: number;
    readonly errors: number;
    readonly mismatches: number;
  }>;
}

const { url, connections, seconds, rate, ...settings } = settingsOf<LoadSettings>();
const bodies = JSON.parse(readFileSync(settings.bodies, 'utf8')) as readonly string[];
const autocannon = await createPeerLoader()<Autocannon>('autocannon');
if (!autocannon) throw new Error('there is no load without autocannon');

/** An answer without an offer would be a cheap one. */
const isGood = (body: string) => body.includes('"slot":0');

if (rate !== undefined) {
  // autocannon sends what is due in a second all at once.
  await tell(await pacedLoad({ url, bodies, connections, seconds, rate, isGood }));
  process.exit();
}

const headers = { 'content-type': 'application/json' };
const each = Math.max(1, Math.floor(bodies.length / connections));
let connected = 0;

const result = await autocannon.default({
  url,
  connections,
  duration: seconds,
  requests: [{ method: 'POST', headers, body: bodies[0] }],
  setupClient(client: { setRequests(requests: readonly object[]): void }) {
    const from = (connected++ * each) % bodies.length;
    client.setRequests(bodies.slice(from, from + each).map((body) => ({ method: 'POST', headers, body })));
  },
  verifyBody: isGood,
});
await tell({
  requests: result.requests.total,
  requestsPerSecond: result.requests.total / result.duration,
  p50: result.latency.p50,
  p99: result.latency.p99,
  failures: result.non2xx + result.errors + result.mismatches,
} satisfies LoadAnswer);
process.exit();
