// A model with everything resolved that does not depend on the customer or the moment.
import type { ExternalModel, PublishedModel } from '../catalogue.ts';
import type { CompiledOffer } from '../compiled-offer.ts';
import type { DecisionRequest, GivenScore } from '../decision-request.ts';
import type { Language } from '../language.ts';
import type { OfferIndex } from '../offer-index/offer-index.ts';
import { propensityIn } from '../offer-index/worth.ts';
import type { Scope } from '../scope.ts';
import { compileLogistic } from './logistic-model.ts';
import { compileStatic } from './static-model.ts';

/** A model is rows, and each offer has one of them or none. */
export interface ModelRows {
  /** The row of an offer; −1: the model knows nothing of it. */
  rowOf(offer: CompiledOffer): number;
  /** What rows are worth in a moment: a probability each. */
  worthIn(scope: Scope): (row: number) => number;
  /** Whether it can look at more than the attributes, the moment and the counts of signals. */
  readonly readsFar: boolean;
}

export interface CompiledModel {
  readonly published: PublishedModel;
  /** Of one that is asked: whom, and for what. */
  readonly external: ExternalModel | undefined;
  readonly readsFar: boolean;
  scoresIn(scope: Scope, request: Pick<DecisionRequest, 'scores'>): ModelScores;
}

/** Who gave the propensity of an offer in a placement that has a model. */
export interface PropensityOrigin {
  readonly model: string;
  readonly revision: number;
  /** The model; its service, when it was asked before; or the offer itself, of which the model says nothing. */
  readonly source: 'SCORED' | 'LAST_KNOWN' | 'PRIOR';
}

/** What a model says in one decision. */
export interface ModelScores {
  propensityOf(offer: CompiledOffer): number;
  originOf(offer: CompiledOffer): PropensityOrigin;
  /** The propensity of an offer of an index, by number: the same, without a way to the offer. */
  propensitiesIn(index: OfferIndex): (offer: number) => number;
}

/** Undefined for one that is retired. */
export function compileModel(
  published: PublishedModel,
  language: Pick<Language, 'attribute'>,
): CompiledModel | undefined {
  if (published.retired) return undefined;
  const { terms } = published;
  switch (terms.kind) {
    case 'STATIC':
      return inProcess(published, compileStatic(terms.static));
    case 'LOGISTIC':
      return inProcess(published, compileLogistic(terms.logistic, language));
    case 'EXTERNAL':
      return {
        published,
        external: terms.external,
        readsFar: false,
        scoresIn: (_, { scores = nothingGiven }) => givenScores(published, scores),
      };
  }
}

function inProcess(published: PublishedModel, model: ModelRows): CompiledModel {
  /** The rows of all offers of an index: an index is made for one decision after the other. */
  const rowsIn = new WeakMap<OfferIndex, Int32Array>();
  function rowsOf(index: OfferIndex): Int32Array {
    const known = rowsIn.get(index);
    if (known) return known;
    const rows = Int32Array.from(index.offers, model.rowOf);
    rowsIn.set(index, rows);
    return rows;
  }
  return {
    published,
    external: undefined,
    readsFar: model.readsFar,
    scoresIn(scope) {
      let worthNow: ((row: number) => number) | undefined;
      // Not earlier: whether an answer may be repeated is found out without.
      const worth = () => {
        worthNow ??= model.worthIn(scope);
        return worthNow;
      };
      return {
        propensityOf(offer) {
          const row = model.rowOf(offer);
          return row < 0 ? offer.propensity : worth()(row);
        },
        originOf: (offer) => originIn(published, model.rowOf(offer) < 0 ? 'PRIOR' : 'SCORED'),
        propensitiesIn(index) {
          const rows = rowsOf(index);
          const worthOf = worth();
          return (offer) => {
            const row = rows[offer] as number;
            return row < 0 ? propensityIn(index.worth, offer) : worthOf(row);
          };
        },
      };
    },
  };
}

const nothingGiven: ReadonlyMap<string, GivenScore> = new Map();

function givenScores(model: PublishedModel, given: ReadonlyMap<string, GivenScore>): ModelScores {
  const propensityOf = (offer: CompiledOffer) => given.get(offer.offerId)?.propensity ?? offer.propensity;
  return {
    propensityOf,
    originOf: ({ offerId }) => originIn(model, given.get(offerId)?.source ?? 'PRIOR'),
    propensitiesIn: (index) => (offer) => propensityOf(index.offers[offer] as CompiledOffer),
  };
}

function originIn({ modelId, revision }: PublishedModel, source: PropensityOrigin['source']): PropensityOrigin {
  return { model: modelId, revision, source };
}
