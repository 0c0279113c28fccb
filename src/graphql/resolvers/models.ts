// Models: reading them, and the commands that bring a revision of one into use.
import { models } from '../../../projections/models.ts';
import { isRefused } from '../../aggregates/decider.ts';
import type { ModelCommand, ModelReason } from '../../aggregates/model/decider.ts';
import type { ModelTerms } from '../../aggregates/model/events.ts';
import { boundedId, patienceMs, refused, withoutNulls } from '../answers.ts';
import type { Context } from '../context.ts';
import { fail } from '../errors.ts';
import type { Resolvers } from '../generated.ts';

async function give(command: ModelCommand, { kairos, command: origin }: Context) {
  const modelId = boundedId(command.modelId, 'modelId');
  const outcome = await kairos.executor.execute(kairos.deciders.model, modelId, command, origin);
  if (isRefused<ModelReason>(outcome)) return refused(outcome);
  await kairos.following.waitFor(outcome.position, patienceMs);
  const stored = await kairos.readModels.read(models, modelId);
  if (!stored) throw fail('UNAVAILABLE', 'the model was recorded, but the read models have not seen it yet');
  return { __typename: 'ModelRevision' as const, model: stored.entry, position: outcome.position };
}

/** The decider parses the terms: what the schema lets through and the rules do not is refused there. */
const termsOf = (input: unknown) => withoutNulls(input) as ModelTerms;
const basis = ({ basedOn }: { basedOn?: number | null | undefined }) => (basedOn == null ? {} : { basedOn });

export const modelResolvers: Resolvers = {
  Query: {
    model: async (_, { id }, { kairos }) => (await kairos.readModels.read(models, boundedId(id, 'id')))?.entry ?? null,
    models: async (_, __, { kairos }) =>
      [...(await kairos.readModels.readAll(models)).values()]
        .map(({ entry }) => entry)
        .sort((one, other) => (one.modelId < other.modelId ? -1 : 1)),
  },
  Model: {
    id: ({ modelId }) => modelId,
    approvedRevision: ({ approved }) => approved?.revision ?? null,
    approvedTerms: ({ approved }) => approved?.terms ?? null,
    approvedBy: ({ approved }) => approved?.by ?? null,
  },
  ModelTerms: {
    description: ({ description }) => description ?? null,
    static: (terms) => (terms.kind === 'STATIC' ? terms.static : null),
    logistic: (terms) => (terms.kind === 'LOGISTIC' ? terms.logistic : null),
    external: (terms) => (terms.kind === 'EXTERNAL' ? terms.external : null),
  },
  Mutation: {
    defineModel: (_, { modelId, terms }, context) =>
      give({ type: 'DefineModel', modelId, terms: termsOf(terms), by: context.command.actor }, context),
    reviseModel: (_, { modelId, terms, ...more }, context) =>
      give({ type: 'ReviseModel', modelId, terms: termsOf(terms), by: context.command.actor, ...basis(more) }, context),
    approveModel: (_, { modelId, ...more }, context) =>
      give({ type: 'ApproveModel', modelId, by: context.command.actor, ...basis(more) }, context),
    retireModel: (_, { modelId, reason }, context) =>
      give({ type: 'RetireModel', modelId, reason, by: context.command.actor }, context),
  },
};
