// Around the next best offer: who cannot be decided for in time gets the default answers of the placements, where they have some.
import { type CustomerEntries, customerProjections } from '../../projections/customer-facts.ts';
import type { ReadModels } from '../../projections/read-models.ts';
import { ReadSideUnavailable } from '../../projections/read-side-unavailable.ts';
import type { Degradation } from '../aggregates/decision/events.ts';
import { type Breaker, BreakerOpen, createBreaker } from '../breaker.ts';
import { placementOf } from '../decisioning/compiled-catalogue.ts';
import { StoreUnavailable } from '../event-store/event-store.ts';
import type { CommandContext } from '../event-store/execute.ts';
import { type Admission, Overloaded } from './admission.ts';
import type { CatalogueNow } from './catalogue-now.ts';
import type { DecisionRecord } from './decision-records.ts';
import type { DefaultAnswer, DefaultAnswers } from './default-answers.ts';
import { earlierAnswerIn } from './earlier-answers.ts';
import type { LateDecisions } from './late-decisions.ts';
import type { Ask, Decided, NextBestOffer } from './next-best-offer.ts';
import type { Observations } from './observations.ts';
import { NoTurn, OutOfTime, settledWithin } from './time-budget.ts';

export interface AnsweringParts {
  readonly admission: Admission;
  readonly defaults: DefaultAnswers;
  readonly catalogue: Pick<CatalogueNow, 'known'>;
  readonly readModels: Pick<ReadModels, 'readTogether'>;
  readonly late?: LateDecisions | undefined;
  /** As `NextBestOfferParts`. */
  readonly firstAsked: WeakSet<Ask>;
  readonly observations: Required<Observations>;
}

export interface AnsweringByDefault extends NextBestOffer {
  /**
   * Whether a call that is not let in now, of a request without a name, gets exactly these default answers: then they are given, as `decide`
   * would give them. Otherwise nothing is begun.
   */
  givesAgain(customerId: string, answers: readonly DefaultAnswer[], context: CommandContext): boolean;
}

/** For a look whether a request was answered before, milliseconds. */
const patienceMs = 20;

/** The one of all default answers to those who are not let in. */
export const overload: Degradation = { stage: 'LOAD', cause: 'OVERLOAD', instead: 'DEFAULT' };

/**
 * All placements of a call get their defaults, or none does. A request that was answered before gets that answer or an error, as far
 * as the read models can say so within 20 ms. Decisions of interactions with an agent are made in a turn that somebody else has
 * taken, and nothing is changed about them.
 */
export function answeringByDefault(nextBestOffer: NextBestOffer, parts: AnsweringParts): AnsweringByDefault {
  const { admission, defaults, observations } = parts;
  /** Of placements for which decisions cannot be recorded in time: one that is begun in vain costs its reservation, and a doubt. */
  const breakers = new Map<string, Breaker>();

  /** Of a call for one placement, of which nothing but the default can be answered while decisions cannot be recorded. */
  function breakerOf([placementId = '', ...others]: readonly string[]): Breaker | undefined {
    const catalogue = parts.catalogue.known();
    const terms = catalogue && placementOf(catalogue, placementId)?.terms;
    if (others.length > 0 || terms?.defaultAnswer !== 'ON' || terms.recording === 'LATE') return undefined;
    const known = breakers.get(placementId);
    if (known) return known;
    const isFailure = (error: unknown) => error instanceof StoreUnavailable && !(error instanceof NoTurn);
    const breaker = createBreaker({ name: `placement ${placementId}`, isFailure, onState: observations.breaker });
    breakers.set(placementId, breaker);
    return breaker;
  }

  /** Who can be given a default is not made to wait for more than a third of the time that there is: in the rest it is decided. */
  function hurryOf(placements: readonly string[]): number {
    const catalogue = parts.catalogue.known();
    let shortest = Number.POSITIVE_INFINITY;
    for (const placementId of placements) {
      const terms = catalogue && placementOf(catalogue, placementId)?.terms;
      if (terms && terms.timeBudgetMs < shortest) shortest = terms.timeBudgetMs;
    }
    return shortest / 3;
  }

  async function wasAnswered(ask: Ask, placements: readonly string[], { at }: CommandContext): Promise<boolean> {
    if (ask.requestId === undefined) return false;
    const reading = parts.readModels.readTogether(customerProjections, ask.customerId).catch(unavailable);
    const entries: CustomerEntries = (await settledWithin(reading, patienceMs)) ?? nothingKnown;
    const known = parts.late?.waitOf(ask.customerId) ? parts.late.withWaiting(ask.customerId, entries) : entries;
    return placements.some((placementId) => earlierAnswerIn(known, ask, placementId, at) !== undefined);
  }

  /** Undefined where one of the placements has no default answer. */
  async function byDefault(
    ask: Ask,
    placements: readonly string[],
    context: CommandContext,
    why: Degradation,
  ): Promise<DecisionRecord[] | undefined> {
    const at = Date.parse(context.at);
    const answers: DefaultAnswer[] = [];
    for (const placementId of placements) {
      const answer = await defaults.of(placementId, at).catch(noneYet);
      if (!answer) return undefined;
      answers.push(answer);
    }
    observations.defaulted({ placementIds: placements, customerId: ask.customerId, context, degradation: why });
    const taken = new Set<string>();
    return answers.map((answer) => {
      const record = recordOf(answer, taken, ask, why);
      for (const { offerId } of record.data.offers) taken.add(offerId);
      return record;
    });
  }

  function givesAgain(customerId: string, answers: readonly DefaultAnswer[], context: CommandContext): boolean {
    if (!defaults.areCurrent(answers, Date.parse(context.at))) return false;
    const placementIds = answers.map(({ placement }) => placement.placementId);
    if (!admission.turnsAway(hurryOf(placementIds))) return false;
    observations.defaulted({ placementIds, customerId, context, degradation: overload });
    return true;
  }

  /** @throws StoreUnavailable that `BreakerOpen` caused when nothing but the defaults is left. */
  async function decideUnlessOpen(ask: Ask, placements: readonly string[], context: CommandContext): Promise<Decided> {
    const decide = () => nextBestOffer.decide(ask, placements, context);
    const breaker = breakerOf(placements);
    if (!breaker) return decide();
    try {
      return await breaker.call(decide);
    } catch (error) {
      if (!(error instanceof BreakerOpen)) throw error;
      // The answer of before may be found all the same.
      if (await wasAnswered(ask, placements, context)) return decide();
      parts.firstAsked.add(ask);
      throw new StoreUnavailable(error.message, { cause: error });
    }
  }

  async function decideOrDefault(ask: Ask, placements: readonly string[], context: CommandContext): Promise<Decided> {
    if (!admission.enter(context, hurryOf(placements))) {
      if (await wasAnswered(ask, placements, context)) admission.enterAnyway(context);
      else {
        const answers = await byDefault(ask, placements, context, overload);
        if (answers) return answers;
        if (!admission.enterOrFail(context)) throw new Overloaded();
      }
    }
    try {
      return await decideUnlessOpen(ask, placements, context);
    } catch (error) {
      const why = outageIn(error);
      // What this very call has recorded, without hearing of it in time, was answered to nobody.
      const isRepeated = !parts.firstAsked.has(ask) && (await wasAnswered(ask, placements, context));
      if (!why || isRepeated) throw error;
      const answers = await byDefault(ask, placements, context, why);
      if (answers) return answers;
      throw error;
    } finally {
      admission.leave(context);
    }
  }

  /** Whatever it fails with, nobody gets an answer to it. */
  function telling(decide: NextBestOffer['decide']): NextBestOffer['decide'] {
    return async (ask, placements, context) => {
      try {
        return await decide(ask, placements, context);
      } catch (error) {
        const cause = error instanceof Overloaded ? 'OVERLOAD' : outageIn(error)?.cause;
        observations.unanswered({ customerId: ask.customerId, placements: placements.length, context, error, cause });
        throw error;
      }
    };
  }

  return { decide: telling(decideOrDefault), decideInTurn: telling(nextBestOffer.decideInTurn), givesAgain };
}

/** Undefined for what is no outage. */
function outageIn(error: unknown): Degradation | undefined {
  if (error instanceof Error && error.cause instanceof BreakerOpen)
    return { stage: 'RECORD', cause: 'BREAKER_OPEN', instead: 'DEFAULT' };
  if (error instanceof OutOfTime) return { stage: 'RECORD', cause: 'OVERRUN', instead: 'DEFAULT' };
  if (error instanceof StoreUnavailable) return { stage: 'RECORD', cause: 'UNAVAILABLE', instead: 'DEFAULT' };
  if (error instanceof ReadSideUnavailable) return { stage: 'LOAD', cause: 'UNAVAILABLE', instead: 'DEFAULT' };
  return undefined;
}

const nothingKnown: CustomerEntries = [undefined, undefined, undefined, undefined];

/** While there is no catalogue no placement is known to have one. Throws what is no outage. */
function noneYet(error: unknown): undefined {
  if (!(error instanceof StoreUnavailable)) throw error;
  return undefined;
}

/** @throws what is no outage. */
function unavailable(error: unknown): undefined {
  if (!(error instanceof ReadSideUnavailable)) throw error;
  return undefined;
}

/** As an answer to one call; no offer is in it that another of the call shows. */
function recordOf(answer: DefaultAnswer, taken: ReadonlySet<string>, ask: Ask, why: Degradation): DecisionRecord {
  const { id, placement, cause, rejections, catalogue } = answer;
  const isFree = ({ offerId }: { offerId: string }) => !taken.has(offerId);
  const offers = taken.size === 0 || answer.offers.every(isFree) ? answer.offers : answer.offers.filter(isFree);
  const elsewhere = answer.offers.length - offers.length;
  const none = elsewhere > 0 && offers.length === 0 ? 'SHOWN_ELSEWHERE' : cause;
  return {
    at: answer.decidedAt,
    position: '',
    outcomes: [],
    byDefault: answer,
    data: {
      customerId: ask.customerId,
      decisionId: id,
      placementId: placement.placementId,
      channel: placement.terms.channel,
      ...(ask.requestId === undefined ? {} : { requestId: ask.requestId }),
      callId: id,
      offers,
      resolution: 'CACHED',
      ...(none && { cause: none }),
      expiresAt: answer.expiresAt,
      rejections: elsewhere > 0 ? { ...rejections, SHOWN_ELSEWHERE: elsewhere } : rejections,
      degradations: [why],
      basis: { catalogue, seed: '', context: {}, facts: {}, taken: [], lost: [] },
    },
  };
}
