// A customer's decisions of one month and what became of each offer: every outcome once, in its time, without contradiction.
import { type Decider, type Refused, refuse } from '../decider.ts';
import { firstRepeated, instant, monthOf, secondsAfter } from '../values.ts';
import type { DecisionEvent } from './events.ts';

type OfferDecided = Extract<DecisionEvent, { type: 'OfferDecided' }>['data'];

export const outcomes = ['PRESENTED', 'CLICKED', 'ACCEPTED', 'DECLINED', 'DISMISSED', 'POSTPONED'] as const;
export type Outcome = (typeof outcomes)[number];

/** Records a decision before anybody hears of it. */
export interface RecordDecision {
  readonly type: 'RecordDecision';
  readonly at: string;
  readonly data: OfferDecided;
  /** A decision of the same request that is a good answer no more: this one takes its place. */
  readonly supersedes?: string | undefined;
  /** Somebody has heard of it: it is recorded although another decision has answered the same request meanwhile. */
  readonly isAnswered?: boolean;
}

/** What the customer did, or what was done, with an offer of a decision. */
export interface RecordOutcome {
  readonly type: 'RecordOutcome';
  readonly at: string;
  readonly decisionId: string;
  readonly offerId: string;
  readonly outcome: Outcome;
  /** Why it was declined or dismissed. */
  readonly reason?: string | undefined;
  /** Until when it was postponed. */
  readonly until?: string | undefined;
}

/** The time to present the offer is over. */
export interface ExpireOffer {
  readonly type: 'ExpireOffer';
  readonly at: string;
  readonly decisionId: string;
  readonly offerId: string;
}

export type DecisionCommand = RecordDecision | RecordOutcome | ExpireOffer;

export const decisionReasons = [
  'OFFER_REPEATED',
  'SLOT_REPEATED',
  'EXPIRY_NOT_LATER',
  'DECISION_UNKNOWN',
  'OFFER_NOT_IN_DECISION',
  'OUTCOME_BEFORE_DECISION',
  'OUTCOME_CONTRADICTS',
  'DECISION_EXPIRED',
  'CREDIT_WINDOW_OVER',
  'UNTIL_NOT_LATER',
  'REASON_INVALID',
] as const;
export type DecisionReason = (typeof decisionReasons)[number];

export interface OfferProgress {
  readonly creditWindowSeconds: number;
  readonly recorded: Outcome[];
  /** Until when outcomes are credited, once it was presented. */
  creditedUntil: string | undefined;
  expired: boolean;
}

export interface DecisionProgress {
  readonly customerId: string;
  readonly decidedAt: string;
  readonly expiresAt: string;
  /** By offer id. */
  readonly offers: Map<string, OfferProgress>;
}

export interface DecisionState {
  /** By decision id, in the order in which they were recorded. */
  readonly decisions: Map<string, DecisionProgress>;
  /** The decisions that answered a request, by `<requestId>|<placementId>`, in that order too. */
  readonly answers: Map<string, string[]>;
}

const longestReason = 200;

type Decision = readonly DecisionEvent[] | Refused<DecisionReason>;

/** The decider of `decision-<customerId>_<yyyymm>`. */
export const decisionDecider: Decider<DecisionState, DecisionCommand, DecisionEvent, DecisionReason> = {
  category: 'decision',
  initialState: () => ({ decisions: new Map(), answers: new Map() }),
  decide(command, state) {
    switch (command.type) {
      case 'RecordDecision':
        return recordDecision(command, state);
      case 'RecordOutcome':
        return recordOutcome(command, state);
      case 'ExpireOffer':
        return expireOffer(command, state);
    }
  },
  evolve,
};

/** The id of a new decision: it names the stream that it is recorded in. `random` is without `_`. */
export function decisionIdOf(customerId: string, at: string, random: string): string {
  // One piece of text and no chain of them: JSON.stringify writes what holds a chain by its slow way, as a whole.
  return [customerId, monthOf(at), random].join('_');
}

/** The id of the monthly streams, `<customerId>_<yyyymm>`, that a decision is recorded in; undefined: no id of a decision. */
export function streamIdOf(decisionId: string): string | undefined {
  return /^([A-Za-z0-9][A-Za-z0-9._:-]*_\d{4}(?:0[1-9]|1[0-2]))_[A-Za-z0-9.:-]+$/.exec(decisionId)?.[1];
}

/** The last decision of the same request in the same placement that is still valid at an instant; not the one it supersedes. */
export function decisionOfRequest(
  state: DecisionState,
  request: { requestId: string; placementId: string; supersedes?: string | undefined },
  at: string,
): string | undefined {
  const last = state.answers
    .get(`${request.requestId}|${request.placementId}`)
    ?.findLast((decisionId) => (state.decisions.get(decisionId)?.expiresAt ?? '') > at);
  return last === request.supersedes ? undefined : last;
}

function recordDecision({ data, at, supersedes, isAnswered }: RecordDecision, state: DecisionState): Decision {
  if (state.decisions.has(data.decisionId)) return [];
  const { requestId, placementId, offers, expiresAt } = data;
  const request = requestId === undefined ? undefined : { requestId, placementId, supersedes };
  if (request && !isAnswered && decisionOfRequest(state, request, at) !== undefined) return [];
  const again = firstRepeated(offers.map(({ offerId }) => offerId));
  if (again) {
    const rule = `A decision offers each offer once, ${again.value} twice.`;
    return refuse('OFFER_REPEATED', rule, `offers.${again.index}.offerId`);
  }
  const full = firstRepeated(offers.map(({ slot }) => String(slot)));
  if (full) return refuse('SLOT_REPEATED', `The slot ${full.value} is already filled.`, `offers.${full.index}.slot`);
  if (expiresAt <= at) {
    return refuse('EXPIRY_NOT_LATER', `The decision of ${at} cannot expire at ${expiresAt}.`, 'expiresAt');
  }
  return [{ type: 'OfferDecided', data }];
}

function recordOutcome(command: RecordOutcome, state: DecisionState): Decision {
  const { decisionId, offerId, outcome, at } = command;
  const decision = state.decisions.get(decisionId);
  if (!decision) return decisionUnknown(decisionId);
  const offer = decision.offers.get(offerId);
  if (!offer) return offerUnknown(decisionId, offerId);
  if (offer.recorded.includes(outcome)) return [];
  if (at < decision.decidedAt) {
    const rule = `The outcome of ${at} is earlier than the decision of ${decision.decidedAt}.`;
    return refuse('OUTCOME_BEFORE_DECISION', rule, 'at');
  }
  const contradicted = contradictedBy(outcome, offer);
  if (contradicted) {
    const rule = `The offer ${offerId} was ${inWords[contradicted]}; after that it cannot be ${inWords[outcome]}.`;
    return refuse('OUTCOME_CONTRADICTS', rule, 'outcome');
  }
  if (offer.creditedUntil === undefined && (offer.expired || at > decision.expiresAt)) {
    const rule = `The decision ${decisionId} expired at ${decision.expiresAt} without the offer having been presented.`;
    return refuse('DECISION_EXPIRED', rule, 'at');
  }
  if (offer.creditedUntil !== undefined && at > offer.creditedUntil) {
    const rule = `Outcomes of the offer ${offerId} were credited to the decision ${decisionId} until ${offer.creditedUntil}.`;
    return refuse('CREDIT_WINDOW_OVER', rule, 'at');
  }
  if (outcome === 'POSTPONED' && !isLater(command.until, at)) {
    const rule = 'A postponed offer needs the later instant until which it is postponed, in UTC with milliseconds.';
    return refuse('UNTIL_NOT_LATER', rule, 'until');
  }
  if (command.reason !== undefined && command.reason.length > longestReason) {
    return refuse('REASON_INVALID', `A reason has at most ${longestReason} characters.`, 'reason');
  }
  return eventsOf(command, offer, decision.customerId);
}

function isLater(until: string | undefined, at: string): boolean {
  return until !== undefined && instant.safeParse(until).success && until > at;
}

/** The earlier outcome that this one cannot follow. */
function contradictedBy(outcome: Outcome, { recorded }: OfferProgress): Outcome | undefined {
  const over = recorded.find((earlier) => earlier === 'DECLINED' || earlier === 'DISMISSED' || earlier === 'POSTPONED');
  if (over) return over;
  const refusing = outcome === 'DECLINED' || outcome === 'DISMISSED' || outcome === 'POSTPONED';
  return refusing && recorded.includes('ACCEPTED') ? 'ACCEPTED' : undefined;
}

const inWords: Record<Outcome, string> = {
  PRESENTED: 'presented',
  CLICKED: 'clicked',
  ACCEPTED: 'accepted',
  DECLINED: 'declined',
  DISMISSED: 'dismissed',
  POSTPONED: 'postponed',
};

function eventsOf(command: RecordOutcome, offer: OfferProgress, customerId: string): readonly DecisionEvent[] {
  const { decisionId, offerId, at, reason = '', until = '' } = command;
  const data = { customerId, decisionId, offerId };
  const creditedUntil = secondsAfter(at, offer.creditWindowSeconds);
  const presented: DecisionEvent = { type: 'OfferPresented', data: { ...data, creditedUntil } };
  // Who clicks, accepts or declines has seen it.
  const implied = offer.creditedUntil === undefined ? [presented] : [];
  switch (command.outcome) {
    case 'PRESENTED':
      return [presented];
    case 'CLICKED':
      return [...implied, { type: 'OfferClicked', data }];
    case 'ACCEPTED':
      return [...implied, { type: 'OfferAccepted', data }];
    case 'DECLINED':
      return [...implied, { type: 'OfferDeclined', data: { ...data, reason } }];
    case 'DISMISSED':
      return [{ type: 'OfferDismissed', data: { ...data, reason } }];
    case 'POSTPONED':
      return [{ type: 'OfferPostponed', data: { ...data, until } }];
  }
}

function expireOffer({ decisionId, offerId, at }: ExpireOffer, state: DecisionState): Decision {
  const decision = state.decisions.get(decisionId);
  if (!decision) return decisionUnknown(decisionId);
  const offer = decision.offers.get(offerId);
  if (!offer) return offerUnknown(decisionId, offerId);
  if (offer.expired || offer.recorded.length > 0 || at < decision.expiresAt) return [];
  return [{ type: 'OfferExpired', data: { customerId: decision.customerId, decisionId, offerId } }];
}

function decisionUnknown(decisionId: string): Refused<DecisionReason> {
  return refuse('DECISION_UNKNOWN', `There is no decision ${decisionId}.`, 'decisionId');
}

function offerUnknown(decisionId: string, offerId: string): Refused<DecisionReason> {
  return refuse('OFFER_NOT_IN_DECISION', `The decision ${decisionId} did not offer ${offerId}.`, 'offerId');
}

function evolve(state: DecisionState, event: DecisionEvent, at: string): DecisionState {
  if (event.type === 'OfferDecided') {
    const { customerId, decisionId, placementId, requestId, expiresAt } = event.data;
    const offers = event.data.offers.map(({ offerId, creditWindowSeconds }): [string, OfferProgress] => [
      offerId,
      { creditWindowSeconds, recorded: [], creditedUntil: undefined, expired: false },
    ]);
    state.decisions.set(decisionId, { customerId, decidedAt: at, expiresAt, offers: new Map(offers) });
    if (requestId !== undefined) {
      const request = `${requestId}|${placementId}`;
      const answers = state.answers.get(request);
      if (answers) answers.push(decisionId);
      else state.answers.set(request, [decisionId]);
    }
    return state;
  }
  const offer = state.decisions.get(event.data.decisionId)?.offers.get(event.data.offerId);
  if (!offer) return state;
  switch (event.type) {
    case 'OfferPresented':
      offer.creditedUntil = event.data.creditedUntil;
      offer.recorded.push('PRESENTED');
      return state;
    case 'OfferClicked':
      offer.recorded.push('CLICKED');
      return state;
    case 'OfferAccepted':
      offer.recorded.push('ACCEPTED');
      return state;
    case 'OfferDeclined':
      offer.recorded.push('DECLINED');
      return state;
    case 'OfferDismissed':
      offer.recorded.push('DISMISSED');
      return state;
    case 'OfferPostponed':
      offer.recorded.push('POSTPONED');
      return state;
    case 'OfferExpired':
      offer.expired = true;
      return state;
  }
}
