// What the offers already chosen for slots leave to the slots after them: of a category, and of the caps that offers share.
import type { BoundCap } from './caps.ts';
import type { Verdict } from './decide.ts';
import type { Reason } from './reasons.ts';

/** The limits of one decision, by place of the survivors. They only tighten: who does not fit will not fit later either. */
export interface SlotLimits {
  /** Counts a survivor that was given a slot. */
  choose(place: number): void;
  /** Why a survivor does not fit any more, undefined: it does; undefined itself while everybody does. */
  against(): ((place: number) => LimitReason | undefined) | undefined;
  /** What exactly a survivor does not fit under. */
  detailOf(place: number, reason: LimitReason): string;
}

type LimitReason = Extract<Reason, 'CAP_REACHED' | 'CATEGORY_LIMIT'>;

/** The limits of a placement before anything is chosen. */
export function createSlotLimits({ placement, survivors }: Pick<Verdict, 'placement' | 'survivors'>): SlotLimits {
  const { perCategoryLimit = Number.POSITIVE_INFINITY } = placement.terms;
  const chosen: number[] = [];
  const fullCategories: string[] = [];
  let isInFull: ((place: number) => boolean) | undefined;
  let isUnderFull: ((place: number) => boolean) | undefined;

  /** Whatever a cap counts, each of the chosen offers takes a place under it. */
  const isFull = (cap: BoundCap) => {
    const counted = chosen.filter((place) => counts(cap, survivors.offerAt(place).terms.tags)).length;
    return counted > 0 && counted >= survivors.roomOf(cap);
  };

  return {
    choose(place) {
      chosen.push(place);
      const { category } = survivors.offerAt(place).terms;
      const alike = chosen.filter((other) => survivors.offerAt(other).terms.category === category).length;
      if (alike >= perCategoryLimit) {
        fullCategories.push(category);
        isInFull = survivors.inOneOf(fullCategories);
      }
      // A cap that counts one offer is none of the others', and no offer is chosen twice.
      isUnderFull = survivors.underFull(isFull);
    },
    // No getter: an object literal with one is of a hidden class of its own each time it is made.
    against() {
      const [underFull, inFull] = [isUnderFull, isInFull];
      if (!underFull) return inFull && ((place: number) => (inFull(place) ? 'CATEGORY_LIMIT' : undefined));
      // In the order of the stages.
      return (place: number) => {
        if (underFull(place)) return 'CAP_REACHED';
        return inFull?.(place) ? 'CATEGORY_LIMIT' : undefined;
      };
    },
    detailOf(place, reason) {
      if (reason === 'CATEGORY_LIMIT') return survivors.offerAt(place).terms.category;
      return (
        survivors.capsAt(place).find((cap) => cap.shared !== undefined && isFull(cap.bound))?.bound.rule.name ?? ''
      );
    },
  };
}

/** Whether a shared cap that stops offers in this placement counts a contact there with an offer of these tags. */
function counts({ rule: { scope } }: BoundCap, tags: readonly string[]): boolean {
  return scope.kind !== 'TAG' || tags.includes(scope.tag);
}
