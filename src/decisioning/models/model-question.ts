// What the service of a placement's model is to be asked: who may be shown, and what it is told of the customer and the moment.
import type { AttributeValue, ExternalModel, PublishedModel } from '../catalogue.ts';
import type { Catalogue } from '../compiled-catalogue.ts';
import { survivorsOf } from '../decide.ts';
import type { ContactFacts, DecisionRequest } from '../decision-request.ts';
import type { CustomerFacts } from '../facts.ts';
import { narrowBeforeScores } from '../funnel.ts';
import { createMoment } from '../moment.ts';
import type { Scope } from '../scope.ts';

/** So many offers are asked about at most: those that would rank first by their own propensities. */
export const mostOffersAsked = 500;

export interface ModelQuestion {
  readonly model: PublishedModel;
  readonly external: ExternalModel;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
  /** Ids; at least one. */
  readonly offers: readonly string[];
}

/** Undefined when nobody is to be asked: the placement has no such model, or whatever it says only offers without purposes may be shown, or none. */
export function modelQuestionOf(
  catalogue: Catalogue,
  request: DecisionRequest,
  facts: CustomerFacts,
  contacts: ContactFacts,
): ModelQuestion | undefined {
  const placement = catalogue.compiled(request.placementId);
  const model = placement && catalogue.modelOf(placement.published);
  if (!placement || !model?.external || request.isBlind) return undefined;
  const moment = createMoment(catalogue, placement, request, facts, contacts);
  const nobodyCounts = { count: () => {}, tell: undefined };
  const survivors = survivorsOf(catalogue, (pool) => narrowBeforeScores(pool, moment), moment, nobodyCounts);
  const places = survivors.places();
  // Offers without purposes use nothing that is known of a customer: for them alone nothing of him leaves this process.
  if (places.every((place) => survivors.offerAt(place).terms.purposes.length === 0)) return undefined;
  if (places.length > mostOffersAsked) {
    places.sort((one, other) => survivors.scoreAt(other) - survivors.scoreAt(one) || one - other);
  }
  return {
    model: model.published,
    external: model.external,
    attributes: attributesOf(model.external, catalogue, moment.scope),
    offers: places.slice(0, mostOffersAsked).map((place) => survivors.offerAt(place).offerId),
  };
}

/** Those that are known, by name. */
function attributesOf(
  { attributes }: ExternalModel,
  { language }: Catalogue,
  scope: Scope,
): ModelQuestion['attributes'] {
  const known: Record<string, AttributeValue> = {};
  for (const name of attributes) {
    const value = language.attribute(name)?.value(scope);
    // A name has a dot in it, so it is no name of an object's own making.
    if (value !== undefined) known[name] = value as AttributeValue;
  }
  return known;
}
