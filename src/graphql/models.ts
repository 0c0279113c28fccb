// What resolvers answer for the larger types of the schema; their fields are resolved from these.

import type { CustomerEntries } from '../../projections/customer-facts.ts';
import type { ModelEntry } from '../../projections/models.ts';
import type { OfferEntry } from '../../projections/offers.ts';
import type { PlacementEntry } from '../../projections/placements.ts';
import type { CapRule } from '../aggregates/cap-rule.ts';
import type { DecidedOffer } from '../aggregates/decision/events.ts';
import type { DecisionRecord } from '../application/decision-records.ts';
import type { InteractionRecorded } from '../application/interactions.ts';
import type { ScreenPop } from '../screen-pop/screen-pop-feed.ts';
import type { ServiceLevel, ServiceLevelMinute } from '../service-levels/service-levels.ts';

export interface CustomerModel {
  readonly id: string;
  /** Absent for a reference: they are read when a field asks for them. */
  readonly entries?: CustomerEntries;
}

export interface DecidedOfferModel {
  readonly decided: DecidedOffer;
  readonly decision: DecisionRecord;
}

export type CapRuleModel = CapRule;
export type PlacementTermsModel = PlacementEntry['terms'];
export type DecisionModel = DecisionRecord;
export type OfferModel = OfferEntry;
export type ModelModel = ModelEntry;
export type ModelTermsModel = ModelEntry['terms'];
export type PlacementModel = PlacementEntry;
export type ScreenPopModel = ScreenPop;
export type InteractionModel = InteractionRecorded;
export type ServiceLevelModel = ServiceLevel;
export type ServiceLevelMinuteModel = ServiceLevelMinute;
