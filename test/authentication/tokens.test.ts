// Tokens over HTTP: who comes with a good one is served, everybody else is told why not, and nothing of a token is ever repeated.
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { SignJWT, UnsecuredJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Json, type RunningKairos, startKairos } from '../running-kairos.ts';
import { createTokenIssuer, issuerName, now, type TokenIssuer } from './token-issuer.ts';

const failures: unknown[] = [];
const answers: string[] = [];
const sent: string[] = [];
let issuer: TokenIssuer;
let kairos: RunningKairos;

beforeAll(async () => {
  issuer = await createTokenIssuer();
  kairos = await startKairos(failures, { tokens: issuer.settings() });
});
afterAll(async () => {
  await kairos.stop();
  await issuer.stop();
  expect(failures).toEqual([]);
  // Not even a part of a token: signatures and payloads are long, so that they are in nothing by chance.
  const parts = sent.flatMap((token) => token.split('.')).filter((part) => part.length > 20);
  expect(parts.length).toBeGreaterThan(30);
  expect(parts.filter((part) => answers.some((answer) => answer.includes(part)))).toEqual([]);
});

async function ask(authorization?: string, query = '{ vocabulary { currency } }', more: Record<string, string> = {}) {
  if (authorization) sent.push(authorization.replace('Bearer ', ''));
  const response = await fetch(kairos.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization && { authorization }), ...more },
    body: JSON.stringify({ query }),
  });
  const text = await response.text();
  answers.push(text, JSON.stringify([...response.headers]));
  const { data, errors = [] } = JSON.parse(text) as Json;
  return { status: response.status, authenticate: response.headers.get('www-authenticate'), data, error: errors[0] };
}

const withRoles = (roles: string[], more: object = {}) => issuer.token({ roles, ...more });

describe('a good token', () => {
  it.each<[string, () => Promise<string>]>([
    ['with roles in a list', () => withRoles(['decide'])],
    ['with roles in the scope', () => issuer.token({ scope: 'openid decide' })],
    ['with its audience among others', () => withRoles(['decide'], { aud: ['shop', 'kairos'] })],
  ])('%s is served, again and again', async (_, token) => {
    const bearer = `Bearer ${await token()}`;
    for (let call = 0; call < 3; call++) expect(await ask(bearer)).toMatchObject({ status: 200, error: undefined });
  });

  it('gives the events of its caller their actor', async () => {
    const bearer = `Bearer ${await withRoles(['decide'], { sub: 'gateway-7' })}`;
    const { data } = await ask(bearer, 'mutation { registerCustomer(customerId: "ida") { __typename } }');
    expect(data.registerCustomer.__typename).toBe('CustomerRecorded');
    const actors: string[] = [];
    for await (const { metadata } of kairos.app.kairos.store.readAll()) actors.push(metadata.actor);
    expect(actors).toEqual(['gateway-7']);
  });

  it('does not let its caller say that he is somebody else, nor what time it is', async () => {
    const bearer = `Bearer ${await withRoles(['decide'])}`;
    const other = await ask(bearer, undefined, { 'x-kairos-actor': 'bob' });
    expect(other).toMatchObject({ status: 400, error: { extensions: { code: 'BAD_USER_INPUT' } } });
    const time = { 'x-kairos-at': '2026-11-21T12:00:00Z' };
    expect(await ask(bearer, undefined, time)).toMatchObject({
      status: 403,
      error: { extensions: { code: 'FORBIDDEN', reason: 'ROLE_MISSING', roles: ['operate'] } },
    });
    const operator = `Bearer ${await withRoles(['operate'])}`;
    expect(await ask(operator, undefined, time)).toMatchObject({ status: 200, error: undefined });
  });

  it('without a role of Kairos opens nothing', async () => {
    const refused = { status: 403, error: { extensions: { code: 'FORBIDDEN', field: 'Query.vocabulary' } } };
    expect(await ask(`Bearer ${await withRoles(['admin'])}`)).toMatchObject(refused);
    expect(await ask(`Bearer ${await issuer.token()}`)).toMatchObject(refused);
  });
});

describe('a call is refused', () => {
  const strange = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const claims = { iss: issuerName, aud: 'kairos', sub: 'ann', exp: now() + 3600, roles: ['decide'] };
  const bearer = async (token: Promise<string> | string) => `Bearer ${await token}`;
  const forged = (alg: string, key: Parameters<SignJWT['sign']>[0]) =>
    new SignJWT(claims).setProtectedHeader({ alg, kid: 'key-1' }).sign(key);

  it.each<[string, string, () => Promise<string | undefined>]>([
    ['without a token', 'TOKEN_MISSING', async () => undefined],
    ['with another scheme', 'TOKEN_INVALID', async () => 'Basic YW5uOnNlY3JldC1vZi1hbm4tdGhhdC1pcy1sb25n'],
    ['with what is no token', 'TOKEN_INVALID', async () => 'Bearer what-is-this-that-is-longer-than-twenty'],
    ['with an expired token', 'TOKEN_EXPIRED', () => bearer(withRoles(['decide'], { exp: now() - 1 }))],
    ['with a token without an end', 'TOKEN_INVALID', () => bearer(withRoles(['decide'], { exp: undefined }))],
    ['with a token of nobody', 'TOKEN_INVALID', () => bearer(withRoles(['decide'], { sub: undefined }))],
    ['with a token of later', 'TOKEN_NOT_YET_VALID', () => bearer(withRoles(['decide'], { nbf: now() + 60 }))],
    ['with another issuer', 'TOKEN_OF_OTHER_ISSUER', () => bearer(withRoles(['decide'], { iss: 'https://else' }))],
    ['with another audience', 'TOKEN_FOR_OTHER_AUDIENCE', () => bearer(withRoles(['decide'], { aud: 'shop' }))],
    ['with no audience', 'TOKEN_FOR_OTHER_AUDIENCE', () => bearer(withRoles(['decide'], { aud: undefined }))],
    ['with an address as subject', 'TOKEN_SUBJECT_INVALID', () => bearer(withRoles(['decide'], { sub: 'a@b.org' }))],
    ['with alg: none', 'TOKEN_INVALID', () => bearer(new UnsecuredJWT(claims).encode())],
    [
      'with alg: none and some signature',
      'TOKEN_INVALID',
      () => bearer(`${new UnsecuredJWT(claims).encode()}c2lnbmF0dXJl`),
    ],
    [
      'with HS256 by the public key',
      'TOKEN_INVALID',
      async () => bearer(forged('HS256', new TextEncoder().encode(await issuer.pem()))),
    ],
    ['with the key of somebody else', 'TOKEN_INVALID', () => bearer(forged('RS256', strange.privateKey))],
    [
      'with a key that it brings along',
      'TOKEN_INVALID',
      async () => {
        const jwk = createPublicKey(strange.publicKey.export({ type: 'spki', format: 'pem' })).export({
          format: 'jwk',
        });
        const token = new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'key-1', jwk: jwk as never });
        return bearer(token.sign(strange.privateKey));
      },
    ],
    [
      'with a payload that was changed',
      'TOKEN_INVALID',
      async () => {
        const [head, , signature] = (await withRoles(['decide'])).split('.');
        const payload = Buffer.from(JSON.stringify({ ...claims, roles: ['operate'] })).toString('base64url');
        return `Bearer ${head}.${payload}.${signature}`;
      },
    ],
    ['with a huge token', 'TOKEN_INVALID', () => bearer(withRoles(['decide'], { padding: 'x'.repeat(10_000) }))],
  ])('%s: %s', async (_, reason, authorization) => {
    const given = await authorization();
    for (let call = 0; call < 2; call++) {
      const { status, authenticate, data, error } = await ask(given);
      expect({ status, authenticate, data, ...error.extensions }).toEqual({
        status: 401,
        authenticate: 'Bearer',
        data: undefined,
        code: 'UNAUTHENTICATED',
        reason,
      });
    }
  });

  it('with a token in the address or in the body', async () => {
    const token = await withRoles(['decide']);
    const query = encodeURIComponent('{ vocabulary { currency } }');
    for (const name of ['access_token', 'token', 'authorization']) {
      const asked = await fetch(`${kairos.url}?query=${query}&${name}=${token}`, {
        headers: { 'apollo-require-preflight': 'yes' },
      });
      expect(asked.status).toBe(401);
      answers.push(await asked.text());
    }
    sent.push(token);
  });

  it('before its body is read', async () => {
    const response = await fetch(kairos.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{ not JSON',
    });
    expect(response.status).toBe(401);
  });

  it('when a token that was good has expired', async () => {
    const bearerOfSoon = await bearer(withRoles(['decide'], { exp: now() + 2 }));
    expect((await ask(bearerOfSoon)).status).toBe(200);
    await expect.poll(async () => (await ask(bearerOfSoon)).status, { timeout: 5000 }).toBe(401);
    expect((await ask(bearerOfSoon)).error.extensions.reason).toBe('TOKEN_EXPIRED');
  });
});

it('health is told to everybody', async () => {
  for (const path of ['/healthz', '/readyz']) expect((await fetch(new URL(path, kairos.url))).status).toBe(200);
});
