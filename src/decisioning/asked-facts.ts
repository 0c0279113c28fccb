// The facts that a decision can have looked at: of a long history with a customer, only these need to be kept to decide again.
import type { Reads } from './compiled-condition.ts';
import type { CustomerFacts, Features, OfferContacts, Signal } from './facts.ts';

/** What the stages asked for by name. Rules are not followed while they run: what any of them can read was asked. */
export interface Asked {
  /** Offers about whose contacts a stage has asked. */
  readonly contacts: ReadonlySet<string>;
  /** The signals that one has gone by: with fewer of them, or others, it might have said something else. */
  readonly signals: ReadonlySet<Signal>;
  readonly rules: Reads;
}

/** The same facts without what was not asked: with either a decision is the same. */
export function askedFacts(facts: CustomerFacts, { contacts, signals, rules }: Asked): CustomerFacts {
  return {
    ...facts,
    contacts: askedContacts(facts.contacts, contacts, rules),
    features: askedFeatures(facts.features, signals, rules.features),
  };
}

function askedContacts(known: CustomerFacts['contacts'], asked: Asked['contacts'], { history }: Reads) {
  const offerIds = Object.keys(known);
  const isAsked = (offerId: string) => asked.has(offerId) || history === 'ALL' || history.has(offerId);
  // Mostly all of them are.
  if (offerIds.every(isAsked)) return known;
  const kept: Record<string, OfferContacts> = {};
  for (const offerId of offerIds) if (isAsked(offerId)) kept[offerId] = known[offerId] as OfferContacts;
  return kept;
}

/** The counts are small and kept whole. */
function askedFeatures(features: Features, signals: ReadonlySet<Signal>, read: ReadonlySet<string>): Features {
  return {
    ...features,
    lastViewedSkus: read.has('lastViewedSkus') ? features.lastViewedSkus : [],
    lastViewedCategories: read.has('lastViewedCategories') ? features.lastViewedCategories : [],
    spendByCategory: read.has('spendByCategory') ? features.spendByCategory : {},
    recent: signals.size === 0 ? [] : features.recent.filter((signal) => signals.has(signal)),
  };
}
