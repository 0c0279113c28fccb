// Placements: reading them, defining them.
import { placements } from '../../../projections/placements.ts';
import { isRefused } from '../../aggregates/decider.ts';
import type { PlacementCommand, PlacementReason } from '../../aggregates/placement/decider.ts';
import type { PlacementTerms } from '../../aggregates/placement/events.ts';
import { budgetsOf } from '../../aggregates/placement/stage-budgets.ts';
import { referenceRefusal } from '../../application/placement-references.ts';
import { placementWarnings } from '../../application/unknown-names.ts';
import { boundedId, namesIn, patienceMs, refused, withoutNulls } from '../answers.ts';
import type { Context } from '../context.ts';
import { fail } from '../errors.ts';
import type { Resolvers } from '../generated.ts';

async function give(command: PlacementCommand, { kairos, command: origin }: Context) {
  const placementId = boundedId(command.placementId, 'placementId');
  const wrong = 'terms' in command && (await referenceRefusal(kairos, command.terms));
  if (wrong) return refused(wrong);
  const outcome = await kairos.executor.execute(kairos.deciders.placement, placementId, command, origin);
  if (isRefused<PlacementReason>(outcome)) return refused(outcome);
  await kairos.following.waitFor(outcome.position, patienceMs);
  const stored = await kairos.readModels.read(placements, placementId);
  if (!stored) throw fail('UNAVAILABLE', 'the placement was recorded, but the read models have not seen it yet');
  return { __typename: 'PlacementRevision' as const, placement: stored.entry, position: outcome.position };
}

const termsOf = (input: unknown) => withoutNulls(input) as PlacementTerms;

export const placementResolvers: Resolvers = {
  Query: {
    placements: async (_, __, { kairos }) =>
      [...(await kairos.readModels.readAll(placements)).values()].map(({ entry }) => entry),
  },
  Placement: {
    id: ({ placementId }) => placementId,
    warnings: ({ terms }, _, context) => placementWarnings(terms, namesIn(context)),
  },
  PlacementTerms: {
    stageBudgets: budgetsOf,
    recording: ({ recording }) => recording ?? 'BEFORE_ANSWER',
    defaultAnswer: ({ defaultAnswer }) => defaultAnswer ?? 'OFF',
  },
  Ranking: { formula: (ranking) => ranking.formula ?? null },
  Mutation: {
    definePlacement: (_, { placementId, terms }, context) =>
      give({ type: 'DefinePlacement', placementId, terms: termsOf(terms), by: context.command.actor }, context),
    redefinePlacement: (_, { placementId, terms, basedOn }, context) =>
      give(
        {
          type: 'RedefinePlacement',
          placementId,
          terms: termsOf(terms),
          by: context.command.actor,
          ...(basedOn == null ? {} : { basedOn }),
        },
        context,
      ),
    retirePlacement: (_, { placementId }, context) =>
      give({ type: 'RetirePlacement', placementId, by: context.command.actor }, context),
  },
};
