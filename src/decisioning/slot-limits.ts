// What the offers already chosen for slots leave to the slots after them: of a category, and of the caps that offers share.
import { seriesOf } from './caps.ts';
import type { PublishedPlacement } from './catalogue.ts';
import type { Candidate } from './decide.ts';
import type { Reason } from './reasons.ts';

/** The limits of one decision. They only tighten: a candidate that does not fit will not fit later either. */
export interface SlotLimits {
  /** Counts a candidate that was given a slot. */
  choose(candidate: Candidate): void;
  /** Why a candidate does not fit any more; undefined: it does. */
  against(candidate: Candidate): { readonly reason: Reason; readonly detail: string } | undefined;
}

/** The limits of a placement before anything is chosen. */
export function createSlotLimits({ placementId, terms }: PublishedPlacement): SlotLimits {
  const { channel, perCategoryLimit } = terms;
  const perCategory = new Map<string, number>();
  /** Contacts that the chosen offers will be, by series. Whatever a cap counts, each of them takes a place under it. */
  const perSeries = new Map<string, number>();

  const fullCapOf = ({ caps, room }: Candidate) =>
    caps.find(({ series }, index) => {
      let chosen = 0;
      for (const name of series) chosen += perSeries.get(name) ?? 0;
      return chosen >= (room?.[index] ?? 0);
    });

  return {
    choose({ offer: { offerId, terms } }) {
      add(perCategory, terms.category);
      for (const name of seriesOf({ offerId, placementId, channel, tags: terms.tags })) add(perSeries, name);
    },
    against(candidate) {
      // In the order of the stages.
      const cap = fullCapOf(candidate);
      if (cap) return { reason: 'CAP_REACHED', detail: cap.rule.name };
      const { category } = candidate.offer.terms;
      if (perCategoryLimit === undefined || (perCategory.get(category) ?? 0) < perCategoryLimit) return undefined;
      return { reason: 'CATEGORY_LIMIT', detail: category };
    },
  };
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
