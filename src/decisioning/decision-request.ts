// What a decision is asked, and what it may ask back about contacts.
import type { UsageOf } from './caps.ts';

export interface DecisionRequest {
  readonly placementId: string;
  /** The instant that is decided for, epoch milliseconds. */
  readonly at: number;
  /** What the caller tells about the moment; checked against the vocabulary before. */
  readonly context: Readonly<Record<string, unknown>>;
  /** All chance of the decision comes from it. */
  readonly seed: string;
  /** Shared by the decisions of one call: together they are one contact. */
  readonly callId: string;
  /** Offers that other placements of the same call have already chosen. */
  readonly taken: readonly string[];
  /** The customer's features, and contacts under caps, are not known: nothing but the placement's fallback may be shown. */
  readonly isBlind: boolean;
  /** Caps under which nothing may be shown, as the decision is recorded after it is answered; absent: it is recorded before. */
  readonly unrecordable?: UnrecordableCaps | undefined;
  /** What the service of the placement's model said, by offer id; of the others, and where it is absent, nothing is known. */
  readonly scores?: ReadonlyMap<string, GivenScore> | undefined;
}

/** The propensity that a service gave for an offer: now, or when it was asked before. */
export interface GivenScore {
  readonly propensity: number;
  readonly source: 'SCORED' | 'LAST_KNOWN';
}

/** Those that are strict; or all, where nobody counts meanwhile what is not recorded. */
export type UnrecordableCaps = 'STRICT' | 'ALL';

/** How often the customer was contacted: the cap gate's answer, or the record of it. */
export interface ContactFacts {
  readonly usageOf: UsageOf;
  /**
   * The offers that the customer ever was in contact with, or is about to be: no other offer's own contacts with the customer use
   * up a cap, unless its limit is 0. Absent where that is not known.
   */
  readonly touchedOffers?: () => readonly string[];
  /** No offer has been, or is about to be, in contact with all customers together more often, whatever is counted. Absent: not known. */
  readonly largestTotal?: () => number;
  /** The last contact in a cooling series by another call, epoch milliseconds; undefined: none. */
  lastContactAt(series: string, callId: string): number | undefined;
}
