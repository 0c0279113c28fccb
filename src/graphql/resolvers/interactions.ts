// Assisted selling: interactions of agents with customers, and the screen pops they cause.

import { interactions } from '../../../projections/interactions.ts';
import { isRefused, type Refused } from '../../aggregates/decider.ts';
import { interactionDecider } from '../../aggregates/interaction/decider.ts';
import type { InteractionRecorded } from '../../application/interactions.ts';
import type { Kairos } from '../../application/kairos.ts';
import {
  attributesOf,
  boundedId,
  checkedId,
  checkedPosition,
  contextRefusal,
  patienceMs,
  refused,
} from '../answers.ts';
import { isLimitedToOwn, mustBeOwn } from '../authorization.ts';
import type { Context } from '../context.ts';
import { fail } from '../errors.ts';
import type { Resolvers } from '../generated.ts';
import type { ScreenPopModel } from '../models.ts';

const kindOf = { ACCEPT: 'ACCEPTED', DECLINE: 'DECLINED', POSTPONE: 'POSTPONED' } as const;

async function answer({ following }: Kairos, recording: Promise<InteractionRecorded | Refused>) {
  const outcome = await recording;
  if (isRefused(outcome)) return refused(outcome);
  await following.waitForCustomers(outcome.position, patienceMs);
  return { __typename: 'InteractionRecorded' as const, ...outcome };
}

/** That no interaction is there is for the business to say. */
async function mustBeOwnInteraction(field: string, interactionId: string, { kairos, identity }: Context) {
  if (!isLimitedToOwn(field, identity)) return;
  const { state } = await kairos.executor.load(interactionDecider, interactionId);
  if (state.interactionId !== '') mustBeOwn(field, state.agentId, identity);
}

export const interactionResolvers: Resolvers = {
  Query: {
    interaction: async (_, { id }, { kairos, identity }) => {
      const stored = await kairos.readModels.read(interactions, boundedId(id, 'id'));
      if (!stored) return null;
      const { interactionId, agentId, customerId, placementId, context, startedAt, ended, pops } = stored.entry;
      mustBeOwn('Query.interaction', agentId, identity);
      const screenPops = pops.map((pop) => ({ ...pop, interactionId, agentId, customerId })).reverse();
      const customer = { id: customerId };
      return { id, agentId, customer, placementId, attributes: context, startedAt, ended, screenPops };
    },
  },

  Mutation: {
    startInteraction: async (_, { input }, { kairos, command, identity }) => {
      mustBeOwn('Mutation.startInteraction', input.agentId, identity);
      const { placement, attributes } = input;
      const start = {
        interactionId: boundedId(input.interactionId, 'input.interactionId'),
        agentId: boundedId(input.agentId, 'input.agentId'),
        customerId: boundedId(input.customerId, 'input.customerId'),
        placementId: boundedId(placement, 'input.placement'),
      };
      const wrong = contextRefusal(attributes, 'input.attributes');
      if (wrong) return wrong;
      const known = attributesOf(attributes, 'input.attributes');
      return answer(kairos, kairos.interactions.start({ ...start, attributes: known }, command));
    },
    observeInteraction: async (_, { interactionId, attributes }, context) => {
      const { kairos, command } = context;
      boundedId(interactionId, 'interactionId');
      await mustBeOwnInteraction('Mutation.observeInteraction', interactionId, context);
      const wrong = contextRefusal(attributes, 'attributes');
      if (wrong) return wrong;
      return answer(
        kairos,
        kairos.interactions.observe(interactionId, attributesOf(attributes, 'attributes'), command),
      );
    },
    endInteraction: async (_, { interactionId, summary }, context) => {
      const { kairos, command } = context;
      boundedId(interactionId, 'interactionId');
      await mustBeOwnInteraction('Mutation.endInteraction', interactionId, context);
      return answer(kairos, kairos.interactions.end(interactionId, summary, command));
    },
    respondToOffer: async (_, { input }, context) => {
      const { kairos, command } = context;
      const { response, reason, until } = input;
      const given = {
        interactionId: boundedId(input.interactionId, 'input.interactionId'),
        decisionId: boundedId(input.decisionId, 'input.decisionId'),
        offerId: boundedId(input.offerId, 'input.offerId'),
        kind: kindOf[response],
        reason: reason ?? undefined,
        until: until ?? undefined,
      };
      await mustBeOwnInteraction('Mutation.respondToOffer', given.interactionId, context);
      return answer(kairos, kairos.interactions.respond(given, command));
    },
  },

  Subscription: {
    screenPop: {
      subscribe: async (_, { agentId, after }, { kairos, identity }) => {
        mustBeOwn('Subscription.screenPop', agentId, identity);
        checkedId(agentId, 'agentId');
        const head = await kairos.store.head();
        // From now on is what the log does not have yet: pops of before may still be on their way to the feed.
        const position = checkedPosition(after, 'after') ?? head;
        // Nobody was ever given a position that is not written yet: who waits for what follows it waits without knowing why.
        if (position > head) {
          throw fail('BAD_USER_INPUT', 'after must be a position of the log; this one lies beyond its end', {
            field: 'after',
          });
        }
        return kairos.screenPops.subscribe(agentId, { after: position });
      },
      // The feed's own iterator is what is returned above: one around it would have to wait for a pop before it could end.
      resolve: (pop: ScreenPopModel) => pop,
    },
  },

  InteractionRecorded: { screenPop: ({ screenPop }) => screenPop ?? null },

  ScreenPop: {
    decision: async ({ decisionId }, _, { kairos }) => {
      const record = await kairos.readDecision(decisionId);
      if (!record) throw new Error(`the decision of a screen pop is not in the log: ${decisionId}`);
      return record;
    },
    script: async ({ decisionId }, _, { kairos }) => {
      const treatment = (await kairos.readDecision(decisionId))?.data.offers[0]?.treatment;
      return treatment?.agentScript ?? treatment?.headline ?? null;
    },
  },
};
