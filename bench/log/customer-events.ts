// What a log knows of customers: who they are, what they consented to, their signals, and the decisions made for them.
import type { DomainEvent } from '../../src/aggregates/decider.ts';
import { dayOf, monthOf, secondsAfter } from '../../src/aggregates/values.ts';
import type { PublishedOffer } from '../../src/decisioning/catalogue.ts';
import type { CustomerFacts } from '../../src/decisioning/facts.ts';
import type { Draw } from '../decide/draw.ts';
import type { BenchOffer } from '../decide/offers.ts';
import { categories, factsOf, placementId, purpose } from '../decide/people.ts';
import type { Happening } from './written-log.ts';

const signalKinds = ['VIEW', 'VIEW', 'VIEW', 'VIEW', 'SEARCH', 'CART_ADD', 'PURCHASE', 'LOGIN'];
const daySeconds = 86_400;

/** The days before an instant in which the customers were there. */
const daysOfActivity = 60;

/**
 * So many customers with about twenty events each, in order of time up to an instant: registration, attributes, consents; on two
 * or three days some signals; once or twice a decision that was presented, some with an outcome.
 */
export function* customerEvents(
  draw: Draw,
  customers: number,
  offers: readonly BenchOffer[],
  until: string,
): Generator<Happening> {
  const begin = secondsAfter(until, -(daysOfActivity + 1) * daySeconds);
  const known: CustomerFacts[] = [];
  for (let number = 0; number < customers; number++) {
    const facts = factsOf(draw, `customer-${number}`);
    known.push(facts);
    yield* arrival(facts, begin);
  }
  for (let day = 0; day < daysOfActivity; day++) {
    for (const facts of known) {
      const at = secondsAfter(begin, (day + 1) * daySeconds + draw.whole(0, daySeconds / 2));
      if (draw.chance(2.5 / daysOfActivity)) yield signalsOf(draw, facts, at);
      if (draw.chance(1.2 / daysOfActivity)) yield* decisionOf(draw, facts, draw.one(offers).published, at);
    }
  }
}

/** Registered, described, and asked for consent. */
export function* arrival({ customerId, timeZone, attributes }: CustomerFacts, at: string): Generator<Happening> {
  const profile: DomainEvent[] = [
    { type: 'CustomerRegistered', data: { customerId, timeZone } },
    { type: 'AttributesObserved', data: { customerId, attributes, source: 'bench' } },
  ];
  yield { stream: `profile-${customerId}`, at, events: profile };
  const consent = { customerId, purpose, evidence: 'form 7', policyVersion: '2026-01' };
  const events = ['WEB', 'APP', 'EMAIL'].map((channel) => ({ type: 'ConsentGranted', data: { ...consent, channel } }));
  yield { stream: `consent-${customerId}`, at, events };
}

function signalsOf(draw: Draw, { customerId }: CustomerFacts, at: string): Happening {
  const events = Array.from({ length: draw.whole(2, 6) }, (_, index) => {
    const kind = draw.one(signalKinds);
    const observedAt = secondsAfter(at, index * 40);
    const signalId = `${customerId}-${observedAt}`;
    const what = kind === 'LOGIN' ? {} : { sku: `sku-${draw.whole(0, 5000)}`, category: draw.one(categories) };
    const amount = kind === 'PURCHASE' ? { quantity: 1, amount: draw.whole(100, 9000) } : {};
    return { type: 'SignalObserved', data: { customerId, signalId, kind, observedAt, ...what, ...amount } };
  });
  return { stream: `signal-${customerId}_${dayOf(at)}`, at, events };
}

function* decisionOf(
  draw: Draw,
  facts: CustomerFacts,
  { offerId, revision, terms }: PublishedOffer,
  at: string,
): Generator<Happening> {
  const { customerId, timeZone } = facts;
  const month = `${customerId}_${monthOf(at)}`;
  const [decision, cap] = [`decision-${month}`, `cap-${month}`];
  const decisionId = `${month}_${draw.whole(0, 2 ** 40).toString(16)}`;
  const callId = draw.whole(0, 2 ** 40).toString(16);
  const place = { placementId, channel: 'WEB' };
  const offers = [{ offerId, tags: terms.tags }];
  const heldUntil = secondsAfter(at, terms.ttlSeconds);
  const reserved = { customerId, decisionId, ...place, offers, callId, timeZone, catalogue: '1', heldUntil };
  yield { stream: cap, at, events: [{ type: 'CapReserved', data: reserved }] };
  const decided = {
    customerId,
    decisionId,
    ...place,
    callId,
    offers: [
      {
        offerId,
        slot: 0,
        revision,
        score: 1.25,
        selectionProbability: 1,
        name: terms.name,
        category: terms.category,
        treatment: terms.treatments[0],
        components: { propensity: terms.propensity, contextWeight: 1, value: terms.value.amount / 100, lever: 1 },
        met: terms.eligibility.map(({ name }) => name),
        weights: [],
        creditWindowSeconds: terms.creditWindowSeconds,
      },
    ],
    resolution: 'FRESH',
    expiresAt: heldUntil,
    rejections: { NOT_ELIGIBLE: 480, OUTRANKED: 19 },
    basis: {
      catalogue: '1',
      vocabulary: 'bench',
      seed: callId,
      context: { category: draw.one(categories) },
      facts: { customer: facts, usage: { caps: {}, lastContacts: {} } },
      taken: [],
      lost: [],
    },
  };
  yield { stream: decision, at, events: [{ type: 'OfferDecided', data: decided }] };
  const about = { customerId, decisionId, offerId };
  const presentedAt = secondsAfter(at, 2);
  const creditedUntil = secondsAfter(at, terms.creditWindowSeconds);
  const confirmed = (counted: string): DomainEvent => ({
    type: 'CapConfirmed',
    data: { ...about, counted, heldUntil: creditedUntil },
  });
  yield { stream: cap, at: presentedAt, events: [confirmed('IMPRESSION')] };
  yield { stream: decision, at: presentedAt, events: [{ type: 'OfferPresented', data: { ...about, creditedUntil } }] };
  const later = secondsAfter(at, 60);
  if (draw.chance(0.2)) {
    yield { stream: cap, at: later, events: [confirmed('ACCEPTANCE')] };
    yield { stream: decision, at: later, events: [{ type: 'OfferAccepted', data: about }] };
  } else if (draw.chance(0.1)) {
    yield { stream: cap, at: later, events: [{ type: 'CapReleased', data: { ...about, reason: 'DECLINED' } }] };
    yield { stream: decision, at: later, events: [{ type: 'OfferDeclined', data: { ...about, reason: 'not now' } }] };
  }
}
