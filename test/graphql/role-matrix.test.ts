// Every field × every role × no token, really asked over HTTP and WebSocket: no field of the schema is without a rule.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, it } from 'vitest';
import WebSocket from 'ws';
import { entityRules, namesOf, type Rule, ruleOf, rulesOfFields } from '../../src/graphql/authorization.ts';
import { type Role, roleNames, roleSet, roles } from '../../src/graphql/roles.ts';
import { buildSchema } from '../../src/graphql/schema.ts';
import { createTokenIssuer, type TokenIssuer } from '../authentication/token-issuer.ts';
import { type Json, type RunningKairos, startKairos } from '../running-kairos.ts';
import { type Road, roadsTo } from './roads.ts';
import { fieldsOf } from './selections.ts';

const schema = buildSchema();
const allRoads = roadsTo(schema, () => true);
const fields = [...fieldsOf(schema), 'Query.__schema', 'Query.__type'];
const failures: unknown[] = [];
let issuer: TokenIssuer;
let kairos: RunningKairos;
const tokens = new Map<Role, string>();
let cells = 0;

beforeAll(async () => {
  issuer = await createTokenIssuer();
  kairos = await startKairos(failures, { tokens: issuer.settings() });
  for (const role of roleNames) tokens.set(role, await issuer.token({ sub: 'nothing', roles: [role] }));
});
afterAll(async () => {
  await kairos.stop();
  await issuer.stop();
});

const isOpenTo = (role: Role) => (field: string) => {
  const rule = ruleOf(field);
  return rule.kind !== 'ROLES' || (rule.roles & roleSet([role])) !== 0;
};

/** The answer to the operation of a road, with the status of HTTP; a subscription is asked for by WebSocket. */
async function walk({ kind, query }: Road, token: string | undefined): Promise<Json> {
  cells += 1;
  if (kind === 'subscription') return listen(query, token);
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  const response = await fetch(kairos.url, { method: 'POST', headers, body: JSON.stringify({ query }) });
  return { status: response.status, ...((await response.json()) as object) };
}

async function listen(query: string, token: string | undefined): Promise<Json> {
  const client = createClient({
    url: kairos.url.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    ...(token && { connectionParams: { authorization: `Bearer ${token}` } }),
  });
  try {
    // A position that never was: who may listen is told so, and nobody waits.
    const refusable = query.replace('agentId: "nothing"', 'agentId: "nothing", after: "yesterday"');
    for await (const answer of client.iterate({ query: refusable })) return { status: 403, ...answer };
  } catch (errors) {
    return { status: 401, errors };
  } finally {
    await client.dispose();
  }
}

it('the table has a rule for every field, and none for what is not there', () => {
  expect(fields.filter((field) => !rulesOfFields.has(field))).toEqual([]);
  expect([...rulesOfFields.keys()].filter((field) => !fields.includes(field))).toEqual([]);
  expect(fields.filter((field) => !allRoads.has(field))).toEqual([]);
});

it('a field without a rule is asked for by nobody', () => {
  expect(() => ruleOf('Query.everything')).toThrow('Query.everything has no rule');
});

it('without a token there is no field', async () => {
  for (const [field, road] of allRoads) {
    const { status, data, errors } = await walk(road, undefined);
    const { code, reason } = errors[0].extensions;
    expect({ field, status, data, code, reason }).toEqual({
      field,
      status: 401,
      data: undefined,
      code: 'UNAUTHENTICATED',
      reason: 'TOKEN_MISSING',
    });
  }
});

it.each(roleNames)('%s gets what the table says, and nothing of the rest is executed', async (role) => {
  const own = roadsTo(schema, isOpenTo(role));
  const before = await kairos.events();
  for (const [field, road] of allRoads) {
    if (own.has(field)) continue;
    const { status, data, errors } = await walk(road, tokens.get(role));
    const { code, field: refused, roles: needed } = errors[0].extensions;
    expect({ field, status, data, code }).toEqual({ field, status: 403, data: undefined, code: 'FORBIDDEN' });
    expect(road.fields).toContain(refused);
    expect(needed).not.toContain(role);
    expect(needed.length).toBeGreaterThan(0);
  }
  expect(await kairos.events()).toBe(before);
  for (const [field, road] of own) {
    const { errors = [] } = await walk(road, tokens.get(role));
    const reasons = errors.map(({ extensions }: Json) => extensions.reason ?? extensions.code);
    expect({ field, reasons }).toEqual({ field, reasons: expect.not.arrayContaining(['ROLE_MISSING']) });
    expect(reasons).not.toContain('UNAUTHENTICATED');
  }
  expect(failures).toEqual([]);
});

it('was asked in full', () => {
  expect(cells).toBe(fields.length * (roleNames.length + 1));
  console.log(
    `role matrix: ${fields.length} fields × ${roleNames.length} roles and no token: ${cells} cells, 0 unguarded`,
  );
});

it('is what docs/security.md says', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/security.md'), 'utf8');
  const told = [...page.matchAll(/^\| (`[^|]+) \| ([^|]+) \|$/gm)].flatMap(([, names = '', who = '']) =>
    [...names.matchAll(/`([^`]+)`/g)].map(([, name = '']) => `${name}: ${who.trim()}`),
  );
  const rules = [
    ...[...rulesOfFields].filter(([, { kind }]) => kind !== 'REACHED'),
    ...Object.entries(entityRules).map(([name, rule]) => [`_entities of ${name}`, rule] as const),
  ];
  for (const [role, purpose] of Object.entries(roles)) expect(page).toContain(`| ${role} | ${purpose} |`);
  expect(told.toSorted()).toEqual(rules.map(([name, rule]) => `${name}: ${wordsOf(rule)}`).toSorted());
});

function wordsOf(rule: Rule): string {
  if (rule.kind === 'REACHED') return '';
  const names = namesOf(rule.roles);
  const ownOnly = rule.kind === 'ROLES' ? rule.ownOnly : 0;
  const all = names.map((name) => `${name}${(ownOnly & roleSet([name])) === 0 ? '' : ' (own)'}`).join(', ');
  const who = names.length === roleNames.length ? 'any role' : all;
  if (rule.kind === 'ROLES') return who;
  return `${rule.instead === null ? 'null' : 'empty'} without ${who}`;
}
