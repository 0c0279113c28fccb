// The real Kairos, as `npm start` runs it, on the demo's catalogue and more households than the demo has.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCompleteJourney } from '../../demo/complete-journey.ts';
import { audiencesUntil, customersOf, signalOf } from '../../demo/customers.ts';
import { definePlacement, recordSignals } from '../../demo/documents.ts';
import { createGraphqlClient, type GraphqlClient } from '../../demo/graphql-client.ts';
import { customerIdOf } from '../../demo/identifiers.ts';
import type { PlacementTermsInput } from '../../demo/input-terms.ts';
import { loadDemo, shiftDaysFor } from '../../demo/load.ts';
import { fallbackOfferId } from '../../demo/placements.ts';
import { join as joinAudiences, registerCustomers } from '../../demo/publish.ts';
import { freePort } from '../../demo/redis-process.ts';
import { type OwnProcess, startProcess } from '../processes.ts';
import { placementId } from './question.ts';

const data = fileURLToPath(new URL('../../demo/data', import.meta.url));
const day = 86_400;

/** Every kind of cap, and none of them full: each is looked up and reserved under in every decision. */
const placement: PlacementTermsInput = {
  name: 'Home page of the bench',
  channel: 'WEB',
  slots: 2,
  fallbackOfferId,
  minimumPropensity: 0.002,
  perCategoryLimit: 1,
  caps: [
    {
      name: 'an offer so often a week, wherever',
      counts: 'IMPRESSION',
      scope: { kind: 'OFFER' },
      subject: 'CUSTOMER',
      limit: 1_000_000,
      window: { kind: 'ROLLING', seconds: 7 * day },
    },
    {
      name: 'so many offers a day here',
      counts: 'IMPRESSION',
      scope: { kind: 'EACH_PLACEMENT' },
      subject: 'CUSTOMER',
      limit: 1_000_000,
      window: { kind: 'CALENDAR', unit: 'DAY', zone: 'CUSTOMER' },
    },
  ],
};

export interface KairosProcess {
  readonly process: OwnProcess;
  readonly url: string;
  readonly customerIds: readonly string[];
}

/**
 * @param copies of each of the demo's households, besides itself
 * @param variables of the environment, besides those that it needs
 */
export async function startKairosProcess(
  folder: string,
  copies: number,
  flags: readonly string[],
  variables: Readonly<Record<string, string>> = {},
): Promise<KairosProcess> {
  const port = await freePort();
  const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
  const environment = {
    KAIROS_DATA: join(folder, 'data'),
    KAIROS_PORT: String(port),
    KAIROS_DEMO: 'off',
    ...variables,
  };
  const process = startProcess(main, {}, { flags, environment });
  try {
    const origin = `http://127.0.0.1:${port}`;
    await ready(origin);
    const url = `${origin}/graphql`;
    const client = createGraphqlClient({ url, concurrency: 32 });
    const customerIds = await load(client, copies);
    client.close();
    return { process, url, customerIds };
  } catch (error) {
    await process.stop();
    throw error;
  }
}

async function load(client: GraphqlClient, copies: number): Promise<string[]> {
  const now = Date.now();
  const shiftDays = shiftDaysFor(now);
  await loadDemo(client, data, { shiftDays, now });
  await client.send(definePlacement, { placementId, terms: placement }, { actor: 'bench' });
  const journey = readCompleteJourney(data);
  const customers = customersOf(journey);
  const audiences = audiencesUntil(journey, new Date(now - shiftDays * day * 1000).toISOString().slice(0, 10));
  const signals = journey.basketLines
    .map((line) => signalOf(line, journey.categories, shiftDays))
    .filter(({ observedAt }) => Date.parse(observedAt) <= now);
  const customerIds = customers.map(({ customerId }) => customerId);
  for (let copy = 1; copy <= copies; copy++) {
    const nameOf = (customerId: string) => customerIdOf(`copy-${copy}-${customerId}`);
    const copied = customers.map((customer) => ({ ...customer, customerId: nameOf(customer.customerId) }));
    await registerCustomers(client, copied);
    await Promise.all([...audiences].map(([customerId, own]) => joinAudiences(client, nameOf(customerId), own)));
    for (let from = 0; from < signals.length; from += 500) {
      const batch = signals.slice(from, from + 500).map((one) => ({ ...one, customerId: nameOf(one.customerId) }));
      await client.send(recordSignals, { signals: batch }, { actor: 'bench' });
    }
    customerIds.push(...copied.map(({ customerId }) => customerId));
  }
  return customerIds;
}

async function ready(origin: string): Promise<void> {
  for (const until = Date.now() + 10_000; ; ) {
    const response = await fetch(`${origin}/readyz`).catch(() => undefined);
    if (response?.ok) return;
    if (Date.now() > until) throw new Error('Kairos does not start');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
