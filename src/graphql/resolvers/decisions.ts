// Decisions: asking for one, reading one, explaining one, simulating one.

import { type OfferEntry, offers } from '../../../projections/offers.ts';
import type { DecisionRecord } from '../../application/decision-records.ts';
import type { ExplainedCandidate, Explanation } from '../../application/explanations.ts';
import type { Ask } from '../../application/next-best-offer.ts';
import { isProbe } from '../../application/probe-customer.ts';
import type { PublishedOffer } from '../../decisioning/catalogue.ts';
import { reasonsInWords } from '../../decisioning/reasons-in-words.ts';
import { attributesOf, boundedId, checkedId, hasSeen, orFail } from '../answers.ts';
import { type Context, decisionLimit, explanationLimit } from '../context.ts';
import { fail } from '../errors.ts';
import type {
  Reason,
  Resolvers,
  ExplainedCandidate as SchemaCandidate,
  Explanation as SchemaExplanation,
} from '../generated.ts';
import type { DecisionModel } from '../models.ts';

const placementsAtOnce = 20;
const longestSeed = 100;

export interface Question {
  readonly customerId: string;
  readonly requestId?: string | null | undefined;
  readonly attributes?: unknown;
  readonly position?: string | null | undefined;
}

/** Decisions for several placements, all of them or an error. */
export async function decide(
  placements: readonly string[],
  question: Question,
  context: Context,
): Promise<DecisionModel[]> {
  const asked = askOf(placements, question);
  spend(placements.length, context);
  const isStale = !(await hasSeen(context, question.position, 'context.position'));
  const ask = { ...asked, isStale };
  const records = orFail<readonly DecisionRecord[]>(
    await context.kairos.nextBestOffer.decide(ask, placements, context.command),
  );
  context.decided.push(records);
  return [...records];
}

/** @throws fail('BAD_USER_INPUT') naming the argument. */
export function askOf(placements: readonly string[], question: Question): Ask {
  const { customerId, requestId, attributes } = question;
  if (!isProbe(question)) checkedId(customerId, 'context.customerId');
  for (const placement of placements) boundedId(placement, 'placement');
  if (requestId != null) checkedId(requestId, 'context.requestId');
  const known = attributesOf(attributes, 'context.attributes');
  return { customerId, requestId: requestId ?? undefined, attributes: known };
}

function spend(decisions: number, { decisionsLeft }: Context): void {
  decisionsLeft.count -= decisions;
  if (decisionsLeft.count < 0) {
    throw fail('BAD_USER_INPUT', `one operation makes at most ${decisionLimit} decisions`, { limit: decisionLimit });
  }
}

function spendExplanation({ explanationsLeft }: Context): void {
  explanationsLeft.count -= 1;
  if (explanationsLeft.count < 0) {
    const message = `one operation asks for at most ${explanationLimit} explanations and simulations`;
    throw fail('BAD_USER_INPUT', message, { limit: explanationLimit });
  }
}

function read(id: string, { kairos }: Context): Promise<DecisionRecord | undefined> {
  return kairos.readDecision(boundedId(id, 'id'));
}

export const decisionResolvers: Resolvers = {
  Query: {
    nextBestOffer: async (_, { placement, context: question }, context) => {
      const [decision] = await decide([placement], question, context);
      return decision ?? null;
    },
    nextBestOffers: (_, { placements, context: question }, context) => {
      if (placements.length === 0 || placements.length > placementsAtOnce) {
        throw fail('BAD_USER_INPUT', `placements must be 1 to ${placementsAtOnce}`, { field: 'placements' });
      }
      if (new Set(placements).size < placements.length) {
        throw fail('BAD_USER_INPUT', 'placements must differ from each other', { field: 'placements' });
      }
      return decide(placements, question, context);
    },
    decision: async (_, { id }, context) => (await read(id, context)) ?? null,
    explainDecision: async (_, { id }, context) => {
      spendExplanation(context);
      const explanation = await context.kairos.explanations.explain(boundedId(id, 'id'));
      return explanation ? explanationAnswer(explanation) : null;
    },
    simulateOffer: async (_, { input }, context) => {
      spendExplanation(context);
      const { kairos, at } = context;
      const { overrides, seed } = input;
      if (seed != null && seed.length > longestSeed) {
        throw fail('BAD_USER_INPUT', `input.seed must be at most ${longestSeed} characters`, { field: 'input.seed' });
      }
      for (const offerId of overrides?.offers ?? []) boundedId(offerId, 'input.overrides.offers');
      for (const modelId of overrides?.models ?? []) boundedId(modelId, 'input.overrides.models');
      const explanation = await kairos.explanations.simulate({
        customerId: checkedId(input.customerId, 'input.customerId'),
        placementId: boundedId(input.placement, 'input.placement'),
        attributes: attributesOf(input.attributes, 'input.attributes'),
        at: input.at ?? at,
        seed: seed ?? 'simulation',
        overrides: {
          attributes: attributesOf(overrides?.attributes, 'input.overrides.attributes'),
          audiences: overrides?.audiences ?? undefined,
          grantedPurposes: overrides?.grantedPurposes ?? undefined,
          offers: overrides?.offers ?? undefined,
          models: overrides?.models ?? undefined,
        },
      });
      return explanationAnswer(orFail(explanation));
    },
  },

  Decision: {
    __resolveReference: async ({ id }, context) => (await read(id, context)) ?? null,
    id: ({ data }) => data.decisionId,
    customer: ({ data }) => ({ id: data.customerId }),
    placementId: ({ data }) => data.placementId,
    channel: ({ data }) => data.channel,
    decidedAt: ({ at }) => at,
    expiresAt: ({ data }) => data.expiresAt,
    resolution: ({ data }) => data.resolution,
    recorded: ({ data, byDefault }) => (byDefault ? 'NOT_RECORDED' : (data.recorded ?? 'BEFORE_ANSWER')),
    stale: ({ data }) => data.resolution === 'STALE',
    offer: (decision) => decidedOffers(decision)[0] ?? null,
    offers: decidedOffers,
    cause: ({ data }) => (data.cause as Reason | undefined) ?? null,
    rejections: ({ data }) =>
      Object.entries(data.rejections).map(([reason, count]) => ({ reason: reason as Reason, count })),
    degradations: ({ data }) => data.degradations ?? [],
    basis: ({ data: { basis } }) => {
      const { customer } = basis.facts as { customer?: { features?: { position?: string } } };
      return { catalogue: basis.catalogue, signals: customer?.features?.position ?? '', seed: basis.seed };
    },
  },

  DecidedOffer: {
    offer: async ({ decided, decision }, _, { loaders }) => {
      const published = decision.byDefault?.published.get(decided.offerId);
      if (published) return entryOfPublished(published);
      const offer = await loaders.offers.load(decided.offerId);
      if (!offer) throw new Error(`a decided offer is not in the read model: ${decided.offerId}`);
      return offer;
    },
    slot: ({ decided }) => decided.slot,
    revision: ({ decided }) => decided.revision,
    name: ({ decided }) => decided.name,
    treatment: ({ decided }) => decided.treatment,
    reasons: ({ decided, decision }) => reasonsInWords({ ...decided, resolution: decision.data.resolution }),
    score: ({ decided }) => decided.score,
    components: ({ decided }) => decided.components,
    propensityFrom: ({ decided }) => decided.propensityFrom ?? null,
    selectionProbability: ({ decided }) => decided.selectionProbability,
    outcomes: ({ decided, decision }) =>
      decision.outcomes
        .filter(({ offerId }) => offerId === decided.offerId)
        .map(({ kind, at, reason }) => ({ kind, at, reason: reason ?? null })),
  },
};

function decidedOffers(decision: DecisionModel) {
  return decision.data.offers.map((decided) => ({ decided, decision }));
}

/** Of a default answer nothing is read: whatever it would be read from may be away, or have too much to do. */
function entryOfPublished({ offerId, revision, state, terms }: PublishedOffer): OfferEntry {
  const published = terms as OfferEntry['terms'];
  return {
    ...offers.empty(offerId),
    lifecycle: state,
    revisionState: 'PUBLISHED',
    revision,
    terms: published,
    publishedRevision: revision,
    publishedTerms: published,
  };
}

function explanationAnswer(explanation: Explanation): SchemaExplanation {
  const { decisionId, cause, reproduced, sameVocabulary, candidates, ...same } = explanation;
  return {
    ...same,
    decisionId: decisionId ?? null,
    cause: cause ?? null,
    reproduced: reproduced ?? null,
    sameVocabulary: sameVocabulary ?? null,
    candidates: candidates.map(candidateAnswer),
  };
}

function candidateAnswer({ offerId, name, chosen, rejection, scored }: ExplainedCandidate): SchemaCandidate {
  return {
    offerId,
    name,
    slot: chosen?.slot ?? null,
    stage: rejection?.stage ?? null,
    reason: rejection?.reason ?? null,
    detail: rejection?.detail ?? null,
    score: scored?.score ?? null,
    components: scored?.components ?? null,
    propensityFrom: scored?.propensityFrom ?? null,
    selectionProbability: chosen?.selectionProbability ?? null,
    met: scored ? [...scored.met, ...scored.weights] : [],
  };
}
