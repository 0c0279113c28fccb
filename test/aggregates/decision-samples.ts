// One decision of two offers, and all that may become of it: what the tests of decisions speak of.
import {
  type DecisionCommand,
  decisionDecider,
  type Outcome,
  type RecordOutcome,
} from '../../src/aggregates/decision/decider.ts';
import { type DecidedOffer, type DecisionEvent, decisionEvent } from '../../src/aggregates/decision/events.ts';
import { type Given, scenario } from './scenario.ts';

export const decision = scenario(decisionDecider, decisionEvent);
export const at = '2026-11-21T18:00:00.000Z';
export const soon = '2026-11-21T18:01:00.000Z';
export const expiresAt = '2026-11-21T18:10:00.000Z';
export const tooLate = '2026-11-21T18:10:00.001Z';
export const creditedUntil = '2026-11-21T19:01:00.000Z';
export const about = { customerId: 'c42', decisionId: 'c42_202611_x', offerId: 'fuel' };

export const offered = (offerId: string, slot: number): DecidedOffer => ({
  offerId,
  slot,
  revision: 1,
  score: 1,
  selectionProbability: 1,
  name: offerId,
  category: 'fuel',
  treatment: { channel: 'WEB', headline: offerId },
  components: { propensity: 1, contextWeight: 1, value: 1, lever: 1 },
  met: [],
  weights: [],
  creditWindowSeconds: 3600,
});
export type Decided = Extract<DecisionEvent, { type: 'OfferDecided' }>['data'];
export const data = (changes: Partial<Decided> = {}): Decided => ({
  customerId: 'c42',
  decisionId: 'c42_202611_x',
  placementId: 'home',
  channel: 'WEB',
  requestId: 'r1',
  callId: 'call1',
  offers: [offered('fuel', 0), offered('bread', 1)],
  resolution: 'FRESH',
  expiresAt,
  rejections: {},
  basis: { catalogue: '1', seed: 's', context: {}, facts: {}, taken: [], lost: [] },
  ...changes,
});
export const record = (changes: Partial<Decided> = {}, when = at): DecisionCommand => {
  return { type: 'RecordDecision', at: when, data: data(changes) };
};
export const decidedEvent = (changes: Partial<Decided> = {}): DecisionEvent => ({
  type: 'OfferDecided',
  data: data(changes),
});
export const decided: Given<DecisionEvent> = [decidedEvent(), at];
export const happens = (outcome: Outcome, changes: Partial<RecordOutcome> = {}): RecordOutcome => {
  const { decisionId, offerId } = about;
  const until = outcome === 'POSTPONED' ? { until: creditedUntil } : {};
  return { type: 'RecordOutcome', at: soon, decisionId, offerId, outcome, ...until, ...changes };
};
export const events: Record<Outcome, DecisionEvent> = {
  PRESENTED: { type: 'OfferPresented', data: { ...about, creditedUntil } },
  CLICKED: { type: 'OfferClicked', data: about },
  ACCEPTED: { type: 'OfferAccepted', data: about },
  DECLINED: { type: 'OfferDeclined', data: { ...about, reason: '' } },
  DISMISSED: { type: 'OfferDismissed', data: { ...about, reason: '' } },
  POSTPONED: { type: 'OfferPostponed', data: { ...about, until: creditedUntil } },
};
export const expired: DecisionEvent = { type: 'OfferExpired', data: about };
export const expire = (when: string): DecisionCommand => {
  return { type: 'ExpireOffer', at: when, decisionId: about.decisionId, offerId: about.offerId };
};
