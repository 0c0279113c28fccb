// How full each cap is that applies to a customer in a placement.
import type { CapGate } from '../../projections/cap-gate.ts';
import { type BoundCap, bindPlacementCap, binds, type CapRule, type CapUsage, seriesOf } from '../decisioning/caps.ts';
import type { PublishedOffer, PublishedPlacement } from '../decisioning/catalogue.ts';
import type { Catalogue } from '../decisioning/compiled-catalogue.ts';
import { capsBetween } from '../decisioning/compiled-placement.ts';

/** A cap and how full it is. */
export interface UsedCap extends CapUsage {
  readonly rule: CapRule;
  /** The offer whose own contacts the cap counts; absent: it counts across offers. */
  readonly offerId?: string;
}

/** Whose caps, where and when. */
export interface CapQuestion {
  readonly customerId: string;
  readonly timeZone: string;
  readonly placement: PublishedPlacement;
  /** Epoch milliseconds. */
  readonly at: number;
}

/**
 * The caps of the offers that are live at the time and those of the placement itself, in the order of the catalogue. A cap that counts
 * across offers is there once, unless offers give it different limits.
 */
export async function capUsageOf(catalogue: Catalogue, gate: CapGate, question: CapQuestion): Promise<UsedCap[]> {
  const { customerId, timeZone, placement, at } = question;
  const caps = new Map<string, { cap: BoundCap; offerId?: string }>();
  const add = (cap: BoundCap, offerId?: string) => {
    const isOwn = cap.series.every((name) => name.startsWith('offer:'));
    caps.set(
      `${cap.rule.name}|${cap.rule.limit}|${cap.key}`,
      isOwn && offerId !== undefined ? { cap, offerId } : { cap },
    );
  };
  for (const offer of catalogue.offers.values()) {
    if (isLive(offer, at)) for (const cap of capsBetween(offer, placement)) add(cap, offer.offerId);
  }
  for (const cap of capsOfAnyOffer(placement)) add(cap);
  const totals = () => [...caps.values()].map(({ cap }) => cap).filter(({ rule }) => rule.subject === 'TOTAL');
  const { usageOf } = (await gate.look(customerId, at, totals))(timeZone);
  return [...caps.values()].map(({ cap, ...whose }) => ({ rule: cap.rule, ...whose, ...usageOf(cap) }));
}

function isLive({ state, terms }: PublishedOffer, at: number): boolean {
  const begun = Date.parse(terms.startAt) <= at;
  const over = terms.endAt !== undefined && Date.parse(terms.endAt) <= at;
  return state === 'LIVE' && begun && !over;
}

/** The placement's caps that stop whatever is shown there: they apply also while no offer is live. */
function capsOfAnyOffer({ placementId, terms }: PublishedPlacement): BoundCap[] {
  const series = seriesOf({ offerId: '', placementId, channel: terms.channel, tags: [] });
  return terms.caps
    .filter(({ scope }) => scope.kind !== 'OFFER')
    .map((rule) => bindPlacementCap(rule, '', placementId))
    .filter((cap) => binds(cap, series));
}
