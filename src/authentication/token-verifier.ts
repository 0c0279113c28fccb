// What a token proves: who calls, in which roles, until when. Nothing of the token itself goes into any answer or log.
import { hash } from 'node:crypto';
import { createLocalJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { createLastUsed } from '../last-used.ts';
import { createRemoteKeys, KeysUnavailable, type RemoteKeysOptions } from './remote-keys.ts';
import type { TokenSettings } from './token-settings.ts';

export interface Proof {
  readonly subject: string;
  /** All that the token has, whether Kairos knows them or not. */
  readonly roles: readonly string[];
  /** In milliseconds since 1970, when it proves nothing any more; the clock skew is in it. */
  readonly expiresAt: number;
}

/** Why a token proves nothing: stable, for clients to act on. */
export const tokenFaults = {
  TOKEN_MISSING: 'The call has no token: send `authorization: Bearer …`.',
  TOKEN_INVALID: 'The token is not one that is trusted here.',
  TOKEN_EXPIRED: 'The token has expired: come back with a new one.',
  TOKEN_NOT_YET_VALID: 'The token is not valid yet.',
  TOKEN_OF_OTHER_ISSUER: 'The token is of another issuer.',
  TOKEN_FOR_OTHER_AUDIENCE: 'The token is for another audience.',
  TOKEN_SUBJECT_INVALID: 'The subject of the token must be 1 to 100 of the characters A-Z a-z 0-9 . _ : -',
} as const;
export type TokenFault = keyof typeof tokenFaults;

export class TokenRefused extends Error {
  readonly fault: TokenFault;
  constructor(fault: TokenFault) {
    super(tokenFaults[fault]);
    this.fault = fault;
  }
}

export interface TokenVerifier {
  /**
   * What the token in an `authorization` header proves; at once where it is known already.
   * Throws or rejects with `TokenRefused`, or with `KeysUnavailable` when the issuer's key cannot be asked for.
   */
  verify(authorization: string | undefined): Proof | Promise<Proof>;
}

/** Characters of a header; the largest tokens of identity providers have some 4,000. */
const longestHeader = 8192;
/** How long a token that was checked is not checked again, in milliseconds. */
const trustedMs = 60_000;
const tokensKept = 10_000;
/** Of the ids of actors, which stand in the log for ever. */
export const subjectRule = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/;

interface Kept {
  readonly proof: Proof;
  readonly checkedAt: number;
  readonly changes: number;
}

export function createTokenVerifier(settings: TokenSettings, options: RemoteKeysOptions): TokenVerifier {
  const { issuer, audience, clockSkew, algorithms, rolesClaim } = settings;
  const { keyOf, changes } = keysOf(settings, options);
  const known = createLastUsed<Kept>(tokensKept);

  async function check(token: string, name: string): Promise<Proof> {
    const rules = {
      issuer,
      audience,
      algorithms: [...algorithms],
      clockTolerance: clockSkew,
      requiredClaims: ['sub', 'exp'],
    };
    try {
      const { payload } = await jwtVerify(token, keyOf, rules);
      const proof = proofOf(payload, rolesClaim, clockSkew);
      known.set(name, { proof, checkedAt: Date.now(), changes: changes() });
      return proof;
    } catch (error) {
      throw error instanceof KeysUnavailable || error instanceof TokenRefused ? error : refusalOf(error);
    }
  }

  return {
    verify(authorization) {
      if (authorization === undefined || authorization === '') throw new TokenRefused('TOKEN_MISSING');
      if (authorization.length > longestHeader) throw new TokenRefused('TOKEN_INVALID');
      const name = hash('sha256', authorization, 'base64');
      const kept = known.get(name);
      const now = Date.now();
      if (kept && kept.changes === changes() && now - kept.checkedAt < trustedMs) {
        if (kept.proof.expiresAt <= now) throw new TokenRefused('TOKEN_EXPIRED');
        return kept.proof;
      }
      const token = /^bearer +([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(authorization)?.[1];
      if (token === undefined) throw new TokenRefused('TOKEN_INVALID');
      return check(token, name);
    },
  };
}

function keysOf({ keys }: TokenSettings, options: RemoteKeysOptions) {
  const changes = () => 0;
  switch (keys.kind) {
    case 'URL':
      return createRemoteKeys(keys.url, options);
    case 'SET':
      return { keyOf: createLocalJWKSet(keys.set) as JWTVerifyGetKey, changes };
    case 'KEY':
      return { keyOf: async () => keys.key, changes };
    case 'SECRET':
      return { keyOf: async () => keys.secret, changes };
  }
}

function proofOf(payload: JWTPayload, rolesClaim: string, clockSkew: number): Proof {
  const { sub = '', exp = 0, scope } = payload;
  if (!subjectRule.test(sub)) throw new TokenRefused('TOKEN_SUBJECT_INVALID');
  const roles = [...wordsOf(claimOf(payload, rolesClaim)), ...wordsOf(scope)];
  return { subject: sub, roles, expiresAt: (exp + clockSkew) * 1000 };
}

function claimOf(payload: JWTPayload, name: string): unknown {
  if (Object.hasOwn(payload, name)) return payload[name];
  let value: unknown = payload;
  for (const part of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string, unknown>)[part];
  }
  return value;
}

function wordsOf(claim: unknown): readonly string[] {
  if (typeof claim === 'string') return claim.split(' ');
  return Array.isArray(claim) ? claim.filter((word) => typeof word === 'string') : [];
}

function refusalOf(error: unknown): TokenRefused {
  if (error instanceof errors.JWTExpired) return new TokenRefused('TOKEN_EXPIRED');
  if (!(error instanceof errors.JWTClaimValidationFailed)) return new TokenRefused('TOKEN_INVALID');
  const { claim } = error;
  if (claim === 'nbf') return new TokenRefused('TOKEN_NOT_YET_VALID');
  if (claim === 'iss') return new TokenRefused('TOKEN_OF_OTHER_ISSUER');
  return new TokenRefused(claim === 'aud' ? 'TOKEN_FOR_OTHER_AUDIENCE' : 'TOKEN_INVALID');
}
