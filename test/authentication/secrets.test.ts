// A Kairos as it is run, with the addresses of an issuer in its environment: nothing of a token is in what it prints, answers or keeps.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type StartedProcess, startProcess } from '../started-process.ts';
import { listen } from './callers.ts';
import { audience, createTokenIssuer, issuerName, now, type TokenIssuer } from './token-issuer.ts';

const folder = mkdtempSync(join(tmpdir(), 'kairos-secrets-'));
const sent: string[] = [];
const answers: string[] = [];
let issuer: TokenIssuer;
let kairos: StartedProcess;

beforeAll(async () => {
  issuer = await createTokenIssuer();
  kairos = await startProcess({
    KAIROS_DATA: folder,
    KAIROS_JWKS_URL: issuer.url.href,
    KAIROS_JWT_ISSUER: issuerName,
    KAIROS_JWT_AUDIENCE: audience,
    KAIROS_JWT_CLOCK_SKEW: '0',
    KAIROS_JWT_ROLES_CLAIM: 'access.kairos',
  });
  await kairos.printed('Stop it with Ctrl-C');
}, 60_000);
afterAll(async () => {
  await kairos.end('SIGKILL');
  await issuer.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function ask(token: string, query: string, scheme = 'Bearer'): Promise<number> {
  sent.push(token);
  const response = await fetch(kairos.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `${scheme} ${token}` },
    body: JSON.stringify({ query }),
  });
  answers.push(await response.text(), JSON.stringify([...response.headers]));
  return response.status;
}

it('says at its start that tokens are needed, and of whom', () => {
  expect(kairos.output()).toContain(`Tokens of ${issuerName} for ${audience} are needed.`);
  expect(kairos.output()).not.toMatch(/ACCESS IS OPEN|Demo loaded|GraphiQL/);
});

it('says at its start, loudly, that access is open where it is', async () => {
  const own = mkdtempSync(join(tmpdir(), 'kairos-open-'));
  const open = await startProcess({ KAIROS_DATA: own, KAIROS_DEMO: 'off' });
  await open.printed('ACCESS IS OPEN: nobody has to prove who they are');
  expect(await open.end('SIGTERM')).toBe(0);
  rmSync(own, { recursive: true, force: true });
});

it('serves, refuses, and repeats nothing of any token', async () => {
  const vocabulary = '{ vocabulary { currency } }';
  const as = (claims: object, header?: object) =>
    issuer.token({ access: { kairos: ['decide', 'agent'] }, ...claims }, header);
  const good = await as({});
  expect(await ask(good, vocabulary)).toBe(200);
  expect(await ask(good, 'mutation { registerCustomer(customerId: "ida") { __typename } }')).toBe(200);
  expect(await ask(good, '{ readModels { position } }')).toBe(403);
  expect(await ask(good, 'not a query')).toBe(400);
  for (const claims of [{ exp: now() - 1 }, { aud: 'shop' }, { iss: 'https://else' }, { nbf: now() + 60 }]) {
    expect(await ask(await as(claims), vocabulary)).toBe(401);
  }
  expect(await ask(`${good.slice(0, -4)}AAAA`, vocabulary)).toBe(401);
  expect(await ask(good, vocabulary, 'Token')).toBe(401);
  expect(await ask(`${good}${'x'.repeat(5000)}`, vocabulary)).toBe(401);
  // Beyond what Node reads of headers.
  expect(await ask('y'.repeat(20_000), vocabulary)).toBe(413);
  issuer.mood = 'DOWN';
  await issuer.rotate();
  expect(await ask(good, vocabulary)).toBe(200);
  issuer.mood = 'WELL';

  const { client, heard } = listen(kairos.url, { token: good }, { agentId: 'eve' });
  await expect.poll(() => heard.length).toBeGreaterThan(0);
  answers.push(JSON.stringify(heard));
  await client.dispose();
  expect(await kairos.end('SIGTERM')).toBe(0);

  const parts = [...new Set(sent.flatMap((token) => token.split('.')))].filter((part) => part.length > 20);
  expect(parts.length).toBeGreaterThan(10);
  const kept = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
  expect(kept.some((content) => content.includes('CustomerRegistered'))).toBe(true);
  const told = [kairos.output(), ...answers, ...kept];
  expect(parts.filter((part) => told.some((text) => text.includes(part.slice(0, 60))))).toEqual([]);
});
