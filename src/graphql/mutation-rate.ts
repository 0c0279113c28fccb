// How many mutations a caller may send in a while: a token bucket for each, kept for the callers that were seen last.
import type { GraphQLError } from 'graphql';
import { createLastUsed } from '../last-used.ts';
import { fail } from './errors.ts';
import type { Operations } from './operations.ts';

export interface MutationRate {
  /** Operations a second that a caller may send for ever; at once as many as in ten seconds. */
  readonly perSecond: number;
  /** Who sends them, by the context of an operation. */
  callerOf(context: object): string;
  /** Milliseconds; the clock of the process when absent. */
  readonly now?: () => number;
}

interface Bucket {
  tokens: number;
  /** When they were counted. */
  at: number;
}

/** Seconds of the rate that may come at once. */
const burstSeconds = 10;
/** Of more callers than that, those of long ago begin anew. */
const callersKept = 10_000;

/** The same operations; mutations of who has sent too many are answered with `RATE_LIMITED`, and nothing of them is executed. */
export function limitMutations(operations: Operations, rate: MutationRate | undefined): Operations {
  if (!rate) return operations;
  const take = createBuckets(rate);
  const excess: Operations['excess'] = ({ kind }, context) =>
    kind === 'mutation' ? take(rate.callerOf(context)) : undefined;
  return {
    ...operations,
    excess,
    execute(operation, context) {
      const refused = excess(operation, context);
      return refused ? { errors: [refused] } : operations.execute(operation, context);
    },
  };
}

function createBuckets({ perSecond, now = () => performance.now() }: MutationRate) {
  const buckets = createLastUsed<Bucket>(callersKept);
  const most = Math.max(1, perSecond * burstSeconds);

  return (caller: string): GraphQLError | undefined => {
    const at = now();
    const bucket = buckets.get(caller) ?? { tokens: most, at };
    bucket.tokens = Math.min(most, bucket.tokens + ((at - bucket.at) / 1000) * perSecond);
    bucket.at = at;
    buckets.set(caller, bucket);
    if (bucket.tokens >= 1) {
      bucket.tokens -= 1;
      return undefined;
    }
    const retryAfter = Math.ceil((1 - bucket.tokens) / perSecond);
    const rule = `A caller sends at most ${perSecond} mutations a second, and ${most} at once.`;
    return fail('RATE_LIMITED', rule, { limit: 'mutations', retryAfter });
  };
}
