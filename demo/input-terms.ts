// The inputs of draftOffer and definePlacement as the demo fills them in. schema.graphql describes the fields.

export type Channel = 'MAIL' | 'WEB' | 'POS' | 'CALL_CENTER';

export interface CapRuleInput {
  readonly name: string;
  readonly counts: 'DECISION' | 'IMPRESSION' | 'CLICK' | 'ACCEPTANCE';
  readonly scope:
    | { readonly kind: 'OFFER' | 'EACH_PLACEMENT' | 'EVERYTHING' }
    | { readonly kind: 'PLACEMENTS'; readonly placements: readonly string[] }
    | { readonly kind: 'TAG'; readonly tag: string };
  readonly subject: 'CUSTOMER' | 'TOTAL';
  readonly limit: number;
  readonly window:
    | { readonly kind: 'ROLLING'; readonly seconds: number }
    | { readonly kind: 'CALENDAR'; readonly unit: 'DAY' | 'WEEK' | 'MONTH'; readonly zone: 'UTC' | 'CUSTOMER' }
    | { readonly kind: 'LIFETIME' };
}

export interface OfferTermsInput {
  readonly name: string;
  readonly description: string;
  readonly category: string;
  readonly tags: readonly string[];
  readonly purposes: readonly string[];
  readonly audiences: readonly string[];
  readonly eligibility: readonly { readonly name: string; readonly expression: string }[];
  readonly value: { readonly amount: number; readonly currency: string };
  readonly propensity: number;
  readonly contextWeights: readonly { readonly name: string; readonly expression: string; readonly percent: number }[];
  readonly levers: readonly { readonly name: string; readonly percent: number }[];
  readonly treatments: readonly {
    readonly channel: Channel;
    readonly headline: string;
    readonly body?: string;
    readonly deepLink?: string;
    readonly agentScript?: string;
  }[];
  readonly products: readonly string[];
  readonly creditWindowSeconds: number;
  readonly ttlSeconds: number;
  readonly startAt: string;
  readonly endAt?: string;
  readonly rolloutShare?: number;
  readonly caps: readonly CapRuleInput[];
  readonly suppression: {
    readonly afterDecline?: { readonly seconds: number; readonly doubling: boolean };
    readonly afterAcceptanceSeconds?: number;
    readonly neverAfter?: readonly {
      readonly offerId: string;
      readonly outcome: 'PRESENTED' | 'ACCEPTED';
      readonly withinSeconds?: number;
    }[];
  };
  readonly trigger?: { readonly signal: 'PURCHASE'; readonly atLeast: number; readonly withinSeconds: number };
}

export interface PlacementTermsInput {
  readonly name: string;
  readonly channel: Channel;
  readonly slots?: number;
  readonly coolingWindow?: { readonly seconds: number; readonly scope: 'EVERYTHING' | 'CHANNEL' | 'PLACEMENT' };
  readonly fallbackOfferId?: string;
  readonly cadence?: 'REAL_TIME' | 'BATCH';
  readonly minimumPropensity?: number;
  readonly perCategoryLimit?: number;
  readonly caps?: readonly CapRuleInput[];
}
