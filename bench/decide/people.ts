// The customers that decisions are made for, seeded, as the engine knows them and as plain facts for its peers.
import { createInProcessCapGate } from '../../projections/in-process-cap-gate.ts';
import type { ContactFacts, DecisionRequest } from '../../src/decisioning/decision-request.ts';
import { type CustomerFacts, noFeatures, type Windows } from '../../src/decisioning/facts.ts';
import type { Vocabulary } from '../../src/decisioning/vocabulary.ts';
import type { PlainFacts } from './conditions.ts';
import type { Draw } from './draw.ts';

export const categories = names('category', 12);
export const segments = names('segment', 6);
export const regions = names('region', 10);
export const tiers = ['basic', 'silver', 'gold'];
export const devices = ['desktop', 'phone', 'tablet'];
export const interests = names('interest', 12);

/** The moment of all decisions. */
export const moment = Date.parse('2026-11-21T12:00:00.000Z');
export const placementId = 'home';
export const purpose = 'marketing';

const attribute = (type: Vocabulary['profile'][string]['type']) => ({ type, description: 'For benches.' });

export const vocabulary: Vocabulary = {
  currency: 'USD',
  purposes: { [purpose]: 'Showing offers.' },
  profile: {
    segment: attribute('string'),
    region: attribute('string'),
    tier: attribute('string'),
    age: attribute('int'),
    tenureMonths: attribute('int'),
    hasApp: attribute('bool'),
    churnRisk: attribute('double'),
    interests: attribute('list<string>'),
  },
  context: { category: attribute('string'), device: attribute('string'), basketValue: attribute('int') },
};

export interface Person {
  readonly facts: CustomerFacts;
  readonly request: DecisionRequest;
  readonly contacts: ContactFacts;
  readonly plain: PlainFacts;
}

export async function peopleOf(draw: Draw, count: number): Promise<readonly Person[]> {
  // A real gate in which nobody has been contacted yet: caps are looked up, and admit.
  const gate = createInProcessCapGate();
  const people: Person[] = [];
  for (let number = 0; number < count; number++) {
    const facts = factsOf(draw, `customer-${number}`);
    const request: DecisionRequest = {
      placementId,
      at: moment,
      context: { category: draw.one(categories), device: draw.one(devices), basketValue: draw.whole(0, 20_000) },
      seed: `seed-${number}`,
      callId: `call-${number}`,
      taken: [],
      isBlind: false,
    };
    const contacts = (await gate.look(facts.customerId, moment, () => []))(facts.timeZone);
    people.push({ facts, request, contacts, plain: plainOf(facts, request) });
  }
  return people;
}

/** Somebody with attributes, a consent and signals of the last months. */
export function factsOf(draw: Draw, customerId: string): CustomerFacts {
  return {
    customerId,
    timeZone: 'Europe/Berlin',
    attributes: {
      segment: draw.one(segments),
      region: draw.one(regions),
      tier: draw.one(tiers),
      age: draw.whole(18, 80),
      tenureMonths: draw.whole(0, 120),
      hasApp: draw.chance(0.6),
      churnRisk: draw.whole(1, 100) / 128,
      interests: interests.filter(() => draw.chance(0.4)),
    },
    audiences: [],
    consents: [{ purpose, channel: 'WEB', state: 'GRANTED' }],
    features: {
      ...noFeatures,
      lastSeenAt: moment - 60_000,
      counts: { VIEW: windowsOf(draw, 10), CART_ADD: windowsOf(draw, 4), PURCHASE: windowsOf(draw, 2) },
    },
    contacts: {},
  };
}

function windowsOf(draw: Draw, aDay: number): Windows {
  const h24 = draw.whole(0, aDay);
  const d7 = h24 + draw.whole(0, aDay);
  const d30 = d7 + draw.whole(0, aDay);
  return { h1: 0, h24, d7, d30, d90: d30 + draw.whole(0, aDay) };
}

function plainOf({ attributes, features }: CustomerFacts, { context }: DecisionRequest): PlainFacts {
  const { VIEW = {}, CART_ADD = {}, PURCHASE = {} } = features.counts;
  return {
    profile: attributes,
    context: context as PlainFacts['context'],
    features: { views: { ...VIEW }, cartAdds: { ...CART_ADD }, purchases: { ...PURCHASE } },
  };
}

function names(word: string, count: number): string[] {
  return Array.from({ length: count }, (_, number) => `${word}-${number}`);
}
