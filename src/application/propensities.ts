// What a placement's model at a service says of the offers that may be shown: asked in time, or what it said before, or nothing.
import { type Breaker, BreakerOpen, createBreaker } from '../breaker.ts';
import type { Catalogue } from '../decisioning/compiled-catalogue.ts';
import type { ContactFacts, DecisionRequest, GivenScore } from '../decisioning/decision-request.ts';
import type { CustomerFacts } from '../decisioning/facts.ts';
import { type ModelQuestion, modelQuestionOf } from '../decisioning/models/model-question.ts';
import { createLastUsed } from '../last-used.ts';
import type { OfferDecided } from './decision-records.ts';
import type { DecisionTrail } from './decision-trail.ts';
import type { Observations } from './observations.ts';
import { nobodyIsAsked, PropensityFailure, type PropensityService } from './propensity-service.ts';
import { inTime } from './time-budget.ts';

/** What counts for each offer that a service was asked about, as it is recorded. */
export type UsedPropensities = NonNullable<OfferDecided['basis']['propensities']>;

/** What is to be decided. */
export interface ToBeScored {
  readonly catalogue: Catalogue;
  readonly request: DecisionRequest;
  readonly customer: CustomerFacts;
  readonly contacts: ContactFacts;
  /** What is only tried out is not remembered, opens no breaker, and is not told what was remembered of the customer as he is. */
  readonly isTrial?: boolean;
}

export interface Propensities {
  /**
   * Undefined when nobody is asked. Does not fail, and does not take longer than the model and the placement allow: what could not be
   * had is noted in the trail.
   */
  scoresFor(decision: ToBeScored, trail: DecisionTrail): Promise<UsedPropensities> | undefined;
  stop(): void;
}

export interface PropensitiesParts {
  readonly propensityService?: PropensityService | undefined;
  readonly observations: Pick<Required<Observations>, 'scored' | 'breaker'>;
  readonly onError: (error: unknown) => void;
}

/** Questions to one model at a time: who would be one more goes without. */
const mostAtOnce = 64;

/** Of all models, customers and offers. */
const lastKnownKept = 100_000;

interface LastKnown {
  readonly propensity: number;
  /** Milliseconds of `performance.now()`. */
  readonly at: number;
}

/** The service of a model. */
interface Asked {
  readonly breaker: Breaker;
  underWay: number;
}

/** Scores as decisions take them, from what is recorded of them: the same now and whenever the decision is computed again. */
export function givenScores({ scored, lastKnown }: UsedPropensities): ReadonlyMap<string, GivenScore> {
  const given = new Map<string, GivenScore>();
  for (const [offerId, propensity] of Object.entries(scored)) given.set(offerId, { propensity, source: 'SCORED' });
  for (const [offerId, propensity] of Object.entries(lastKnown))
    given.set(offerId, { propensity, source: 'LAST_KNOWN' });
  return given;
}

export function createPropensities({ propensityService, observations, onError }: PropensitiesParts): Propensities {
  const known = createLastUsed<LastKnown>(lastKnownKept);
  /** By model id. */
  const services = new Map<string, Asked>();

  function serviceOf(modelId: string): Asked {
    const asked = services.get(modelId);
    if (asked) return asked;
    const isFailure = (error: unknown) => error instanceof PropensityFailure;
    const breaker = createBreaker({ name: `model ${modelId}`, isFailure, onState: observations.breaker });
    const made = { breaker, underWay: 0 };
    services.set(modelId, made);
    return made;
  }

  /** @throws PropensityFailure, BreakerOpen */
  async function ask(question: ModelQuestion, { request, customer, isTrial }: ToBeScored, trail: DecisionTrail) {
    const { model, external, attributes, offers } = question;
    if (!propensityService) throw new PropensityFailure('UNAVAILABLE', `the address ${nobodyIsAsked}`);
    const service = serviceOf(model.modelId);
    if (service.underWay >= mostAtOnce) {
      throw new PropensityFailure('UNAVAILABLE', `the model ${model.modelId} is asked ${mostAtOnce} questions already`);
    }
    const patienceMs = Math.min(external.budgetMs, trail.left('MODEL'));
    const overrun = () => new PropensityFailure('OVERRUN', `the model ${model.modelId} did not answer in time`);
    if (patienceMs <= 0) throw overrun();
    const abandoned = new AbortController();
    service.underWay += 1;
    try {
      const whole = {
        url: external.url,
        model: model.modelId,
        revision: model.revision,
        placement: request.placementId,
        attributes,
        ...(external.sendsCustomerId && { customerId: customer.customerId }),
        offers,
      };
      const answer = () => propensityService.ask(whole, abandoned.signal);
      return await inTime(isTrial ? answer() : service.breaker.call(answer), patienceMs, overrun);
    } catch (error) {
      // A service that had less time than it was promised is not at fault.
      abandoned.abort(patienceMs < external.budgetMs ? new Error('the decision had no time left') : error);
      throw error;
    } finally {
      service.underWay -= 1;
    }
  }

  async function answersTo(question: ModelQuestion, decision: ToBeScored, trail: DecisionTrail) {
    try {
      return { given: await ask(question, decision, trail), cause: 'INVALID' as const, isAnswered: true };
    } catch (error) {
      if (error instanceof PropensityFailure) return { given: nothing, cause: error.why, isAnswered: false };
      if (error instanceof BreakerOpen) return { given: nothing, cause: 'BREAKER_OPEN' as const, isAnswered: false };
      onError(error);
      return { given: nothing, cause: 'UNAVAILABLE' as const, isAnswered: false };
    }
  }

  async function scoresOf(question: ModelQuestion, decision: ToBeScored, trail: DecisionTrail) {
    const { model, external, offers } = question;
    const beganAt = performance.now();
    const { given, cause, isAnswered } = await answersTo(question, decision, trail);
    const now = performance.now();
    const of = `${model.modelId}@${model.revision}|${decision.customer.customerId}|`;
    const used = { model: model.modelId, revision: model.revision, scored: {}, lastKnown: {}, prior: [] };
    const { scored, lastKnown, prior }: Pick<UsedPropensities, 'scored' | 'lastKnown' | 'prior'> = used;
    for (const offerId of offers) {
      const propensity = given.get(offerId);
      if (propensity !== undefined) {
        scored[offerId] = propensity;
        if (!decision.isTrial) known.set(of + offerId, { propensity, at: now });
        continue;
      }
      const before = decision.isTrial ? undefined : known.get(of + offerId);
      if (before && now - before.at < external.lastKnownSeconds * 1000) lastKnown[offerId] = before.propensity;
      else prior.push(offerId);
    }
    const [fromBefore, own] = [Object.keys(lastKnown).length, prior.length];
    if (fromBefore > 0) trail.degrade('MODEL', cause, 'LAST_KNOWN');
    if (own > 0) trail.degrade('MODEL', cause, 'PRIOR');
    observations.scored({
      model: model.modelId,
      revision: model.revision,
      placementId: decision.request.placementId,
      milliseconds: now - beganAt,
      scored: given.size,
      lastKnown: fromBefore,
      prior: own,
      ...((!isAnswered || given.size < offers.length) && { cause }),
    });
    return used;
  }

  return {
    scoresFor(decision, trail) {
      const { catalogue, request, customer, contacts } = decision;
      const placement = catalogue.compiled(request.placementId);
      // Most have none, and nothing is timed.
      if (!placement || !catalogue.modelOf(placement.published)?.external) return undefined;
      const question = trail.timeNow('DECIDE', () => modelQuestionOf(catalogue, request, customer, contacts));
      return question && trail.time('MODEL', () => scoresOf(question, decision, trail));
    },
    stop() {
      for (const { breaker } of services.values()) breaker.stop();
      propensityService?.close();
    },
  };
}

const nothing: ReadonlyMap<string, number> = new Map();
