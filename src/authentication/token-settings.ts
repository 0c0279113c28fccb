// What tokens are trusted: whose they are, for whom, and with which key and algorithms they are signed.
import { createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { JSONWebKeySet, JWK } from 'jose';
import { isLoopback } from '../loopback.ts';

/** Where the keys are that signatures are checked with. */
export type TokenKeys =
  | { readonly kind: 'URL'; readonly url: URL }
  | { readonly kind: 'SET'; readonly set: JSONWebKeySet }
  | { readonly kind: 'KEY'; readonly key: KeyObject }
  /** Whoever can check tokens with it can also make them. */
  | { readonly kind: 'SECRET'; readonly secret: Uint8Array };

export interface TokenSettings {
  readonly keys: TokenKeys;
  readonly issuer: string;
  readonly audience: string;
  /** By how many seconds the clocks of the issuer and of this machine may differ. */
  readonly clockSkew: number;
  /** No other is looked at, whatever a token says of itself. */
  readonly algorithms: readonly string[];
  /** The claim that has the roles, besides `scope`. A name with dots is also looked for as a path. */
  readonly rolesClaim: string;
}

export const asymmetricAlgorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
] as const;
export const symmetricAlgorithms = ['HS256', 'HS384', 'HS512'] as const;
const defaultAlgorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const;

/** A shorter one can be found by trying (RFC 7518, 3.2). */
const shortestSecret = 32;

/**
 * The address of a key set.
 * @throws Error saying what is wrong with it: keys that somebody else could put on the way would let him in.
 */
export function readJwksUrl(text: string): URL {
  if (!URL.canParse(text)) throw new Error('must be a URL');
  const url = new URL(text);
  if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))) return url;
  throw new Error('must be an https URL; http is for loopback only');
}

/**
 * The key or key set in a file: PEM of a public key or certificate, a JWK, or a JWK set.
 * @throws Error saying what is wrong with it, without any of its content.
 */
export function readTokenKeys(path: string): TokenKeys {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new Error(`${path} cannot be read`);
  }
  if (text.includes('PRIVATE KEY')) throw new Error(`${path} holds a private key; only the public one is needed here`);
  return text.trimStart().startsWith('{')
    ? keysOf(path, jsonOf(path, text))
    : { kind: 'KEY', key: publicKeyOf(path, text) };
}

function jsonOf(path: string, text: string): JWK & Partial<JSONWebKeySet> {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${path} is neither PEM nor JSON`);
  }
}

function keysOf(path: string, content: JWK & Partial<JSONWebKeySet>): TokenKeys {
  const { keys } = content;
  if (keys === undefined) return keyOf(path, content);
  if (!Array.isArray(keys) || keys.length === 0) throw new Error(`${path} is a key set without keys`);
  for (const key of keys) {
    if (keyOf(path, key).kind === 'SECRET') throw new Error(`${path} has a symmetric key in a set; it has to be alone`);
  }
  return { kind: 'SET', set: { keys } };
}

function keyOf(path: string, jwk: JWK): TokenKeys {
  if (jwk.kty === 'oct') {
    const secret = Buffer.from(String(jwk.k), 'base64url');
    if (secret.length >= shortestSecret) return { kind: 'SECRET', secret: new Uint8Array(secret) };
    throw new Error(`${path} has a symmetric key of less than ${shortestSecret} bytes`);
  }
  if ('d' in jwk) throw new Error(`${path} holds a private key; only the public one is needed here`);
  return { kind: 'KEY', key: publicKeyOf(path, { key: jwk as never, format: 'jwk' }) };
}

function publicKeyOf(path: string, key: Parameters<typeof createPublicKey>[0]): KeyObject {
  try {
    return createPublicKey(key);
  } catch {
    throw new Error(`${path} is no public key that can be used`);
  }
}

/**
 * The algorithms for these keys: those that were asked for, or the usual ones.
 * @throws Error when one does not go with the keys: a public key must never be taken for a shared secret.
 */
export function algorithmsFor({ kind }: TokenKeys, asked: readonly string[] | undefined): readonly string[] {
  const known: readonly string[] = kind === 'SECRET' ? symmetricAlgorithms : asymmetricAlgorithms;
  const unfit = asked?.find((algorithm) => !known.includes(algorithm));
  if (unfit !== undefined) throw new Error(`${unfit} is none of ${known.join(', ')}, which go with this kind of key`);
  return asked ?? (kind === 'SECRET' ? ['HS256'] : defaultAlgorithms);
}
