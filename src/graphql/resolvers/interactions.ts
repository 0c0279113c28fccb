// Assisted selling: interactions of agents with customers, and the screen pops they cause.

import { isRefused, type Refused } from '../../aggregates/decider.ts';
import { readDecision } from '../../application/decision-records.ts';
import type { InteractionRecorded } from '../../application/interactions.ts';
import { attributesOf, checkedId, refused } from '../answers.ts';
import type { Resolvers } from '../generated.ts';
import type { ScreenPopModel } from '../models.ts';

const kindOf = { ACCEPT: 'ACCEPTED', DECLINE: 'DECLINED', POSTPONE: 'POSTPONED' } as const;

function answer(outcome: InteractionRecorded | Refused) {
  return isRefused(outcome) ? refused(outcome) : { __typename: 'InteractionRecorded' as const, ...outcome };
}

export const interactionResolvers: Resolvers = {
  Mutation: {
    startInteraction: async (_, { input }, { kairos, command }) => {
      const { interactionId, agentId, customerId, placement, attributes } = input;
      checkedId(customerId, 'input.customerId');
      const start = {
        interactionId,
        agentId,
        customerId,
        placementId: placement,
        attributes: attributesOf(attributes, 'input.attributes'),
      };
      return answer(await kairos.interactions.start(start, command));
    },
    observeInteraction: async (_, { interactionId, attributes }, { kairos, command }) =>
      answer(await kairos.interactions.observe(interactionId, attributesOf(attributes, 'attributes'), command)),
    endInteraction: async (_, { interactionId, summary }, { kairos, command }) =>
      answer(await kairos.interactions.end(interactionId, summary, command)),
    respondToOffer: async (_, { input }, { kairos, command }) => {
      const { interactionId, decisionId, offerId, response, reason, until } = input;
      const given = {
        interactionId,
        decisionId,
        offerId,
        kind: kindOf[response],
        reason: reason ?? undefined,
        until: until ?? undefined,
      };
      return answer(await kairos.interactions.respond(given, command));
    },
  },

  Subscription: {
    screenPop: {
      subscribe: (_, { agentId, after }, { kairos }) => {
        checkedId(agentId, 'agentId');
        const options = after == null ? {} : { after };
        return pops(kairos.screenPops.subscribe(agentId, options));
      },
    },
  },

  InteractionRecorded: { screenPop: ({ screenPop }) => screenPop ?? null },

  ScreenPop: {
    decision: async ({ decisionId }, _, { kairos }) => {
      const record = await readDecision(kairos.store, decisionId);
      if (!record) throw new Error(`the decision of a screen pop is not in the log: ${decisionId}`);
      return { ...record, stale: false };
    },
    script: async ({ decisionId }, _, { kairos }) => {
      const treatment = (await readDecision(kairos.store, decisionId))?.data.offers[0]?.treatment;
      return treatment?.agentScript ?? treatment?.headline ?? null;
    },
  },
};

async function* pops(feed: AsyncIterableIterator<ScreenPopModel>): AsyncGenerator<{ screenPop: ScreenPopModel }> {
  for await (const screenPop of feed) yield { screenPop };
}
