// The model and the fallback that a placement names have to be there when it is defined. What becomes of them later changes no placement.
import { type Refused, refuse } from '../aggregates/decider.ts';
import type { createModelDecider } from '../aggregates/model/decider.ts';
import type { createOfferDecider } from '../aggregates/offer/decider.ts';
import type { PlacementTerms } from '../aggregates/placement/events.ts';
import { id } from '../aggregates/values.ts';
import type { Executor } from '../event-store/execute.ts';

interface Parts {
  readonly executor: Executor;
  readonly deciders: {
    readonly model: ReturnType<typeof createModelDecider>;
    readonly offer: ReturnType<typeof createOfferDecider>;
  };
}

type Unfit = 'MODEL_UNKNOWN' | 'MODEL_RETIRED' | 'OFFER_UNKNOWN' | 'OFFER_RETIRED';

/** Of what there is of an offer or a model. */
interface Life {
  readonly working: unknown;
  readonly retired: boolean;
}

/**
 * Why a placement cannot have its model or its fallback; undefined: it can. As the log has them, so that whoever has just defined one may
 * use it; a fallback need not be live yet. What is no id is for the placement itself to refuse.
 */
export async function referenceRefusal(
  { executor, deciders }: Parts,
  { model, fallbackOfferId }: Pick<PlacementTerms, 'model' | 'fallbackOfferId'>,
): Promise<Refused<Unfit> | undefined> {
  async function modelOf(modelId: string): Promise<Life> {
    return (await executor.load(deciders.model, modelId)).state;
  }
  async function offerOf(offerId: string): Promise<Life> {
    return (await executor.load(deciders.offer, offerId)).state;
  }
  const wrongModel = await unfit(model, modelOf, ['MODEL_UNKNOWN', 'MODEL_RETIRED', 'model', 'model']);
  return wrongModel ?? unfit(fallbackOfferId, offerOf, ['OFFER_UNKNOWN', 'OFFER_RETIRED', 'offer', 'fallbackOfferId']);
}

async function unfit(
  named: unknown,
  lifeOf: (id: string) => Promise<Life>,
  [unknown, retired, noun, field]: readonly [Unfit, Unfit, noun: string, field: string],
): Promise<Refused<Unfit> | undefined> {
  const parsed = id.safeParse(named);
  if (!parsed.success) return undefined;
  const life = await lifeOf(parsed.data);
  if (!life.working) return refuse(unknown, `There is no ${noun} ${parsed.data}.`, field);
  return life.retired ? refuse(retired, `The ${noun} ${parsed.data} is retired for good.`, field) : undefined;
}
