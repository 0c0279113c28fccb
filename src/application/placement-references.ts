// The model that a placement names: it has to be there when the placement is defined. What becomes of it later changes no placement.
import { type Refused, refuse } from '../aggregates/decider.ts';
import type { createModelDecider } from '../aggregates/model/decider.ts';
import { id } from '../aggregates/values.ts';
import type { Executor } from '../event-store/execute.ts';

/**
 * Why a placement cannot have a model; undefined: it can. As the log has it, so that whoever has just defined one may use it.
 * What is no id is for the placement itself to refuse.
 */
export async function modelRefusal(
  { executor, deciders }: { executor: Executor; deciders: { model: ReturnType<typeof createModelDecider> } },
  modelId: unknown,
): Promise<Refused<'MODEL_UNKNOWN' | 'MODEL_RETIRED'> | undefined> {
  const parsed = id.safeParse(modelId);
  if (!parsed.success) return undefined;
  const { state } = await executor.load(deciders.model, parsed.data);
  if (!state.working) return refuse('MODEL_UNKNOWN', `There is no model ${parsed.data}.`, 'model');
  if (state.retired) return refuse('MODEL_RETIRED', `The model ${parsed.data} is retired for good.`, 'model');
  return undefined;
}
