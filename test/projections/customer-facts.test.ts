import { describe, expect, test } from 'vitest';
import { customerFacts, customerProjections } from '../../projections/customer-facts.ts';
import { featuresAt } from '../../projections/features.ts';
import { createInProcessReadModels } from '../../projections/in-process-read-models.ts';
import { unknownCustomer } from '../../src/decisioning/facts.ts';
import { seededRandom } from './random.ts';
import { positionAt, recorded } from './recorded-events.ts';

const noon = Date.UTC(2026, 10, 21, 12);

const history = recorded([
  { stream: 'profile-c1', type: 'CustomerRegistered', data: { customerId: 'c1', timeZone: 'Europe/Vienna' } },
  {
    stream: 'profile-c1',
    type: 'AttributesObserved',
    data: { customerId: 'c1', attributes: { age: 40 }, source: 'test' },
  },
  { stream: 'profile-c1', type: 'AudiencesJoined', data: { customerId: 'c1', audiences: ['vip'] } },
  {
    stream: 'consent-c1',
    type: 'ConsentGranted',
    data: {
      customerId: 'c1',
      purpose: 'marketing',
      channel: 'WEB',
      evidence: 'form',
      policyVersion: '1',
      expiresAt: '2027-01-01T00:00:00.000Z',
    },
  },
  {
    stream: 'signal-c1_20261121',
    type: 'SignalObserved',
    data: { customerId: 'c1', signalId: 's1', kind: 'VIEW', observedAt: '2026-11-21T11:59:00.000Z', sku: 'a' },
  },
  {
    stream: 'decision-c1_202611',
    type: 'OfferDecided',
    data: {
      customerId: 'c1',
      decisionId: 'd1',
      placementId: 'home',
      offers: [{ offerId: 'o1', slot: 0 }],
      expiresAt: '2026-11-21T12:10:00.000Z',
    },
  },
]);

async function factsOf(customerId: string, events = history) {
  const readModels = createInProcessReadModels();
  readModels.apply(customerProjections, events);
  return customerFacts(customerId, await readModels.readTogether(customerProjections, customerId), noon);
}

describe('the facts of a customer', () => {
  test('of somebody unknown nothing is known and nothing granted', async () => {
    expect(await factsOf('c2')).toEqual(unknownCustomer('c2'));
  });

  test('they come from all four read models', async () => {
    expect(await factsOf('c1')).toMatchObject({
      customerId: 'c1',
      timeZone: 'Europe/Vienna',
      attributes: { age: 40 },
      audiences: ['vip'],
      consents: [{ purpose: 'marketing', channel: 'WEB', state: 'GRANTED', expiresAt: Date.UTC(2027, 0, 1) }],
      features: { position: history[4]?.position, lastViewedSkus: ['a'], counts: { VIEW: { h1: 1 } } },
      contacts: { o1: { decided: 1, lastDecidedAt: noon } },
    });
  });

  test('a customer with signals only has no consent', async () => {
    const facts = await factsOf('c1', history.slice(4, 5));
    expect(facts).toMatchObject({ timeZone: 'UTC', consents: [], contacts: {} });
  });

  test('a withdrawal is a fact of its own', async () => {
    const withdrawal = recorded(
      [
        {
          stream: 'consent-c1',
          type: 'ConsentWithdrawn',
          data: { customerId: 'c1', purpose: 'marketing', channel: 'WEB', evidence: 'call' },
        },
      ],
      7,
    );
    const facts = await factsOf('c1', [...history, ...withdrawal]);
    expect(facts.consents).toEqual([{ purpose: 'marketing', channel: 'WEB', state: 'WITHDRAWN' }]);
  });

  test('events that come later do not change facts that were read', async () => {
    const readModels = createInProcessReadModels();
    readModels.apply(customerProjections, history);
    const facts = customerFacts('c1', await readModels.readTogether(customerProjections, 'c1'), noon);
    const before = structuredClone(facts);
    const later = history.map((event, index) => ({
      ...event,
      position: positionAt(10 + index),
      data: { ...event.data, sku: 'b' },
    }));
    readModels.apply(customerProjections, [
      ...later,
      ...recorded(
        [
          { stream: 'profile-c1', type: 'AudiencesLeft', data: { customerId: 'c1', audiences: ['vip'] } },
          {
            stream: 'profile-c1',
            type: 'AttributesObserved',
            data: { customerId: 'c1', attributes: { age: 41 }, source: 'test' },
          },
        ],
        20,
      ),
    ]);
    expect(facts).toEqual(before);
  });

  test('features that were made a moment ago serve only as long as they are still the same', async () => {
    const random = seededRandom(7);
    const readModels = createInProcessReadModels();
    let at = noon;
    let reused = 0;
    let last: unknown;
    for (let step = 1; step <= 2000; step += 1) {
      at += random.below(20_000) - 5000;
      if (random.share() < 0.3) {
        const observedAt = new Date(at + (random.below(140) - 70) * 1000).toISOString();
        const kind = random.oneOf(['VIEW', 'PURCHASE', 'CART_ADD']);
        const data = { customerId: 'c1', signalId: `s${step}`, kind, observedAt, sku: `sku-${step % 7}`, amount: 5 };
        const told = [
          { stream: 'signal-c1_20261121', type: 'SignalObserved', at: new Date(at + 3_600_000).toISOString(), data },
        ];
        readModels.apply(customerProjections, recorded(told, step));
      }
      const entries = await readModels.readTogether(customerProjections, 'c1');
      const { features } = customerFacts('c1', entries, at);
      const [, , feature] = entries;
      if (!feature) continue;
      expect(features).toEqual(featuresAt(feature.entry, feature.position, at));
      if (features === last) reused += 1;
      last = features;
    }
    expect(reused).toBeGreaterThan(50);
  });
});
