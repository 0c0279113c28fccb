// What is recorded of a call or a chat between a customer and an agent.
import { z } from 'zod';
import { decisionId, id } from '../values.ts';

/** What the conversation has shown so far: the context of the next decision. */
export const interactionContext = z.record(z.string(), z.unknown());

export const interactionEvent = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('InteractionStarted'),
    data: z.strictObject({
      interactionId: id,
      agentId: id,
      customerId: id,
      placementId: id,
      context: interactionContext,
    }),
  }),
  z.strictObject({
    type: z.literal('ContextObserved'),
    data: z.strictObject({ interactionId: id, context: interactionContext }),
  }),
  z.strictObject({
    type: z.literal('ScreenPopped'),
    /** `number` counts the pops of this interaction from 1. */
    data: z.strictObject({
      interactionId: id,
      agentId: id,
      customerId: id,
      number: z.int().min(1),
      decisionId,
      cause: z.enum(['STARTED', 'CONTEXT_OBSERVED', 'RESPONDED']),
    }),
  }),
  z.strictObject({
    type: z.literal('InteractionEnded'),
    data: z.strictObject({ interactionId: id, agentId: id, summary: z.string().max(1000) }),
  }),
]);
export type InteractionEvent = z.infer<typeof interactionEvent>;
