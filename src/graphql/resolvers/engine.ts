// The engine itself: the words of conditions, the state of the read models, how the objectives stand.
import type { Resolvers } from '../generated.ts';

export const engineResolvers: Resolvers = {
  Query: {
    vocabulary: (_, __, { kairos: { vocabulary } }) => ({
      currency: vocabulary.currency,
      purposes: Object.entries(vocabulary.purposes).map(([id, description]) => ({ id, description })),
      profile: Object.entries(vocabulary.profile).map(([name, declared]) => ({ name, ...declared })),
      context: Object.entries(vocabulary.context).map(([name, declared]) => ({ name, ...declared })),
    }),
    readModels: async (_, __, { kairos }) => {
      const { position, head } = await kairos.following.lag();
      return { position, head: head ?? position, freshness: kairos.following.freshness() };
    },
    slo: (_, __, { kairos }) => [...(kairos.serviceLevels?.levels() ?? [])],
  },
  ServiceLevel: {
    id: ({ objective }) => objective.id,
    sentence: ({ objective }) => objective.sentence,
    bar: ({ objective }) => objective.bar,
    unit: ({ indicator }) => indicator.unit,
    atMost: ({ objective, indicator }) => (indicator.unit === 'SHARE' ? null : objective.atMost),
    objective: ({ objective }) => objective.objective,
    windowDays: ({ objective }) => objective.windowDays,
  },
  ServiceLevelMinute: { at: ({ at }) => new Date(at).toISOString() },
};
