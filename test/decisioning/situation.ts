// Builds what a decision needs from a case: what is usual, and what differs.
import { readFileSync } from 'node:fs';
import type { BoundCap, CapUsage } from '../../src/decisioning/caps.ts';
import type { ModelTerms, OfferTerms, PlacementTerms, PublishedOffer } from '../../src/decisioning/catalogue.ts';
import { compileCatalogue } from '../../src/decisioning/compiled-catalogue.ts';
import type {
  ContactFacts,
  DecisionRequest,
  GivenScore,
  UnrecordableCaps,
} from '../../src/decisioning/decision-request.ts';
import { type ConsentFact, type CustomerFacts, noFeatures, type OfferContacts } from '../../src/decisioning/facts.ts';
import { createLanguage } from '../../src/decisioning/language.ts';
import type { Vocabulary } from '../../src/decisioning/vocabulary.ts';

/** One decision as data. Everything but the rule may be left out: it is then as `usually`. */
export interface Case {
  readonly rule: string;
  readonly at?: string;
  readonly placement?: Partial<PlacementTerms> & { readonly retired?: boolean };
  readonly customer?: Partial<CaseCustomer>;
  readonly context?: Record<string, unknown>;
  /** By offer id. */
  readonly offers: Record<string, Partial<OfferTerms> & { readonly state?: PublishedOffer['state'] }>;
  /** How much of a cap is used, by the cap's name. */
  readonly usage?: Record<string, number | { readonly used: number; readonly pausedUntil: string }>;
  /** The last contact, by cooling series. */
  readonly lastContact?: Record<string, string>;
  readonly taken?: readonly string[];
  readonly isBlind?: boolean;
  readonly unrecordable?: UnrecordableCaps;
  /** Of the placement, as approved; absent: it has none. */
  readonly model?: ModelTerms;
  /** What the service of the model said. */
  readonly scores?: Record<string, GivenScore>;
  readonly lost?: readonly string[];
  readonly expected: {
    /** Offer ids by slot. */
    readonly chosen: readonly string[];
    /** By offer id: the reason, or the reason and the detail in parentheses. */
    readonly rejected: Record<string, string>;
    readonly cause?: string;
    readonly resolution?: 'FALLBACK';
    readonly scores?: Record<string, number>;
  };
}

interface CaseCustomer {
  readonly timeZone: string;
  readonly attributes: CustomerFacts['attributes'];
  readonly audiences: readonly string[];
  readonly consents: readonly (Omit<ConsentFact, 'expiresAt'> & { readonly expiresAt?: string })[];
  /** Newest first. */
  readonly signals: readonly { readonly kind: string; readonly category?: string; readonly at: string }[];
  /** By offer id; instants as text. */
  readonly history: Record<string, Record<string, number | string>>;
}

interface Cases {
  readonly usually: {
    readonly at: string;
    readonly offer: OfferTerms;
    readonly placement: PlacementTerms;
    readonly customer: CaseCustomer;
  };
  readonly cases: readonly Case[];
}

const json = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));

export const { usually, cases } = json('./cases.json') as Cases;
export const demoVocabulary = json('../../demo/vocabulary.json') as Vocabulary;
export const language = createLanguage(demoVocabulary);

export type Differences = Omit<Case, 'rule' | 'expected'>;

/** The arguments of `decide` for a case, in a placement with the id `home`. */
export function situation(given: Differences) {
  const { retired = false, ...placementTerms } = given.placement ?? {};
  const offers = Object.entries(given.offers).map(([offerId, { state = 'LIVE', ...terms }]) => ({
    offerId,
    revision: 1,
    state,
    terms: { ...usually.offer, ...terms },
  }));
  const modelled = given.model && { model: 'm' };
  const terms = { ...usually.placement, ...placementTerms, ...modelled };
  const placement = { placementId: 'home', revision: 1, retired, terms };
  const models = given.model ? [{ modelId: 'm', revision: 3, retired: false, terms: given.model }] : [];
  const request: DecisionRequest = {
    placementId: 'home',
    at: Date.parse(given.at ?? usually.at),
    context: given.context ?? {},
    seed: 'seed',
    callId: 'call',
    taken: given.taken ?? [],
    isBlind: given.isBlind ?? false,
    unrecordable: given.unrecordable,
    ...(given.scores && { scores: new Map(Object.entries(given.scores)) }),
  };
  return {
    catalogue: compileCatalogue(language, offers, [placement], '7', models),
    request,
    facts: customerFacts({ ...usually.customer, ...given.customer }),
    contacts: contactFacts(given),
  };
}

function customerFacts({ timeZone, attributes, audiences, consents, signals, history }: CaseCustomer): CustomerFacts {
  return {
    customerId: 'c1',
    timeZone,
    attributes,
    audiences,
    consents: consents.map(({ expiresAt, ...consent }) =>
      expiresAt === undefined ? consent : { ...consent, expiresAt: Date.parse(expiresAt) },
    ),
    features: { ...noFeatures, recent: signals.map((signal) => ({ ...signal, at: Date.parse(signal.at) })) },
    contacts: Object.fromEntries(
      Object.entries(history).map(([offerId, contacts]) => [offerId, offerContacts(contacts)]),
    ),
  };
}

function offerContacts(given: Record<string, number | string>): OfferContacts {
  const epoch = ([name, value]: [string, number | string]) => [
    name,
    typeof value === 'string' ? Date.parse(value) : value,
  ];
  const counts = { decided: 0, presented: 0, clicked: 0, accepted: 0, declined: 0 };
  return { ...counts, ...Object.fromEntries(Object.entries(given).map(epoch)) };
}

function contactFacts({ usage = {}, lastContact = {} }: Differences): ContactFacts {
  return {
    usageOf({ rule }: BoundCap): CapUsage {
      const used = usage[rule.name] ?? 0;
      return typeof used === 'number' ? { used } : { used: used.used, pausedUntil: Date.parse(used.pausedUntil) };
    },
    lastContactAt(series, callId) {
      const at = lastContact[series];
      return at === undefined || callId !== 'call' ? undefined : Date.parse(at);
    },
  };
}
