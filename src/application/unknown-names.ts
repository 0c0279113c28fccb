// What terms name and is not there: mistyped, or named before it is defined. It is warned of and not refused, as offers and placements
// may name each other in a circle, and nobody could begin.
import type { CapRule } from '../aggregates/cap-rule.ts';
import type { OfferTerms } from '../aggregates/offer/events.ts';
import type { PlacementTerms } from '../aggregates/placement/events.ts';

export interface TermsWarning {
  /** The path within the terms, `caps.0.scope.placements.1`. */
  readonly field: string;
  /** A sentence. */
  readonly rule: string;
}

/** What there is now. */
export interface KnownNames {
  offer(offerId: string): Promise<{ readonly lifecycle: string } | undefined>;
  placement(placementId: string): Promise<object | undefined>;
}

type Looking = Promise<TermsWarning | undefined>;

export function offerWarnings({ caps, suppression }: OfferTerms, known: KnownNames): Promise<TermsWarning[]> {
  const excluded = suppression.neverAfter.map(async ({ offerId }, index): Looking => {
    if (await known.offer(offerId)) return undefined;
    const rule = `There is no offer ${offerId}: until it is drafted, nothing is excluded by it.`;
    return { field: `suppression.neverAfter.${index}.offerId`, rule };
  });
  return found([...unknownPlacements(caps, known), ...excluded]);
}

/** Also what has become of a fallback that was there when the placement was defined. */
export function placementWarnings(
  { caps, fallbackOfferId }: PlacementTerms,
  known: KnownNames,
): Promise<TermsWarning[]> {
  return found([fallbackGone(fallbackOfferId, known), ...unknownPlacements(caps, known)]);
}

async function fallbackGone(fallbackOfferId: string | undefined, known: KnownNames): Looking {
  const offer = fallbackOfferId === undefined ? undefined : await known.offer(fallbackOfferId);
  if (fallbackOfferId === undefined || (offer && offer.lifecycle !== 'RETIRED')) return undefined;
  const why = offer ? `The offer ${fallbackOfferId} is retired` : `There is no offer ${fallbackOfferId}`;
  return { field: 'fallbackOfferId', rule: `${why}: the placement has no fallback.` };
}

function unknownPlacements(caps: readonly CapRule[], known: KnownNames): Looking[] {
  return caps.flatMap(({ scope }, cap) => {
    if (scope.kind !== 'PLACEMENTS') return [];
    return scope.placements.map(async (placementId, index): Looking => {
      if (await known.placement(placementId)) return undefined;
      const rule = `There is no placement ${placementId}: until it is defined, the cap counts nothing there.`;
      return { field: `caps.${cap}.scope.placements.${index}`, rule };
    });
  });
}

async function found(looking: readonly Looking[]): Promise<TermsWarning[]> {
  return (await Promise.all(looking)).filter((warning) => warning !== undefined);
}
