// The facts that a decision can have looked at: of a long history with a customer, only these need to be kept to decide again.
import type { Reads } from './compiled-condition.ts';
import type { CustomerFacts, Features, OfferContacts } from './facts.ts';

/** What the stages asked for by name. Rules are not followed while they run: what any of them can read was asked. */
export interface Asked {
  /** Offers about whose contacts a stage has asked. */
  readonly contacts: ReadonlySet<string>;
  /** Kinds of signals. */
  readonly signals: ReadonlySet<string>;
  readonly rules: Reads;
}

/** The same facts without what was not asked: with either a decision is the same. */
export function askedFacts(facts: CustomerFacts, { contacts, signals, rules }: Asked): CustomerFacts {
  const { history } = rules;
  const isAsked = (offerId: string) => contacts.has(offerId) || history === 'ALL' || history.has(offerId);
  const kept: Record<string, OfferContacts> = {};
  for (const offerId in facts.contacts) {
    const known = facts.contacts[offerId];
    if (known && isAsked(offerId)) kept[offerId] = known;
  }
  return { ...facts, contacts: kept, features: askedFeatures(facts.features, signals, rules.features) };
}

/** The counts are small and kept whole. */
function askedFeatures(features: Features, signals: ReadonlySet<string>, read: ReadonlySet<string>): Features {
  return {
    ...features,
    lastViewedSkus: read.has('lastViewedSkus') ? features.lastViewedSkus : [],
    lastViewedCategories: read.has('lastViewedCategories') ? features.lastViewedCategories : [],
    spendByCategory: read.has('spendByCategory') ? features.spendByCategory : {},
    recent: features.recent.filter(({ kind }) => signals.has(kind)),
  };
}
