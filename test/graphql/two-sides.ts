// Two engines that are told the same: one asked as it runs, one through Apollo Server, which executes where a plugin listens.
import { afterAll, beforeAll, expect } from 'vitest';
import { createContext } from '../../src/graphql/context.ts';
import { foresee } from '../../src/graphql/foreseen.ts';
import { buildSchema } from '../../src/graphql/schema.ts';
import { createGraphqlServer, type GraphqlServer } from '../../src/graphql/server.ts';
import { type Json, type RunningKairos, startKairos } from '../running-kairos.ts';
import type { Answers } from './surface-steps.ts';

export interface Side {
  readonly kairos: RunningKairos;
  readonly url: string;
  readonly answers: Map<string, Json>;
}

export const at = '2026-11-21T12:00:00.000Z';

/** Starts them before the tests of a file and stops them after. */
export function twoSides() {
  const failures: unknown[] = [];
  const sides: { ours: Side; apollo: Side } = {} as never;
  let server: GraphqlServer;

  beforeAll(async () => {
    // A model at a service is defined there, and never asked.
    const own = { modelServices: { origins: ['https://scores.example'], tokens: new Map() } };
    const [one, other] = [await startKairos(failures, own), await startKairos(failures, own)];
    server = createGraphqlServer({
      schema: buildSchema(),
      createContext: (caller) => createContext(other.app.kairos, caller),
      host: '127.0.0.1',
      port: 0,
      playground: false,
      ready: () => ({ ready: true }),
      onError: (error) => failures.push(error),
      foresee,
      plugins: [{}],
    });
    sides.ours = { kairos: one, url: one.url, answers: new Map() };
    sides.apollo = { kairos: other, url: `${(await server.listen()).url}/graphql`, answers: new Map() };
  });
  afterAll(async () => {
    await server.drain();
    await sides.ours.kairos.stop();
    await sides.apollo.kairos.stop();
    expect(failures).toEqual([]);
  });

  return {
    sides,
    /** Both are asked, and everything that they answer is the same, but for what chance made. */
    async compare(
      body: (answers: Answers) => object,
      headers: Record<string, string> = {},
    ): Promise<{ ours: Json; apollo: Json }> {
      const { ours, apollo } = sides;
      const expected = await ask(apollo, body(apollo.answers), headers);
      const actual = await ask(ours, body(ours.answers), headers);
      expect({ ...actual, body: withoutChance(actual.body) }).toEqual({
        ...expected,
        body: withoutChance(expected.body),
      });
      return { ours: JSON.parse(actual.body), apollo: JSON.parse(expected.body) };
    },
  };
}

async function ask(side: Side, body: object, headers: Record<string, string> = {}) {
  const response = await fetch(side.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-kairos-at': at,
      'x-kairos-actor': 'ann',
      'x-correlation-id': 'call-1',
      ...headers,
    },
    body: JSON.stringify(body),
  });
  const { date: _, 'content-length': length, ...sent } = Object.fromEntries(response.headers);
  const text = await response.text();
  expect(length).toBe(String(Buffer.byteLength(text)));
  return { status: response.status, headers: sent, body: text };
}

/** What chance made, by the order in which it appears: ids and seeds of the two engines differ. */
function withoutChance(text: string): string {
  const seen = new Map<string, number>();
  const named = (token: string) => {
    if (!seen.has(token)) seen.set(token, seen.size);
    return `<${seen.get(token)}>`;
  };
  // Of what a process measured of itself, the form.
  const measured = text.includes('"ServiceLevel"') ? text.replace(/:(-?\d[\d.e+-]*|null|"[^"]*")/g, ':0') : text;
  return measured
    .replace(/[0-9a-f]{16}/g, named)
    .replace(/"freshness":\{[^}]*\}/g, '"freshness":{}')
    .replace(/"recordedAt":"[^"]*"/g, '"recordedAt":""');
}
