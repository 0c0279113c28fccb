// The operations that a server knows beforehand, where it runs no others.
import { createHash } from 'node:crypto';
import type { GraphQLError } from 'graphql';
import { fail } from './errors.ts';

export interface PersistedOperations {
  /** The query of a hash, SHA-256 in lower-case hexadecimal digits. */
  queryOf(hash: string): string | undefined;
  /** Why a query is not run; undefined for one that is known. */
  refusalOf(query: string): GraphQLError | undefined;
}

/** @param byHash queries by the SHA-256 of each */
export function createPersistedOperations(byHash: ReadonlyMap<string, string>): PersistedOperations {
  const known = new Set(byHash.values());
  return {
    queryOf: (hash) => byHash.get(hash),
    refusalOf(query) {
      if (known.has(query)) return undefined;
      return fail('OPERATION_NOT_PERSISTED', 'This server runs only operations that were given to it when it started.');
    },
  };
}

export function hashOf(query: string): string {
  return createHash('sha256').update(query).digest('hex');
}
