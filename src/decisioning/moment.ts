// What the stages share while one decision is made: the facts, and whatever needs to be found out only once.
import { offsetOf } from './calendar.ts';
import type { CapUsage } from './caps.ts';
import type { Channel } from './catalogue.ts';
import type { Catalogue, CompiledCap, CompiledPlacement } from './compiled-catalogue.ts';
import type { Outcome } from './compiled-condition.ts';
import type { ContactFacts, DecisionRequest } from './decision-request.ts';
import { type CustomerFacts, consentFor, type OfferContacts } from './facts.ts';
import type { Reason } from './reasons.ts';
import type { Scope } from './scope.ts';

export interface Moment {
  readonly at: number;
  readonly facts: CustomerFacts;
  readonly placement: CompiledPlacement;
  readonly scope: Scope;
  /** The outcome of a condition of the catalogue. */
  outcomeOf(condition: number): Outcome;
  /** Why a purpose of the catalogue may not be used on the placement's channel; undefined: it may. */
  consentProblem(purpose: number): Reason | undefined;
  purposeName(purpose: number): string;
  usageOf(cap: CompiledCap): CapUsage;
  /** True during the placement's quiet hours in the customer's day. */
  isQuiet(): boolean;
  /** Epoch milliseconds of the end of the placement's cooling window; undefined: no contact in it. */
  coolingUntil(): number | undefined;
  contactsWith(offerId: string): OfferContacts | undefined;
  /** What the last rejection was about. */
  readonly about: About;
}

interface About {
  subject: string;
  because: string;
  until: number | undefined;
}

/** Rejects a candidate, and notes what exactly was in the way; the words are made only when somebody wants to read them. */
export function reject(moment: Moment, reason: Reason, subject = '', until?: number, because = ''): Reason {
  const { about } = moment;
  about.subject = subject;
  about.because = because;
  about.until = until;
  return reason;
}

/** The detail of the last rejection in words. */
export function detailOf({ about: { subject, because, until } }: Moment): string {
  const words = because === '' ? subject : `${subject}: ${because}`;
  if (until === undefined) return words;
  const instant = new Date(until);
  const opens = Number.isNaN(instant.getTime()) ? 'for ever' : `until ${instant.toISOString()}`;
  return words === '' ? opens : `${words}, ${opens}`;
}

export function createMoment(
  catalogue: Catalogue,
  placement: CompiledPlacement,
  request: DecisionRequest,
  facts: CustomerFacts,
  contacts: ContactFacts,
): Moment {
  const { at } = request;
  const scope = catalogue.language.scopeOf(facts, request);
  const outcomes = new Array<Outcome | undefined>(catalogue.conditions.length);
  const consents = new Array<Reason | 'GRANTED' | undefined>(catalogue.purposes.length);
  const usages: (CapUsage | undefined)[] = [];
  let quiet: boolean | undefined;
  let cooling: { until: number | undefined } | undefined;
  return {
    at,
    facts,
    placement,
    scope,
    outcomeOf(condition) {
      const known = outcomes[condition];
      if (known !== undefined) return known;
      const outcome = catalogue.conditions[condition]?.outcome(scope) ?? false;
      outcomes[condition] = outcome;
      return outcome;
    },
    consentProblem(purpose) {
      consents[purpose] ??= consentState(
        facts,
        catalogue.purposes[purpose] ?? '',
        placement.published.terms.channel,
        at,
      );
      const state = consents[purpose];
      return state === 'GRANTED' ? undefined : state;
    },
    purposeName: (purpose) => catalogue.purposes[purpose] ?? '',
    usageOf(cap) {
      const known = usages[cap.usage];
      if (known) return known;
      const usage = contacts.usageOf(cap.bound);
      usages[cap.usage] = usage;
      return usage;
    },
    isQuiet() {
      quiet ??= withinQuietHours(placement.quiet, at, facts.timeZone);
      return quiet;
    },
    coolingUntil() {
      cooling ??= { until: coolingEnd(placement.cooling, request, contacts) };
      return cooling.until;
    },
    contactsWith: (offerId) => (Object.hasOwn(facts.contacts, offerId) ? facts.contacts[offerId] : undefined),
    about: { subject: '', because: '', until: undefined },
  };
}

function consentState(facts: CustomerFacts, purpose: string, channel: Channel, at: number): Reason | 'GRANTED' {
  const consent = consentFor(facts, purpose, channel);
  if (!consent) return 'CONSENT_MISSING';
  if (consent.state === 'WITHDRAWN') return 'CONSENT_WITHDRAWN';
  return consent.expiresAt !== undefined && consent.expiresAt <= at ? 'CONSENT_EXPIRED' : 'GRANTED';
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
