// Asks for a real decision every few seconds, as a gateway would, and counts whether it came, as it must be and how soon.
import { readFile } from 'node:fs/promises';
import type { ServiceLevels } from './service-levels.ts';

export interface ProbeOptions {
  /** Of the GraphQL endpoint: this process, or the balancer before all of them. */
  readonly url: string;
  readonly everySeconds: number;
  /** Nobody's, so that nothing is counted of it. */
  readonly customerId: string;
  /** Where it asks; undefined: there is no placement yet, and nothing is asked. */
  readonly placement: () => Promise<string | undefined>;
  /** A file with the token, read anew each time: tokens end. */
  readonly tokenFile?: string | undefined;
  readonly serviceLevels: Pick<ServiceLevels, 'record'>;
  /** Told of the first failure after a success. */
  readonly onError: (error: unknown) => void;
}

export interface Probe {
  /** The one that is under way is broken off, and counts for nothing. */
  stop(): Promise<void>;
}

/** As it is sent, for files of persisted operations. */
export const probeQuery =
  'query Probe($placement: ID!, $customerId: ID!) { nextBestOffer(placement: $placement, context: { customerId: $customerId }) { id placementId resolution expiresAt offers { slot } } }';

/** An answer that takes longer is none, in milliseconds. */
const patienceMs = 10_000;
const resolutions = ['FRESH', 'STALE', 'CACHED', 'FALLBACK'];

export function startProbe(options: ProbeOptions): Probe {
  const { serviceLevels, onError, everySeconds } = options;
  const stopping = new AbortController();
  let isFailing = false;
  let underWay: Promise<void> | undefined;

  async function probe(): Promise<void> {
    const placement = await options.placement().catch(() => undefined);
    if (placement === undefined || stopping.signal.aborted) return;
    const begunAt = performance.now();
    const problem = await problemOf(options, placement, stopping.signal).catch((error: Error) => error.message);
    const endedAt = performance.now();
    if (stopping.signal.aborted) return;
    serviceLevels.record('probed', problem === undefined ? 0 : 1, endedAt);
    serviceLevels.record('probe', endedAt - begunAt, endedAt);
    if (problem !== undefined && !isFailing) onError(new Error(`A probe of ${options.url} failed: ${problem}`));
    isFailing = problem !== undefined;
  }

  function next(): void {
    underWay ??= probe().finally(() => {
      underWay = undefined;
    });
  }

  const timer = setInterval(next, everySeconds * 1000).unref();
  next();
  return {
    async stop() {
      stopping.abort();
      clearInterval(timer);
      await underWay;
    },
  };
}

/** Undefined: it was answered as it must be. */
async function problemOf(
  { url, customerId, tokenFile }: ProbeOptions,
  placement: string,
  stopping: AbortSignal,
): Promise<string | undefined> {
  const token = tokenFile === undefined ? undefined : (await readFile(tokenFile, 'utf8')).trim();
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query: probeQuery, variables: { placement, customerId } }),
    signal: AbortSignal.any([stopping, AbortSignal.timeout(patienceMs)]),
  });
  const answer = (await response.json()) as ProbeAnswer;
  const decision = answer.data?.nextBestOffer;
  if (!decision) return `status ${response.status}, ${answer.errors?.[0]?.extensions?.code ?? 'no decision'}`;
  if (decision.placementId !== placement) return `it is for the placement ${decision.placementId}`;
  if (!resolutions.includes(decision.resolution ?? '')) return `it is resolved as ${decision.resolution}`;
  if (!decision.id || Number.isNaN(Date.parse(decision.expiresAt ?? ''))) return 'it has no id, or no end';
  const slots = decision.offers?.map(({ slot }) => slot) ?? [];
  return new Set(slots).size === slots.length ? undefined : 'it has two offers in one slot';
}

interface ProbeAnswer {
  readonly data?: { readonly nextBestOffer?: ProbedDecision | null } | null;
  readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[];
}

interface ProbedDecision {
  readonly id?: string;
  readonly placementId?: string;
  readonly resolution?: string;
  readonly expiresAt?: string;
  readonly offers?: readonly { readonly slot: number }[];
}
