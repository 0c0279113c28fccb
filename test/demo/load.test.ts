import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoQuery } from '../../demo/demo-query.ts';
import { createGraphqlClient, type GraphqlClient } from '../../demo/graphql-client.ts';
import { type LoadedDemo, loadDemo, shiftDaysFor } from '../../demo/load.ts';
import { type App, startApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';

let folder: string;
let app: App;
let client: GraphqlClient;
let loaded: LoadedDemo;
const now = Date.now();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-demo-'));
  app = await startApp(readConfig({ KAIROS_DATA: folder, KAIROS_PORT: '0', KAIROS_DEMO: 'off' }), (error) => {
    throw error;
  });
  client = createGraphqlClient({ url: app.url, concurrency: 16 });
  loaded = await loadDemo(client, 'demo/data', { shiftDays: shiftDaysFor(now), now });
}, 60_000);
afterAll(async () => {
  client?.close();
  await app?.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Answer {
  readonly nextBestOffer: {
    readonly resolution: string;
    readonly offer: { readonly name: string; readonly reasons: readonly string[] };
  };
}

test('the demo is loaded through the public API', async () => {
  expect(loaded).toMatchObject({ offers: 633, placements: 5, customers: 200 });
  expect(loaded.signals).toBeGreaterThan(4000);
  const { offers } = await client.send<{ offers: { totalCount: number } }>(
    'query Live { offers(filter: { lifecycle: LIVE }) { totalCount } }',
    {},
  );
  expect(offers.totalCount).toBe(633);
});

test('the first question is answered with an offer and its reasons, every time it is asked', async () => {
  for (let time = 0; time < 3; time += 1) {
    const { nextBestOffer } = await client.send<Answer>(demoQuery.query, {});
    expect(nextBestOffer.resolution).toBe('FRESH');
    expect(nextBestOffer.offer.name).toBe('Beef coupon');
    expect(nextBestOffer.offer.reasons).toContain('It fits this moment: you have bought beef lately.');
  }
});

test('a registered customer without a campaign gets the fallback', async () => {
  await registerNewcomer('newcomer-1');
  const { nextBestOffer } = await client.send<Answer>(
    'query Newcomer { nextBestOffer(placement: "checkout", context: { customerId: "newcomer-1" }) { resolution offer { name reasons } } }',
    {},
  );
  expect(nextBestOffer).toMatchObject({ resolution: 'FALLBACK', offer: { name: 'Loyalty card' } });
});

test('a till gets the offer of the coupon that is scanned, and no other', async () => {
  const { nextBestOffer } = await client.send<{ nextBestOffer: { offers: { offer: { id: string } }[] } }>(
    `query Till { nextBestOffer(placement: "till", context: { customerId: "${demoQuery.customerId}", attributes: { coupon: "c18-coffee" } }) {
      offers { offer { id } } } }`,
    {},
  );
  expect(nextBestOffer.offers).toEqual([{ offer: { id: 'c18-coffee' } }]);
});

test('loading it again changes nothing', async () => {
  const head = 'query Head { readModels { head } }';
  const before = await client.send(head, {});
  expect(await loadDemo(client, 'demo/data', { shiftDays: shiftDaysFor(now), now })).toEqual(loaded);
  expect(await client.send(head, {})).toEqual(before);
}, 60_000);

async function registerNewcomer(customerId: string): Promise<void> {
  await client.send(
    `mutation Newcomer { registerCustomer(customerId: "${customerId}") { __typename }
      grantConsent(input: { customerId: "${customerId}", purpose: "marketing", channels: [WEB], evidence: "test", policyVersion: "1" }) { __typename } }`,
    {},
  );
}
