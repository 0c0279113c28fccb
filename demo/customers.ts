// The households of the data as customers, and their basket lines as signals. Pure.
import type { BasketLine, CompleteJourney } from './complete-journey.ts';
import { basketNameOf, campaignTagOf, categoryIdOf, customerIdOf } from './identifiers.ts';
import type { Channel } from './input-terms.ts';

export interface DemoCustomer {
  readonly customerId: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** The data names no place, so all households are given one zone. */
export const timeZone = 'America/New_York';

/**
 * The data has no consents. Every household is a member of the loyalty programme, whose terms allow its mailings: that is the
 * evidence which the demo records.
 */
export const consentOfMembers: {
  readonly purpose: string;
  readonly channels: readonly Channel[];
  readonly evidence: string;
  readonly policyVersion: string;
  readonly jurisdiction: string;
} = {
  purpose: 'marketing',
  channels: ['MAIL', 'WEB', 'POS', 'CALL_CENTER'],
  evidence: 'terms of the loyalty programme',
  policyVersion: 'loyalty-programme',
  jurisdiction: 'US',
};

/** All households that are named anywhere in the data, in order of their id. */
export function customersOf(journey: CompleteJourney): DemoCustomer[] {
  const attributes = new Map(journey.demographics.map((known) => [known.householdId, known.attributes]));
  const households = new Set<string>(attributes.keys());
  for (const rows of [journey.targetings, journey.redemptions, journey.basketLines]) {
    for (const { householdId } of rows) households.add(householdId);
  }
  return [...households]
    .sort((one, other) => Number(one) - Number(other) || (one < other ? -1 : 1))
    .map((householdId) => ({ customerId: customerIdOf(householdId), attributes: attributes.get(householdId) ?? {} }));
}

/** The audiences of each customer whose campaigns begin at or before a day, by customer id. */
export function audiencesUntil(journey: CompleteJourney, day: string): Map<string, string[]> {
  const started = new Set(
    journey.campaigns.filter(({ startDay }) => startDay <= day).map(({ campaignId }) => campaignId),
  );
  const audiences = new Map<string, string[]>();
  for (const { campaignId, householdId } of journey.targetings) {
    if (!started.has(campaignId)) continue;
    const customerId = customerIdOf(householdId);
    const joined = audiences.get(customerId) ?? [];
    joined.push(campaignTagOf(campaignId));
    audiences.set(customerId, joined);
  }
  return audiences;
}

/** A SignalInput of schema.graphql. */
export interface DemoSignal {
  readonly customerId: string;
  readonly signalId: string;
  readonly kind: 'PURCHASE';
  readonly observedAt: string;
  readonly sku: string;
  readonly category?: string;
  readonly quantity: number;
  readonly amount: number;
}

/** A basket line as a signal, a number of days later. Returns come with quantity 0: they say that the household was there. */
export function signalOf(line: BasketLine, categories: CompleteJourney['categories'], shiftDays = 0): DemoSignal {
  const category = categories.get(line.productId);
  return {
    customerId: customerIdOf(line.householdId),
    signalId: `${basketNameOf(line.basketId)}-${line.productId}`,
    kind: 'PURCHASE',
    observedAt: new Date(line.at + shiftDays * 86_400_000).toISOString(),
    sku: line.productId,
    ...(category === undefined ? {} : { category: categoryIdOf(category) }),
    quantity: Math.max(0, line.quantity),
    amount: Math.max(0, line.amount),
  };
}
