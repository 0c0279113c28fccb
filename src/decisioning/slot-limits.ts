// What the offers already chosen for slots leave to the slots after them: of a category, and of the caps that offers share.
import { seriesOf } from './caps.ts';
import type { CompiledCap } from './compiled-placement.ts';
import type { Verdict } from './decide.ts';
import type { Reason } from './reasons.ts';

/** The limits of one decision, by place of the survivors. They only tighten: who does not fit will not fit later either. */
export interface SlotLimits {
  /** Counts a survivor that was given a slot. */
  choose(place: number): void;
  /** Whether they are against anybody; undefined: not yet. */
  readonly against: ((place: number) => LimitReason | undefined) | undefined;
  /** What exactly a survivor does not fit under. */
  detailOf(place: number, reason: LimitReason): string;
}

type LimitReason = Extract<Reason, 'CAP_REACHED' | 'CATEGORY_LIMIT'>;

/** The limits of a placement before anything is chosen. */
export function createSlotLimits({ placement, survivors }: Pick<Verdict, 'placement' | 'survivors'>): SlotLimits {
  const { placementId } = placement;
  const { channel, perCategoryLimit = Number.POSITIVE_INFINITY } = placement.terms;
  const perCategory = new Map<string, number>();
  const fullCategories = new Set<string>();
  /** Contacts that the chosen offers will be, by series. Whatever a cap counts, each of them takes a place under it. */
  const perSeries = new Map<string, number>();
  let isUnderFull: ((place: number) => boolean) | undefined;

  const isFull = (cap: CompiledCap) => {
    let chosen = 0;
    for (const name of cap.bound.series) chosen += perSeries.get(name) ?? 0;
    return chosen > 0 && chosen >= survivors.roomOf(cap);
  };

  return {
    choose(place) {
      const { offerId, terms } = survivors.offerAt(place);
      if (add(perCategory, terms.category) >= perCategoryLimit) fullCategories.add(terms.category);
      for (const name of seriesOf({ offerId, placementId, channel, tags: terms.tags })) add(perSeries, name);
      // A cap that counts one offer is none of the others', and no offer is chosen twice.
      isUnderFull = survivors.underFull(isFull);
    },
    get against() {
      if (!isUnderFull && fullCategories.size === 0) return undefined;
      // In the order of the stages.
      return (place: number) => {
        if (isUnderFull?.(place)) return 'CAP_REACHED';
        return fullCategories.has(survivors.categoryAt(place)) ? 'CATEGORY_LIMIT' : undefined;
      };
    },
    detailOf(place, reason) {
      if (reason === 'CATEGORY_LIMIT') return survivors.categoryAt(place);
      return survivors.capsAt(place).find((cap) => cap.shared !== undefined && isFull(cap))?.bound.rule.name ?? '';
    },
  };
}

function add(counts: Map<string, number>, name: string): number {
  const count = (counts.get(name) ?? 0) + 1;
  counts.set(name, count);
  return count;
}
