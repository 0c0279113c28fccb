// Requests that nobody should send, from a seed: the same seed gives the same ones.
import type { Random } from '../projections/random.ts';

/** Operations that are right, with variables that are. */
const operations: readonly { readonly query: string; readonly variables: Readonly<Record<string, unknown>> }[] = [
  {
    query:
      'query ($placement: ID!, $context: DecisionContext!) { nextBestOffer(placement: $placement, context: $context) { id cause offers { slot offer { id } } } }',
    variables: {
      placement: 'home',
      context: { customerId: 'carl', requestId: 'r1', attributes: { page: 'checkout' } },
    },
  },
  {
    query:
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Customer { id attributes } ... on Offer { id } } }',
    variables: {
      r: [
        { __typename: 'Customer', id: 'carl' },
        { __typename: 'Offer', id: 'fuel' },
      ],
    },
  },
  {
    query:
      'mutation ($id: ID!, $a: JSON!) { observeAttributes(customerId: $id, attributes: $a, source: "crm") { __typename ... on KairosRefused { reason rule field } } }',
    variables: { id: 'carl', a: { age: 44, tier: 'gold' } },
  },
  {
    query: 'mutation ($s: [SignalInput!]!) { recordSignals(signals: $s) { position results { __typename } } }',
    variables: {
      s: [{ customerId: 'carl', signalId: 's1', kind: 'VIEW', observedAt: '2026-11-21T11:00:00Z', quantity: 1 }],
    },
  },
  {
    query:
      'mutation ($id: ID!, $t: OfferTermsInput!) { draftOffer(offerId: $id, terms: $t) { __typename ... on KairosRefused { reason rule field } } }',
    variables: {
      id: 'fuel',
      t: {
        name: 'Fuel',
        category: 'fuel',
        purposes: ['marketing'],
        value: { amount: 1000, currency: 'USD' },
        propensity: 0.2,
        eligibility: [{ name: 'adult', expression: 'profile.age >= 18' }],
        treatments: [{ channel: 'WEB', headline: 'Ten off' }],
        startAt: '2026-01-01T00:00:00Z',
      },
    },
  },
  {
    query: 'query ($i: SimulateOfferInput!) { simulateOffer(input: $i) { at candidates { offerId reason detail } } }',
    variables: {
      i: { customerId: 'carl', placement: 'home', attributes: { page: 'x' }, overrides: { audiences: ['a'] } },
    },
  },
  {
    query:
      'query ($f: AuditFilter, $a: String) { auditTrail(filter: $f, first: 5, after: $a) { edges { cursor node { event } } } }',
    variables: { f: { kind: 'OFFER', subjectId: 'fuel', from: '2026-01-01T00:00:00Z' }, a: '' },
  },
  {
    query: 'mutation ($i: StartInteractionInput!) { startInteraction(input: $i) { __typename } }',
    variables: {
      i: {
        interactionId: 'call-1',
        agentId: 'agent-1',
        customerId: 'carl',
        placement: 'desk',
        attributes: { reason: 'r' },
      },
    },
  },
  {
    query:
      'query ($f: Int = 5, $l: OfferFilter) { offers(first: $f, filter: $l) { totalCount edges { cursor node { id } } } }',
    variables: { f: 5, l: { tag: 'x' } },
  },
  {
    query: 'subscription ($a: ID!, $p: String) { screenPop(agentId: $a, after: $p) { number } }',
    variables: { a: 'agent-1', p: '' },
  },
];

const strange: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -0,
  -1,
  1e308,
  -1e308,
  2 ** 53,
  0.1,
  '',
  ' ',
  'x'.repeat(5000),
  '\u0000',
  '\ud800',
  '💥',
  '__proto__',
  'constructor',
  '2026-02-30T00:00:00Z',
  '9999999999999999',
  '../../x',
  '{{7*7}}',
  '<b>',
  [],
  {},
  [[]],
  [null],
  { __proto__: null },
  { a: { b: { c: {} } } },
  'profile.',
  '((((',
  'a'.repeat(300),
  '1e400',
  'NaN',
  { toString: 1 },
  { length: -1 },
];

function nested(depth: number, isList: boolean): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = isList ? [value] : { a: value };
  return value;
}

/** The value with something in it that does not belong there. */
export function spoilt(random: Random, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || random.share() < 0.25) {
    return random.share() < 0.03 ? nested(random.oneOf([50, 3000]), random.share() < 0.5) : random.oneOf(strange);
  }
  if (Array.isArray(value)) {
    if (random.share() < 0.2) return Array.from({ length: random.below(1500) }, () => value[0]);
    return value.map((item) => (random.share() < 0.6 ? spoilt(random, item) : item));
  }
  const entries = Object.entries(value);
  const at = random.below(entries.length + 1);
  if (at === entries.length)
    return { ...value, [JSON.stringify(random.oneOf(strange)).slice(0, 50)]: random.oneOf(strange) };
  return Object.fromEntries(
    entries.flatMap(([name, item], index) => {
      if (index !== at) return [[name, item]];
      return random.share() < 0.15 ? [] : [[name, spoilt(random, item)]];
    }),
  );
}

const tokens = [
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  ':',
  '$',
  '@',
  '!',
  '|',
  '&',
  '=',
  '...',
  '"',
  '"""',
  '#',
  '\\',
  '\u0000',
  '\ufeff',
  '\ud800',
  ',',
  '\r',
  'query',
  'mutation',
  'subscription',
  'fragment',
  'on',
  'null',
  'true',
  'type',
  'schema',
  'extend',
  '__typename',
  '__schema',
  '@skip(if: true)',
  '@defer',
  '1e999',
  '-',
  '0x1',
  '9'.repeat(400),
  'a:id',
  '$x',
  '$x: ID',
  '...F',
  'fragment F on Customer { ...F }',
  '{ a }',
];

export function spoiltDocument(random: Random): string {
  if (random.share() < 0.15) return Array.from({ length: 1 + random.below(60) }, () => random.oneOf(tokens)).join(' ');
  if (random.share() < 0.03)
    return `{ ${'customer(id: "c") { nextBestOffer(placement: "p") { '.repeat(random.below(400))} id`;
  if (random.share() < 0.03)
    return `{ ${Array.from({ length: random.below(4000) }, (_, n) => `a${n}: __typename`).join(' ')} }`;
  const parts = random
    .oneOf(operations)
    .query.split(/(\W)/)
    .filter((part) => part !== '');
  for (let change = 0; change <= random.below(4); change++) {
    const at = random.below(parts.length);
    const put = random.share() < 0.5 ? random.oneOf(tokens) : random.oneOf(parts);
    parts.splice(at, random.below(3), ...(random.share() < 0.3 ? [] : [put]));
  }
  return parts.join('');
}

/** A request in JSON: its document, its variables or its form is spoilt. */
export function spoiltRequest(random: Random): unknown {
  const right = random.oneOf(operations);
  const kind = random.below(10);
  if (kind < 4) return { query: spoiltDocument(random), variables: right.variables };
  if (kind < 8) return { query: right.query, variables: spoilt(random, right.variables) };
  return spoilt(random, {
    ...right,
    operationName: null,
    extensions: { persistedQuery: { version: 1, sha256Hash: 'a' } },
  });
}

/** Bytes that are a request no more, often. */
export function spoiltBytes(random: Random, bytes: Buffer): Buffer {
  const changed = Buffer.from(bytes);
  for (let change = 0; change <= random.below(5); change++) changed[random.below(changed.length)] = random.below(256);
  return random.share() < 0.3 ? changed.subarray(0, random.below(changed.length + 1)) : changed;
}
