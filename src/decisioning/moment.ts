// What the stages share while one decision is made: the facts, and whatever needs to be found out only once.
import type { Asked } from './asked-facts.ts';
import { offsetOf } from './calendar.ts';
import type { CapUsage } from './caps.ts';
import type { Channel } from './catalogue.ts';
import type { Catalogue } from './compiled-catalogue.ts';
import type { CompiledCondition } from './compiled-condition.ts';
import type { NamedCondition } from './compiled-offer.ts';
import type { CompiledCap, CompiledPlacement } from './compiled-placement.ts';
import type { ContactFacts, DecisionRequest, UnrecordableCaps } from './decision-request.ts';
import { type CustomerFacts, consentFor, type OfferContacts, type Signal } from './facts.ts';
import type { ModelScores } from './models/compiled-model.ts';
import type { Answers } from './predicate-numbers.ts';
import type { Reason } from './reasons.ts';
import type { Scope } from './scope.ts';

export interface Moment {
  readonly at: number;
  readonly facts: CustomerFacts;
  readonly placement: CompiledPlacement;
  readonly unrecordable: UnrecordableCaps | undefined;
  readonly scope: Scope;
  /** What the placement's model says of offers; undefined: it has none, and their propensities are their own. */
  readonly scores: ModelScores | undefined;
  /** Whether a predicate of the catalogue holds. */
  readonly answer: Answers;
  holds(condition: NamedCondition): boolean;
  /** Why a purpose may not be used on the placement's channel; undefined: it may. */
  consentProblem(purpose: string): Reason | undefined;
  usageOf(cap: CompiledCap): CapUsage;
  /** The only offers whose own caps can be used up, but for `canStopAnybody`; undefined: that is not known. */
  touchedOffers(): readonly string[] | undefined;
  /** Own caps of all customers together with a higher limit cannot be used up. */
  largestTotal(): number;
  /** True during the placement's quiet hours in the customer's day. */
  isQuiet(): boolean;
  /** Epoch milliseconds of the end of the placement's cooling window; undefined: no contact in it. */
  coolingUntil(): number | undefined;
  contactsWith(offerId: string): OfferContacts | undefined;
  /** The same of an offer that the customer declined, accepted or postponed; of no other anything is asked. */
  answersTo(offerId: string): OfferContacts | undefined;
  /** Notes that a stage has gone by a signal. */
  goBy(signal: Signal): void;
  /** What the stages have asked for so far. */
  readonly asked: Asked;
  /** What the last rejection was about. */
  readonly about: About;
}

interface About {
  subject: string;
  until: number | undefined;
  condition: CompiledCondition | undefined;
}

/** Rejects a candidate, and notes what exactly was in the way; the words are made only when somebody wants to read them. */
export function reject(
  { about }: Moment,
  reason: Reason,
  subject = '',
  until?: number,
  condition?: CompiledCondition,
): Reason {
  about.subject = subject;
  about.until = until;
  about.condition = condition;
  return reason;
}

/** The detail of the last rejection in words. */
export function detailOf({ about: { subject, until, condition }, scope }: Moment): string {
  const outcome = condition?.outcome(scope);
  const words = typeof outcome === 'object' ? `${subject}: ${outcome.missing}` : subject;
  if (until === undefined) return words;
  const instant = new Date(until);
  const opens = Number.isNaN(instant.getTime()) ? 'for ever' : `until ${instant.toISOString()}`;
  return words === '' ? opens : `${words}, ${opens}`;
}

export function createMoment(
  catalogue: Pick<Catalogue, 'language' | 'numbers' | 'modelOf'>,
  placement: CompiledPlacement,
  request: DecisionRequest,
  facts: CustomerFacts,
  contacts: ContactFacts,
): Moment {
  const { at } = request;
  const scope = catalogue.language.scopeOf(facts, request);
  const answer = catalogue.numbers.answers(scope);
  const consents = new Map<string, Reason | undefined>();
  const usages: CapUsage[] = [];
  const asked = { contacts: new Set<string>(), signals: new Set<Signal>(), rules: catalogue.numbers.reads };
  let quiet: boolean | undefined;
  let cooling: { until: number | undefined } | undefined;

  function contactsWith(offerId: string): OfferContacts | undefined {
    if (!Object.hasOwn(facts.contacts, offerId)) return undefined;
    asked.contacts.add(offerId);
    return facts.contacts[offerId];
  }

  return {
    at,
    facts,
    placement,
    unrecordable: request.unrecordable,
    scope,
    scores: catalogue.modelOf(placement.published)?.scoresIn(scope, request),
    answer,
    holds({ predicates }) {
      for (const predicate of predicates) if (!answer(predicate)) return false;
      return true;
    },
    consentProblem(purpose) {
      if (consents.has(purpose)) return consents.get(purpose);
      const problem = consentState(facts, purpose, placement.published.terms.channel, at);
      consents.set(purpose, problem);
      return problem;
    },
    usageOf({ bound, shared }) {
      // The others are asked about one offer only.
      if (shared === undefined) return contacts.usageOf(bound);
      usages[shared] ??= contacts.usageOf(bound);
      return usages[shared];
    },
    touchedOffers: () => contacts.touchedOffers?.(),
    largestTotal: () => contacts.largestTotal?.() ?? Number.POSITIVE_INFINITY,
    isQuiet() {
      quiet ??= withinQuietHours(placement.quiet, at, facts.timeZone);
      return quiet;
    },
    coolingUntil() {
      cooling ??= { until: coolingEnd(placement.cooling, request, contacts) };
      return cooling.until;
    },
    contactsWith,
    answersTo(offerId) {
      const known = Object.hasOwn(facts.contacts, offerId) ? facts.contacts[offerId] : undefined;
      return known && isAnswered(known) ? contactsWith(offerId) : undefined;
    },
    goBy: (signal) => asked.signals.add(signal),
    asked,
    about: { subject: '', until: undefined, condition: undefined },
  };
}

function isAnswered({ lastDeclinedAt, lastAcceptedAt, postponedUntil }: OfferContacts): boolean {
  return lastDeclinedAt !== undefined || lastAcceptedAt !== undefined || postponedUntil !== undefined;
}

function consentState(facts: CustomerFacts, purpose: string, channel: Channel, at: number): Reason | undefined {
  const consent = consentFor(facts, purpose, channel);
  if (!consent) return 'CONSENT_MISSING';
  if (consent.state === 'WITHDRAWN') return 'CONSENT_WITHDRAWN';
  return consent.expiresAt !== undefined && consent.expiresAt <= at ? 'CONSENT_EXPIRED' : undefined;
}

function withinQuietHours(quiet: CompiledPlacement['quiet'], at: number, timeZone: string): boolean {
  if (!quiet) return false;
  const minute = Math.floor((at + offsetOf(at, timeZone)) / 60_000) % 1440;
  return quiet.from <= quiet.to ? quiet.from <= minute && minute < quiet.to : quiet.from <= minute || minute < quiet.to;
}

function coolingEnd(
  cooling: CompiledPlacement['cooling'],
  request: DecisionRequest,
  contacts: ContactFacts,
): number | undefined {
  if (!cooling) return undefined;
  const last = contacts.lastContactAt(cooling.series, request.callId);
  if (last === undefined) return undefined;
  const until = last + cooling.seconds * 1000;
  return request.at < until ? until : undefined;
}
