// The keys of an issuer from its address: kept while it is away, renewed in the background, asked for anew when one is unknown.
import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';

/** The issuer's keys cannot be had now, and what is known of them is not enough. */
export class KeysUnavailable extends Error {}

export interface RemoteKeysOptions {
  /** Milliseconds for one answer of the issuer. */
  readonly timeoutMs?: number;
  /** Milliseconds between two questions to the issuer, whatever tokens arrive meanwhile. */
  readonly cooldownMs?: number;
  /** Milliseconds after which the keys are asked for again; until the answer is there the old ones are used. */
  readonly maxAgeMs?: number;
  readonly onError: (error: unknown) => void;
}

export interface RemoteKeys {
  /** For `jwtVerify`. Rejects with `KeysUnavailable`. */
  readonly keyOf: JWTVerifyGetKey;
  /** Counts the changes of the key set: what was checked before may not be good any more. */
  changes(): number;
}

/** Bytes of a key set; the largest issuers have some ten keys of 2 kB. */
const sizeLimit = 256 * 1024;

export function createRemoteKeys(
  url: URL,
  { timeoutMs = 3000, cooldownMs = 5000, maxAgeMs = 600_000, onError }: RemoteKeysOptions,
): RemoteKeys {
  let known = '';
  let changes = 0;
  let askedAt = Number.NEGATIVE_INFINITY;
  let hasFailed = false;

  /** Never twice within the cooldown while the issuer is away: nobody makes this server knock at another one's door. */
  async function ask(address: string, options: RequestInit): Promise<Response> {
    if (hasFailed && Date.now() - askedAt < cooldownMs) throw new KeysUnavailable('The last attempt failed.');
    askedAt = Date.now();
    hasFailed = true;
    const response = await fetch(address, options);
    if (response.status !== 200) throw new KeysUnavailable(`The status is ${response.status}.`);
    const text = await textOf(response);
    const { keys } = JSON.parse(text) as { keys?: unknown };
    if (!Array.isArray(keys)) throw new KeysUnavailable('The answer is no key set.');
    hasFailed = false;
    if (text !== known) changes += 1;
    known = text;
    return new Response(text);
  }

  const set = createRemoteJWKSet(url, {
    timeoutDuration: timeoutMs,
    cooldownDuration: cooldownMs,
    // Keys that are known stay good while the issuer cannot be asked.
    cacheMaxAge: Number.POSITIVE_INFINITY,
    [customFetch]: async (address, options) => {
      try {
        return await ask(address, options);
      } catch (error) {
        const cause = error instanceof Error ? error : new Error(String(error));
        throw new KeysUnavailable(`The keys of the issuer cannot be had: ${cause.message}`, { cause });
      }
    },
  });

  return {
    keyOf(header, token) {
      const isDue = set.jwks() !== undefined && Date.now() - askedAt >= maxAgeMs && !set.reloading;
      if (isDue) set.reload().catch(onError);
      return set(header, token);
    },
    changes: () => changes,
  };
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > sizeLimit) throw new KeysUnavailable(`The key set is larger than ${sizeLimit} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
