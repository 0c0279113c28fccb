// What the offers already chosen for slots leave to the slots after them: of a category, and of the caps that offers share.
import { seriesOf } from './caps.ts';
import type { CompiledCap } from './compiled-placement.ts';
import type { Verdict } from './decide.ts';
import type { Reason } from './reasons.ts';

/** The limits of one decision, by place of the survivors. They only tighten: who does not fit will not fit later either. */
export interface SlotLimits {
  /** Counts a survivor that was given a slot. */
  choose(place: number): void;
  /** Why a survivor does not fit any more; undefined: it does. */
  against(place: number): { readonly reason: Reason; readonly detail: string } | undefined;
}

/** The limits of a placement before anything is chosen. */
export function createSlotLimits({ placement, survivors }: Pick<Verdict, 'placement' | 'survivors'>): SlotLimits {
  const { channel, perCategoryLimit } = placement.terms;
  const perCategory = new Map<string, number>();
  /** Contacts that the chosen offers will be, by series. Whatever a cap counts, each of them takes a place under it. */
  const perSeries = new Map<string, number>();

  /** The sums of a shared cap's series, by its number, since the last choice. */
  let sums: number[] = [];
  const chosenUnder = ({ bound, shared }: CompiledCap): number => {
    // A cap that counts one offer only admits a contact with it, since the funnel did, and no offer is chosen twice.
    if (shared === undefined) return 0;
    sums[shared] ??= bound.series.reduce((sum, name) => sum + (perSeries.get(name) ?? 0), 0);
    return sums[shared];
  };
  const fullCapOf = (place: number) =>
    survivors.capsAt(place).find((cap) => {
      const chosen = chosenUnder(cap);
      return chosen > 0 && chosen >= survivors.roomOf(cap);
    });

  return {
    choose(place) {
      const { offerId, terms } = survivors.offerAt(place);
      sums = [];
      add(perCategory, terms.category);
      const { placementId } = placement;
      for (const name of seriesOf({ offerId, placementId, channel, tags: terms.tags })) add(perSeries, name);
    },
    against(place) {
      // In the order of the stages.
      const cap = fullCapOf(place);
      if (cap) return { reason: 'CAP_REACHED', detail: cap.bound.rule.name };
      const { category } = survivors.offerAt(place).terms;
      if (perCategoryLimit === undefined || (perCategory.get(category) ?? 0) < perCategoryLimit) return undefined;
      return { reason: 'CATEGORY_LIMIT', detail: category };
    },
  };
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
