// Everything a decision may know of a customer, as plain data: what goes in here can be stored and decided on again.
import type { AttributeValue, Channel } from './catalogue.ts';

export interface CustomerFacts {
  readonly customerId: string;
  /** IANA name; `UTC` for a customer who never registered. */
  readonly timeZone: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  readonly audiences: readonly string[];
  readonly consents: readonly ConsentFact[];
  readonly features: Features;
  /** What each offer has been to this customer, by offer id; only offers with a history. */
  readonly contacts: Readonly<Record<string, OfferContacts>>;
}

export interface ConsentFact {
  readonly purpose: string;
  readonly channel: Channel;
  readonly state: 'GRANTED' | 'WITHDRAWN';
  /** Epoch milliseconds; absent: no expiry. */
  readonly expiresAt?: number;
}

/** What the customer said about a purpose on a channel; undefined: nothing, which is not a consent. */
export function consentFor({ consents }: CustomerFacts, purpose: string, channel: Channel): ConsentFact | undefined {
  return consents.find((fact) => fact.purpose === purpose && fact.channel === channel);
}

/** Counts, latest instants (epoch milliseconds). Absent: never. */
export interface OfferContacts {
  readonly decided: number;
  readonly presented: number;
  readonly clicked: number;
  readonly accepted: number;
  readonly declined: number;
  readonly lastDecidedAt?: number;
  readonly lastPresentedAt?: number;
  readonly lastClickedAt?: number;
  readonly lastAcceptedAt?: number;
  readonly lastDeclinedAt?: number;
  readonly postponedUntil?: number;
}

/** Features of the customer's signals at the instant of the decision. Money in minor units. */
export interface Features {
  /** Position of the last signal in them, '' for none. */
  readonly position: string;
  /** Epoch milliseconds of the newest signal; absent: never seen. */
  readonly lastSeenAt?: number;
  readonly cartValue: number;
  /** Newest first, at most 20. */
  readonly lastViewedSkus: readonly string[];
  readonly lastViewedCategories: readonly string[];
  /** `counts.VIEW.h24`: signals of a kind in the last hour, 24 hours, 7, 30 and 90 days. Kinds never seen are absent. */
  readonly counts: Readonly<Record<string, Windows>>;
  /** Sums of amounts by kind and window, minor units. */
  readonly sums: Readonly<Record<string, Windows>>;
  /** Spend (PURCHASE amounts) of the last 90 days by category, minor units. */
  readonly spendByCategory: Readonly<Record<string, number>>;
  /** The newest signals, newest first, at most 50: for triggers. */
  readonly recent: readonly Signal[];
}

export interface Signal {
  readonly kind: string;
  readonly category?: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

export interface Windows {
  readonly h1: number;
  readonly h24: number;
  readonly d7: number;
  readonly d30: number;
  readonly d90: number;
}

export const noFeatures: Features = {
  position: '',
  cartValue: 0,
  lastViewedSkus: [],
  lastViewedCategories: [],
  counts: {},
  sums: {},
  spendByCategory: {},
  recent: [],
};

/** The facts of a customer of whom nothing is known: no consent, so nothing may be shown. */
export function unknownCustomer(customerId: string): CustomerFacts {
  return {
    customerId,
    timeZone: 'UTC',
    attributes: {},
    audiences: [],
    consents: [],
    features: noFeatures,
    contacts: {},
  };
}
