// A random history of everything that read models are made of: the same seed tells the same story.
import type { NewEvent } from '../../src/event-store/event-store.ts';
import { type Random, seededRandom } from './random.ts';
import { someOffer, somePlacement } from './terms.ts';

export interface Happening {
  readonly stream: string;
  readonly events: readonly NewEvent[];
}

type Told = { readonly type: string; readonly data: object };

/** So many events, in appends of 1 to 20. */
export function randomLog(seed: number, count: number): Happening[] {
  const random = seededRandom(seed);
  const happenings: Happening[] = [];
  let clock = Date.UTC(2026, 6, 1);
  let told = 0;
  while (told < count) {
    clock += random.below(20 * 60_000);
    const { stream, events } = something(random, clock);
    const some = events.slice(0, count - told);
    happenings.push({ stream, events: some.map((event, index) => newEvent(event, seed, told + index, clock)) });
    told += some.length;
  }
  return happenings;
}

function newEvent({ type, data }: Told, seed: number, index: number, clock: number): NewEvent {
  const id = `${String(seed).padStart(8, '0')}-0000-4000-8000-${String(index).padStart(12, '0')}`;
  const metadata = { at: new Date(clock).toISOString(), v: 1, correlationId: 'c', causationId: 'c', actor: 'agent7' };
  return { id, type, data, metadata };
}

function something(random: Random, clock: number): { stream: string; events: Told[] } {
  const customerId = `c${random.below(150)}`;
  const share = random.share();
  if (share < 0.5) return signals(random, clock, customerId);
  if (share < 0.75) return decision(random, clock, customerId);
  if (share < 0.83) return { stream: `profile-${customerId}`, events: [profile(random, customerId)] };
  if (share < 0.91) return { stream: `consent-${customerId}`, events: [consent(random, clock, customerId)] };
  if (share < 0.95) return interaction(random, customerId);
  if (share < 0.98) return offer(random);
  if (share < 0.99) return model(random);
  return placement(random);
}

function signals(random: Random, clock: number, customerId: string) {
  const events = Array.from({ length: 1 + random.below(20) }, () => ({
    type: 'SignalObserved',
    data: {
      customerId,
      signalId: `s${random.below(1e9)}`,
      kind: random.oneOf(['VIEW', 'SEARCH', 'CART_ADD', 'CART_REMOVE', 'PURCHASE', 'LOGIN']),
      observedAt: new Date(clock - random.oneOf([0, 0, 1000, 5e6, 1e9, 5e9])).toISOString(),
      ...(random.share() < 0.8 && { sku: `k${random.below(50)}`, category: `g${random.below(12)}` }),
      ...(random.share() < 0.8 && { amount: random.below(10_000) }),
    },
  }));
  return { stream: `signal-${customerId}_${new Date(clock).toISOString().slice(0, 10).replaceAll('-', '')}`, events };
}

function decision(random: Random, clock: number, customerId: string) {
  const decisionId = `d${random.below(5000)}`;
  const offerIds = Array.from({ length: random.below(4) }, () => `o${random.below(20)}`);
  const decided = {
    type: 'OfferDecided',
    data: {
      customerId,
      decisionId,
      placementId: `p${random.below(5)}`,
      ...(random.share() < 0.7 && { requestId: `r${random.below(500)}` }),
      offers: [...new Set(offerIds)].map((offerId, slot) => ({ offerId, slot })),
      expiresAt: new Date(clock + random.below(1e8)).toISOString(),
    },
  };
  const outcomes = offerIds.flatMap((offerId) =>
    [
      'OfferPresented',
      random.oneOf([
        'OfferClicked',
        'OfferAccepted',
        'OfferDeclined',
        'OfferDismissed',
        'OfferPostponed',
        'OfferExpired',
      ]),
    ].map((type) => ({
      type,
      data: { customerId, decisionId, offerId, reason: 'so', until: new Date(clock + 1e6).toISOString() },
    })),
  );
  return { stream: `decision-${customerId}_202611`, events: [decided, ...outcomes] };
}

function profile(random: Random, customerId: string): Told {
  const identity = { kind: random.oneOf(['crm', 'shop']), value: String(random.below(5)) };
  const attributes = { [`a${random.below(8)}`]: random.oneOf([1, 'x', true, null, ['u', 'v']]) };
  const audiences = [`t${random.below(6)}`];
  return random.oneOf([
    { type: 'CustomerRegistered', data: { customerId, timeZone: 'Europe/Vienna' } },
    { type: 'TimeZoneObserved', data: { customerId, timeZone: 'Asia/Tokyo' } },
    { type: 'IdentityLinked', data: { customerId, identity } },
    { type: 'IdentityUnlinked', data: { customerId, identity } },
    { type: 'AttributesObserved', data: { customerId, attributes, source: 'test' } },
    { type: 'AudiencesJoined', data: { customerId, audiences } },
    { type: 'AudiencesLeft', data: { customerId, audiences } },
  ]);
}

function consent(random: Random, clock: number, customerId: string): Told {
  const what = { customerId, purpose: random.oneOf(['marketing', 'service']), channel: random.oneOf(['WEB', 'SMS']) };
  const expiresAt = new Date(clock + 1e9).toISOString();
  return random.oneOf([
    { type: 'ConsentGranted', data: { ...what, evidence: 'form', policyVersion: '1', expiresAt } },
    { type: 'ConsentGranted', data: { ...what, evidence: 'form', policyVersion: '2', jurisdiction: 'AT' } },
    { type: 'ConsentWithdrawn', data: { ...what, evidence: 'call' } },
  ]);
}

function interaction(random: Random, customerId: string) {
  const interactionId = `i${random.below(60)}`;
  const agentId = `a${random.below(10)}`;
  const context = { [`x${random.below(4)}`]: random.below(100) };
  const number = 1 + random.below(50);
  const event = random.oneOf([
    { type: 'InteractionStarted', data: { interactionId, agentId, customerId, placementId: 'p1', context } },
    { type: 'ContextObserved', data: { interactionId, context } },
    {
      type: 'ScreenPopped',
      data: { interactionId, agentId, customerId, number, decisionId: `d${number}`, cause: 'STARTED' },
    },
    { type: 'InteractionEnded', data: { interactionId, agentId, summary: '' } },
  ]);
  return { stream: `interaction-${interactionId}`, events: [event] };
}

function offer(random: Random) {
  const offerId = `o${random.below(20)}`;
  const revision = 1 + random.below(9);
  const by = `u${random.below(4)}`;
  const event = random.oneOf([
    { type: 'OfferDrafted', data: { offerId, revision, author: by, terms: someOffer(`n${revision}`) } },
    { type: 'OfferRevised', data: { offerId, revision, author: by, terms: someOffer(`m${revision}`) } },
    { type: 'OfferSubmitted', data: { offerId, revision, by } },
    { type: 'OfferApproved', data: { offerId, revision, by } },
    { type: 'OfferRejected', data: { offerId, revision, by, reason: 'so' } },
    { type: 'OfferPublished', data: { offerId, revision, by } },
    { type: 'OfferPaused', data: { offerId, by, reason: 'so' } },
    { type: 'OfferResumed', data: { offerId, by } },
    { type: 'OfferRetired', data: { offerId, by, reason: 'so' } },
  ]);
  return { stream: `offer-${offerId}`, events: [event] };
}

function placement(random: Random) {
  const placementId = `p${random.below(5)}`;
  const revision = 1 + random.below(9);
  const event = random.oneOf([
    { type: 'PlacementDefined', data: { placementId, revision, by: 'u1', terms: somePlacement(`n${revision}`) } },
    { type: 'PlacementRedefined', data: { placementId, revision, by: 'u1', terms: somePlacement(`m${revision}`) } },
    { type: 'PlacementRetired', data: { placementId, by: 'u1' } },
  ]);
  return { stream: `placement-${placementId}`, events: [event] };
}

function model(random: Random) {
  const modelId = `m${random.below(5)}`;
  const revision = 1 + random.below(9);
  const by = `u${random.below(4)}`;
  const terms = {
    name: `n${revision}`,
    kind: 'STATIC',
    static: { offers: [], categories: [], default: random.share() },
  };
  const event = random.oneOf([
    { type: 'ModelDefined', data: { modelId, revision, author: by, terms } },
    { type: 'ModelRevised', data: { modelId, revision, author: by, terms } },
    { type: 'ModelApproved', data: { modelId, revision, by } },
    { type: 'ModelRetired', data: { modelId, by, reason: 'so' } },
  ]);
  return { stream: `model-${modelId}`, events: [event] };
}
