// An issuer of tokens with real keys, and the server of its key set on loopback: it rotates, hesitates, exaggerates and goes away.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import type { TokenSettings } from '../../src/authentication/token-settings.ts';
import { asymmetricAlgorithms } from '../../src/authentication/token-settings.ts';

export const issuerName = 'https://issuer.example';
export const audience = 'kairos';

export interface TokenIssuer {
  /** Where the key set is. */
  readonly url: URL;
  /** How its server answers. */
  mood: 'WELL' | 'DOWN' | 'SLOW' | 'HUGE' | 'BROKEN' | 'ELSEWHERE';
  /** How often it was asked for its keys. */
  readonly asked: number;
  /** What a server is configured with that trusts it. */
  settings(more?: Partial<TokenSettings>): TokenSettings;
  /** A token that is good for an hour, but for what is said otherwise; undefined leaves a claim out. */
  token(claims?: JWTPayload, header?: object): Promise<string>;
  /** Signs with a new key from now on; the old one is gone from the set. */
  rotate(): Promise<void>;
  /** The public key as PEM. */
  pem(): Promise<string>;
  stop(): Promise<void>;
}

interface Keys {
  readonly name: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

export const now = () => Math.floor(Date.now() / 1000);

export async function createTokenIssuer(): Promise<TokenIssuer> {
  let made = 0;
  const makeKeys = async (): Promise<Keys> => {
    made += 1;
    return { name: `key-${made}`, ...(await generateKeyPair('RS256', { extractable: true })) };
  };
  let keys = await makeKeys();
  let asked = 0;
  let mood: TokenIssuer['mood'] = 'WELL';

  const server: Server = createServer(async (request, response) => {
    asked += 1;
    if (mood === 'DOWN') return void request.socket.destroy();
    if (mood === 'SLOW') await delay(1000, undefined, { ref: false });
    if (mood === 'BROKEN') return void response.end('<html>');
    if (mood === 'ELSEWHERE') return void response.writeHead(302, { location: '/there' }).end();
    const set = { keys: [{ ...(await exportJWK(keys.publicKey)), kid: keys.name, alg: 'RS256', use: 'sig' }] };
    response.end(JSON.stringify(mood === 'HUGE' ? { ...set, padding: 'x'.repeat(1024 * 1024) } : set));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`);

  return {
    url,
    get mood() {
      return mood;
    },
    set mood(next) {
      mood = next;
    },
    get asked() {
      return asked;
    },
    settings: (more) => ({
      keys: { kind: 'URL', url },
      issuer: issuerName,
      audience,
      clockSkew: 0,
      algorithms: asymmetricAlgorithms,
      rolesClaim: 'roles',
      ...more,
    }),
    token(claims = {}, header = {}) {
      const usual = { iss: issuerName, aud: audience, sub: 'ann', iat: now(), exp: now() + 3600 };
      const payload = Object.fromEntries(
        Object.entries({ ...usual, ...claims }).filter(([, value]) => value !== undefined),
      );
      return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid: keys.name, ...header }).sign(keys.privateKey);
    },
    async rotate() {
      keys = await makeKeys();
    },
    pem: () => exportSPKI(keys.publicKey),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
