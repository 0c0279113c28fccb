// Decisions computed again, or as if: every candidate with its stage, reason and score. Writes nothing, reserves nothing.
import type { CatalogueView, PublishedCatalogue } from '../../projections/catalogue-view.ts';
import { customerFacts, customerProjections } from '../../projections/customer-facts.ts';
import { models as modelsProjection } from '../../projections/models.ts';
import { type OfferEntry, offers as offersProjection } from '../../projections/offers.ts';
import { type Refused, refuse } from '../aggregates/decider.ts';
import type { Channel, PublishedOffer } from '../decisioning/catalogue.ts';
import { type Catalogue, placementOf } from '../decisioning/compiled-catalogue.ts';
import { decide, type Verdict } from '../decisioning/decide.ts';
import type { DecisionRequest } from '../decisioning/decision-request.ts';
import type { CustomerFacts } from '../decisioning/facts.ts';
import type { Language } from '../decisioning/language.ts';
import { type Rejection, stages } from '../decisioning/reasons.ts';
import { type Chosen, fillSlots, type Selection } from '../decisioning/selection.ts';
import type { Candidate } from '../decisioning/survivors.ts';
import { totalCapsIn } from '../decisioning/total-caps.ts';
import { fromRecord } from '../decisioning/usage-record.ts';
import type { Vocabulary } from '../decisioning/vocabulary.ts';
import type { RecordedFacts } from './decided-data.ts';
import type { DecisionRecord } from './decision-records.ts';
import { DecisionTrail } from './decision-trail.ts';
import { contextProblem } from './moment-check.ts';
import type { NextBestOfferParts } from './next-best-offer.ts';
import { givenScores } from './propensities.ts';

export interface Explanation {
  readonly decisionId?: string;
  readonly customerId: string;
  readonly placementId: string;
  readonly at: string;
  readonly resolution: Selection['resolution'];
  readonly cause?: NonNullable<Selection['cause']>;
  readonly candidates: readonly ExplainedCandidate[];
  /** Whether conditions have the same vocabulary now as when it was decided. */
  readonly sameVocabulary?: boolean;
  /** Whether computing a recorded decision again gave the same offers, slots, scores and probabilities. */
  readonly reproduced?: boolean;
}

export interface ExplainedCandidate {
  readonly offerId: string;
  readonly name: string;
  readonly chosen?: Chosen;
  readonly rejection?: Pick<Rejection, 'stage' | 'reason'> & { readonly detail: string };
  /** Present when it got as far as being scored. */
  readonly scored?: Candidate;
}

export interface Simulation {
  readonly customerId: string;
  readonly placementId: string;
  readonly attributes: Record<string, unknown>;
  readonly at: string;
  readonly seed: string;
  readonly overrides: {
    readonly attributes?: Readonly<Record<string, unknown>> | undefined;
    readonly audiences?: readonly string[] | undefined;
    readonly grantedPurposes?: readonly string[] | undefined;
    readonly offers?: readonly string[] | undefined;
    readonly models?: readonly string[] | undefined;
  };
}

export type SimulationRefusal =
  | 'PLACEMENT_UNKNOWN'
  | 'CONTEXT_INVALID'
  | 'OFFER_UNKNOWN'
  | 'MODEL_UNKNOWN'
  | 'ATTRIBUTE_INVALID'
  | 'PURPOSE_UNKNOWN';

export interface Explanations {
  /** Undefined when there is no such decision. */
  explain(decisionId: string): Promise<Explanation | undefined>;
  simulate(simulation: Simulation): Promise<Explanation | Refused<SimulationRefusal>>;
}

/** Computes a recorded decision again, from nothing but its record and the catalogue it saw. */
export function recompute(catalogue: Catalogue, record: DecisionRecord, explain: boolean) {
  const { basis, placementId, callId } = record.data;
  const facts = basis.facts as unknown as RecordedFacts;
  const { taken, seed, context, isBlind = false, unrecordable } = basis;
  const at = Date.parse(record.at);
  const scores = basis.propensities && givenScores(basis.propensities);
  const request: DecisionRequest = { placementId, at, context, seed, callId, taken, isBlind, unrecordable, scores };
  const verdict = decide(catalogue, request, facts.customer, fromRecord(facts.usage), { explain });
  return { verdict, selection: fillSlots(verdict, request, new Set(basis.lost), { explain }) };
}

export function createExplanations(
  parts: Omit<NextBestOfferParts, 'catalogue'> & {
    catalogue: CatalogueView<Catalogue>;
    vocabulary: Vocabulary;
    compile(published: PublishedCatalogue): Catalogue;
  },
): Explanations {
  const { store, readModels, gate, language, vocabulary, compile } = parts;

  /** Of offers and models the newest revisions take the place of what is published under their id. */
  async function withDrafts(
    live: Catalogue,
    { offers: offerIds = [], models: modelIds = [] }: Simulation['overrides'],
  ): Promise<Catalogue | Refused<SimulationRefusal>> {
    const offers = [...live.offers.values()];
    for (const offerId of offerIds) {
      const stored = await readModels.read(offersProjection, offerId);
      if (!stored) return refuse('OFFER_UNKNOWN', `There is no offer ${offerId}.`, 'input.overrides.offers');
      offers.push(asIfLive(stored.entry));
    }
    const models = [...live.models.values()];
    for (const modelId of modelIds) {
      const stored = await readModels.read(modelsProjection, modelId);
      if (!stored) return refuse('MODEL_UNKNOWN', `There is no model ${modelId}.`, 'input.overrides.models');
      models.push(stored.entry);
    }
    if (offerIds.length + modelIds.length === 0) return live;
    return compile({ offers, placements: [...live.placements.values()], models, position: live.position });
  }

  return {
    async explain(decisionId) {
      const record = await parts.readDecision(decisionId);
      if (!record) return undefined;
      const catalogue = await parts.catalogue.catalogueAt(store, record.data.basis.catalogue);
      const { verdict, selection } = recompute(catalogue, record, true);
      const { customerId, placementId } = record.data;
      const reproduced = isSame(record, selection);
      const sameVocabulary = record.data.basis.vocabulary === language.fingerprint;
      const { at } = record;
      return {
        decisionId,
        customerId,
        placementId,
        at,
        reproduced,
        sameVocabulary,
        ...explained(verdict, selection, catalogue),
      };
    },

    async simulate({ customerId, placementId, attributes, at, seed, overrides }) {
      const wrong = contextProblem(language, attributes, 'input.attributes');
      if (wrong) return wrong;
      const catalogue = await withDrafts(await parts.catalogue.current(), overrides);
      if ('refused' in catalogue) return catalogue;
      const placement = placementOf(catalogue, placementId);
      if (!placement) return refuse('PLACEMENT_UNKNOWN', `There is no placement ${placementId}.`, 'input.placement');
      const time = Date.parse(at);
      const known = customerFacts(customerId, await readModels.readTogether(customerProjections, customerId), time);
      const customer = overridden(known, overrides, placement.terms.channel, { ...language, vocabulary });
      if ('refused' in customer) return customer;
      const contactsIn = await gate.look(customerId, time, () => totalCapsIn(catalogue, placementId));
      const contacts = contactsIn(customer.timeZone);
      const asked = { placementId, at: time, context: attributes, seed };
      const unscored: DecisionRequest = { ...asked, callId: 'simulation', taken: [], isBlind: false };
      const trail = new DecisionTrail(performance.now(), placement.terms);
      const trial = { catalogue, request: unscored, customer, contacts, isTrial: true };
      const scored = await parts.propensities.scoresFor(trial, trail);
      const request = scored ? { ...unscored, scores: givenScores(scored) } : unscored;
      const verdict = decide(catalogue, request, customer, contacts, { explain: true });
      const selection = fillSlots(verdict, request, new Set(), { explain: true });
      return { customerId, placementId, at, ...explained(verdict, selection, catalogue) };
    },
  };
}

function explained(
  { survivors, moment }: Verdict,
  selection: Selection,
  catalogue: Catalogue,
): Pick<Explanation, 'resolution' | 'cause' | 'candidates'> {
  const scored = new Map(survivors.ranked().map((candidate) => [candidate.offer.offerId, candidate]));
  const chosen = selection.chosen.map((each): ExplainedCandidate => {
    const { offer } = each.candidate;
    return { offerId: offer.offerId, name: offer.terms.name, chosen: each, scored: each.candidate };
  });
  const rejected = selection.rejections.toSorted(byProgress).map((rejection): ExplainedCandidate => {
    const candidate = scored.get(rejection.offerId);
    const { offerId, stage, reason } = rejection;
    const name = catalogue.offers.get(offerId)?.terms.name ?? offerId;
    const told = { stage, reason, detail: rejection.detailIn(moment) };
    return { offerId, name, rejection: told, ...(candidate ? { scored: candidate } : {}) };
  });
  const { resolution, cause } = selection;
  return { resolution, ...(cause === undefined ? {} : { cause }), candidates: [...chosen, ...rejected] };
}

/** Who got furthest first. */
function byProgress(one: Rejection, other: Rejection): number {
  return stages.indexOf(other.stage) - stages.indexOf(one.stage) || (one.offerId < other.offerId ? -1 : 1);
}

function isSame(record: DecisionRecord, selection: Selection): boolean {
  const of = (offerId: string, slot: number, revision: number, score: number, probability: number) =>
    JSON.stringify([offerId, slot, revision, score, probability]);
  const recorded = record.data.offers.map((each) =>
    of(each.offerId, each.slot, each.revision, each.score, each.selectionProbability),
  );
  const computed = selection.chosen.map(({ candidate, slot, selectionProbability }) =>
    of(candidate.offer.offerId, slot, candidate.offer.revision, candidate.score, selectionProbability),
  );
  const isFallback = record.data.resolution === 'FALLBACK';
  return recorded.join() === computed.join() && isFallback === (selection.resolution === 'FALLBACK');
}

function asIfLive(entry: OfferEntry): PublishedOffer {
  return { offerId: entry.offerId, revision: entry.revision, state: 'LIVE', terms: entry.terms };
}

/** The facts as if the overrides were so, or what is wrong with those. */
function overridden(
  known: CustomerFacts,
  overrides: Simulation['overrides'],
  channel: Channel,
  { checkAttribute, vocabulary }: Pick<Language, 'checkAttribute'> & { vocabulary: Vocabulary },
): CustomerFacts | Refused<SimulationRefusal> {
  const attributes = { ...known.attributes };
  for (const [name, value] of Object.entries(overrides.attributes ?? {})) {
    if (value === null) {
      delete attributes[name];
      continue;
    }
    const problem = checkAttribute(name, value);
    if (problem) return refuse('ATTRIBUTE_INVALID', `${name} ${problem}.`, `input.overrides.attributes.${name}`);
    attributes[name] = value as CustomerFacts['attributes'][string];
  }
  const unknown = overrides.grantedPurposes?.find((purpose) => !Object.hasOwn(vocabulary.purposes, purpose));
  if (unknown !== undefined) {
    return refuse('PURPOSE_UNKNOWN', `The vocabulary has no purpose ${unknown}.`, 'input.overrides.grantedPurposes');
  }
  const granted = overrides.grantedPurposes?.map((purpose) => ({ purpose, channel, state: 'GRANTED' as const }));
  const consents = granted && [...known.consents.filter((consent) => consent.channel !== channel), ...granted];
  return {
    ...known,
    attributes,
    audiences: overrides.audiences ?? known.audiences,
    consents: consents ?? known.consents,
  };
}
