// The caps in a placement that count all customers together: a gate that keeps those elsewhere has to be told before it is asked.
import type { BoundCap } from './caps.ts';
import type { Catalogue } from './compiled-catalogue.ts';

const known = new WeakMap<Catalogue, Map<string, readonly BoundCap[]>>();

/** One for each key and limit; none for a placement that does not exist. Worked out once for each snapshot. */
export function totalCapsIn(catalogue: Catalogue, placementId: string): readonly BoundCap[] {
  const ofCatalogue = known.get(catalogue) ?? new Map<string, readonly BoundCap[]>();
  known.set(catalogue, ofCatalogue);
  const caps = ofCatalogue.get(placementId) ?? findTotalCaps(catalogue, placementId);
  ofCatalogue.set(placementId, caps);
  return caps;
}

function findTotalCaps(catalogue: Catalogue, placementId: string): readonly BoundCap[] {
  const placement = catalogue.compiled(placementId);
  if (!placement) return [];
  const caps = new Map<string, BoundCap>();
  const add = (bound: BoundCap) => {
    if (bound.rule.subject === 'TOTAL') caps.set(`${bound.key}|${bound.rule.limit}`, bound);
  };
  for (const { index } of catalogue.segments) {
    const { shared, ownOfAnybody } = index.capsIn(placement);
    for (const { cap } of shared) add(cap.bound);
    for (const number of new Set(ownOfAnybody.map(({ offer }) => offer))) {
      const offer = index.offers[number];
      if (offer) for (const { bound } of placement.candidateOf(offer).ownOfAnybody) add(bound);
    }
  }
  return [...caps.values()];
}
