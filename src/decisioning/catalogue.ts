// The offers and placements that decisions are made from, as decisioning sees them.
import type { CapRule } from './caps.ts';

export type Channel = 'WEB' | 'APP' | 'EMAIL' | 'SMS' | 'PUSH' | 'MAIL' | 'CALL_CENTER' | 'CHAT' | 'POS';
export type AttributeValue = string | number | boolean | readonly string[];

export interface Condition {
  readonly name: string;
  readonly expression: string;
}

/** A published offer: live or paused. Instants are ISO text, as published. */
export interface PublishedOffer {
  readonly offerId: string;
  readonly revision: number;
  readonly state: 'LIVE' | 'PAUSED';
  readonly terms: OfferTerms;
}

export interface OfferTerms {
  readonly name: string;
  readonly category: string;
  readonly tags: readonly string[];
  readonly purposes: readonly string[];
  readonly audiences: readonly string[];
  readonly eligibility: readonly Condition[];
  readonly value: { readonly amount: number; readonly currency: string };
  readonly propensity: number;
  readonly priority: number;
  readonly contextWeights: readonly (Condition & { readonly percent: number })[];
  readonly levers: readonly { readonly name: string; readonly percent: number }[];
  readonly treatments: readonly Treatment[];
  readonly creditWindowSeconds: number;
  readonly ttlSeconds: number;
  readonly startAt: string;
  readonly endAt?: string | undefined;
  readonly rolloutShare: number;
  readonly caps: readonly CapRule[];
  readonly suppression: {
    readonly afterDecline?: { readonly seconds: number; readonly doubling: boolean } | undefined;
    readonly afterAcceptanceSeconds?: number | undefined;
    readonly neverAfter: readonly {
      readonly offerId: string;
      readonly outcome: 'PRESENTED' | 'ACCEPTED';
      readonly withinSeconds?: number | undefined;
    }[];
  };
  readonly trigger?:
    | {
        readonly signal: string;
        readonly category?: string | undefined;
        readonly atLeast: number;
        readonly withinSeconds: number;
      }
    | undefined;
}

export interface Treatment {
  readonly channel: Channel;
  readonly headline: string;
  readonly body?: string | undefined;
  readonly deepLink?: string | undefined;
  readonly imageUrl?: string | undefined;
  readonly agentScript?: string | undefined;
}

export interface PublishedPlacement {
  readonly placementId: string;
  readonly revision: number;
  readonly retired: boolean;
  readonly terms: PlacementTerms;
}

export interface PlacementTerms {
  readonly name: string;
  readonly channel: Channel;
  readonly slots: number;
  readonly ranking:
    | { readonly method: 'ARITHMETIC' }
    | { readonly method: 'PRIORITY' }
    | { readonly method: 'FORMULA'; readonly formula: string };
  readonly coolingWindow?:
    | { readonly seconds: number; readonly scope: 'EVERYTHING' | 'CHANNEL' | 'PLACEMENT' }
    | undefined;
  readonly timeBudgetMs: number;
  /** Milliseconds, where a placement says them. */
  readonly stageBudgets?:
    | {
        readonly load?: number | undefined;
        readonly features?: number | undefined;
        readonly model?: number | undefined;
        readonly decide?: number | undefined;
        readonly reserve?: number | undefined;
        readonly record?: number | undefined;
      }
    | undefined;
  readonly fallbackOfferId?: string | undefined;
  readonly cadence: 'REAL_TIME' | 'BATCH';
  readonly quietHours?: { readonly from: string; readonly to: string } | undefined;
  readonly minimumPropensity?: number | undefined;
  readonly explorationShare: number;
  readonly perCategoryLimit?: number | undefined;
  readonly caps: readonly CapRule[];
  /** Absent: BEFORE_ANSWER. */
  readonly recording?: 'BEFORE_ANSWER' | 'LATE' | undefined;
  /** Absent: OFF. */
  readonly defaultAnswer?: 'ON' | 'OFF' | undefined;
  /** Whose propensities count, by its id; absent, or not in the catalogue: the offers' own. */
  readonly model?: string | undefined;
}

/** A revision of a model that was approved. */
export interface PublishedModel {
  readonly modelId: string;
  readonly revision: number;
  readonly retired: boolean;
  readonly terms: ModelTerms;
}

export type ModelTerms =
  | { readonly kind: 'STATIC'; readonly static: StaticModel }
  | { readonly kind: 'LOGISTIC'; readonly logistic: LogisticModel }
  | { readonly kind: 'EXTERNAL'; readonly external: ExternalModel };

/** Propensities as they are. */
export interface StaticModel {
  readonly offers: readonly { readonly offerId: string; readonly propensity: number }[];
  /** Of the offers that are not listed themselves. */
  readonly categories: readonly { readonly category: string; readonly propensity: number }[];
  /** Of all others; absent: theirs are their own. */
  readonly default?: number | undefined;
}

/** Logistic regression: p = 1 / (1 + e^−z), with z the sum of what is shared and what is of the offer. */
export interface LogisticModel {
  /** Of all offers; absent: the propensities of offers that are not listed are their own. */
  readonly shared?: Linear | undefined;
  readonly offers: readonly (Linear & { readonly offerId: string })[];
}

export interface Linear {
  readonly intercept: number;
  readonly weights: readonly Weight[];
}

export interface Weight {
  /** A word of conditions, `profile.age`. */
  readonly attribute: string;
  /** Of text: the weight counts where the text is this one, or the list of texts has it. */
  readonly category?: string | undefined;
  readonly weight: number;
  /** Instead, where the attribute is not known; absent: nothing. */
  readonly unknown?: number | undefined;
}

/** A service that is asked. */
export interface ExternalModel {
  readonly url: string;
  readonly budgetMs: number;
  readonly attributes: readonly string[];
  readonly sendsCustomerId: boolean;
  readonly lastKnownSeconds: number;
}
