// kill -9 in an outage of the log: what was answered meanwhile is recorded after the restart, once, and holds its places until then.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createSqliteEventStore } from '../../src/event-store/sqlite-event-store.ts';
import { temporaryFolder } from '../event-store/temporary-log.ts';
import { type Json, later } from '../running-kairos.ts';

const at = '2026-11-21T12:00:00.000Z';

interface Process {
  readonly child: ChildProcess;
  /** Everything it has sent. */
  readonly sent: { url?: string; reported?: string; done?: string }[];
  url(): Promise<string>;
  tell(message: 'cut' | 'heal'): Promise<unknown>;
}

function start(folder: string, ...args: string[]): Process {
  const child = fork(join(import.meta.dirname, 'unreachable-process.ts'), args, {
    env: { KAIROS_DATA: folder, KAIROS_PORT: '0', KAIROS_DEMO: 'off', KAIROS_CLOCK: 'request' },
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const sent: Process['sent'] = [];
  child.on('message', (message) => sent.push(message as Process['sent'][number]));
  const has = <Key extends keyof Process['sent'][number]>(key: Key) =>
    vi.waitFor(() => sent.findLast((message) => message[key] !== undefined)?.[key] ?? Promise.reject(sent), 10_000);
  return {
    child,
    sent,
    url: () => has('url'),
    tell(message) {
      child.send(message);
      return once(child, 'message');
    },
  };
}

async function ask(url: string, query: string, variables: object = {}, headers: object = {}): Promise<Json> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-kairos-at': at, 'x-kairos-actor': 'ann', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = (await response.json()) as Json;
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

const customers = Array.from({ length: 8 }, (_, number) => `c${number}`);
const decide = (url: string, customerId: string, requestId: string, headers?: object) =>
  ask(
    url,
    `query ($c: DecisionContext!) { nextBestOffer(placement: "till", context: $c) { id recorded offer { offer { id } } } }`,
    { c: { customerId, requestId } },
    headers,
  ).then(({ nextBestOffer }) => nextBestOffer);

async function setUp(url: string): Promise<void> {
  const terms = {
    name: 'Fuel discount',
    category: 'fuel',
    purposes: ['marketing'],
    value: { amount: 1000, currency: 'USD' },
    propensity: 0.5,
    treatments: [{ channel: 'POS', headline: 'Ten cents off' }],
    startAt: '2026-01-01T00:00:00Z',
    caps: [
      {
        name: 'twice',
        counts: 'DECISION',
        scope: { kind: 'OFFER' },
        limit: 2,
        window: { kind: 'LIFETIME' },
        strict: false,
      },
    ],
  };
  const field = (name: string, more = '') => `${name}(offerId: "fuel"${more}) { __typename }`;
  await ask(url, `mutation ($t: OfferTermsInput!) { ${field('draftOffer', ', terms: $t')} ${field('submitOffer')} }`, {
    t: terms,
  });
  await ask(url, `mutation { ${field('approveOffer')} ${field('publishOffer')} }`, {}, { 'x-kairos-actor': 'bob' });
  const placement = '{ name: "Till", channel: POS, recording: LATE }';
  await ask(url, `mutation { definePlacement(placementId: "till", terms: ${placement}) { __typename } }`);
  for (const customerId of customers) {
    const consent = { customerId, purpose: 'marketing', channels: ['POS'], evidence: 'e', policyVersion: '1' };
    await ask(url, 'mutation ($c: GrantConsentInput!) { grantConsent(input: $c) { __typename } }', { c: consent });
  }
}

test('what was answered in an outage is recorded once after a kill -9, a restart in the same outage and its end', async () => {
  const folder = temporaryFolder();
  const first = start(folder);
  await setUp(await first.url());
  await first.tell('cut');
  const answered = await Promise.all(
    customers.flatMap((customer) => ['r1', 'r2'].map(async (request) => decide(await first.url(), customer, request))),
  );
  expect(answered.map(({ recorded, offer }) => [recorded, offer?.offer.id])).toEqual(
    answered.map(() => ['LATE', 'fuel']),
  );
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');

  const second = start(folder, 'cut');
  await vi.waitFor(() => expect(second.sent).toHaveLength(1), 10_000);
  expect(second.sent).toMatchObject([{ reported: expect.stringContaining('does not answer') }]);
  await second.tell('heal');
  const url = await second.url();
  // Long after the offers could have been presented.
  const late = { 'x-kairos-at': later(at, 86_400) };
  expect((await decide(url, 'c0', 'r3', late)).offer).toBe(null);
  expect((await decide(url, 'c1', 'r1')).id).toBe(answered[2].id);
  await vi.waitFor(async () => {
    expect(await (await fetch(new URL('/readyz', url))).json()).toEqual({ ready: true });
  }, 10_000);
  const explained = await ask(url, `{ explainDecision(id: "${answered[0].id}") { reproduced } }`);
  expect(explained).toEqual({ explainDecision: { reproduced: true } });
  second.child.kill('SIGTERM');
  await once(second.child, 'exit');

  const store = createSqliteEventStore({ path: join(folder, 'kairos.db') });
  onTestFinished(() => store.close());
  const decided: string[] = [];
  const reserved: string[] = [];
  for await (const { type, data } of store.readAll()) {
    const { decisionId, requestId } = data as Json;
    if (type === 'OfferDecided' && requestId !== 'r3') decided.push(decisionId);
    if (type === 'CapReserved') reserved.push(decisionId);
  }
  const ids = answered.map(({ id }) => id).sort();
  expect([decided.sort(), reserved.sort()]).toEqual([ids, ids]);
  expect(readdirSync(folder).filter((name) => name.startsWith('late-') && name.endsWith('.db'))).toEqual(['late-1.db']);
}, 60_000);
