// Who calls: from the token of the request, or nobody in particular where access is open.
import type { GraphQLError } from 'graphql';
import { KeysUnavailable } from '../authentication/remote-keys.ts';
import {
  type Proof,
  type TokenFault,
  TokenRefused,
  type TokenVerifier,
  tokenFaults,
} from '../authentication/token-verifier.ts';
import { fail } from './errors.ts';
import type { ContextRequest } from './operations.ts';
import { type Identity, openIdentity, roleSet } from './roles.ts';

/** Throws or rejects with `fail('UNAUTHENTICATED')` and its reason, or `fail('UNAVAILABLE')` while the issuer cannot be asked. */
export type Identify = (request: ContextRequest) => Identity | Promise<Identity>;

/** @param verifier undefined: access is open. */
export function createIdentify(verifier: TokenVerifier | undefined): Identify {
  if (!verifier) return () => openIdentity;
  // One object for each proof, as long as the verifier keeps that.
  const identities = new WeakMap<Proof, Identity>();

  function identityOf(proof: Proof): Identity {
    const known = identities.get(proof);
    if (known) return known;
    const { subject, expiresAt } = proof;
    const identity = { subject, expiresAt, roles: roleSet(proof.roles), isOpen: false };
    identities.set(proof, identity);
    return identity;
  }

  return (request) => {
    try {
      const proof = verifier.verify(authorizationOf(request));
      return proof instanceof Promise ? proof.then(identityOf, rethrow) : identityOf(proof);
    } catch (error) {
      return rethrow(error);
    }
  };
}

function rethrow(error: unknown): never {
  if (error instanceof TokenRefused) throw tokenRefusal(error.fault);
  if (error instanceof KeysUnavailable)
    throw fail('UNAVAILABLE', 'The issuer of tokens cannot be asked for its keys now.');
  throw error;
}

/** What a caller is told whose token proves nothing. */
export function tokenRefusal(fault: TokenFault): GraphQLError {
  return fail('UNAUTHENTICATED', tokenFaults[fault], { reason: fault });
}

/** A token may come with the request, or with the `connection_init` of a WebSocket in any of the forms that gateways use. */
function authorizationOf({ headers, connectionParams = {} }: ContextRequest): string | undefined {
  const nested = connectionParams.headers;
  const inner = typeof nested === 'object' && nested !== null ? (nested as Record<string, unknown>) : {};
  const given = [connectionParams, inner].flatMap(({ authorization, Authorization, token }) => [
    authorization,
    Authorization,
    typeof token === 'string' ? `Bearer ${token.replace(/^bearer +/i, '')}` : undefined,
  ]);
  return given.find((value) => typeof value === 'string') ?? headers.authorization;
}
