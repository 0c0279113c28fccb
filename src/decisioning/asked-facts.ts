// The facts that a decision looked at: of a long history with a customer, only these need to be kept to decide again.
import type { CustomerFacts, OfferContacts } from './facts.ts';

/** The same facts to decide on, and afterwards the facts without the contacts that nobody asked about. */
export function noteAsked(facts: CustomerFacts): { facts: CustomerFacts; asked(): CustomerFacts } {
  const offerIds = new Set<string>();
  const noting = (offerId: string | symbol) => {
    if (typeof offerId === 'string') offerIds.add(offerId);
  };
  const contacts = new Proxy(facts.contacts, {
    get(known, offerId) {
      noting(offerId);
      return Reflect.get(known, offerId);
    },
    getOwnPropertyDescriptor(known, offerId) {
      noting(offerId);
      return Reflect.getOwnPropertyDescriptor(known, offerId);
    },
  });
  return {
    facts: { ...facts, contacts },
    asked() {
      const kept: Record<string, OfferContacts> = {};
      for (const [offerId, known] of Object.entries(facts.contacts)) if (offerIds.has(offerId)) kept[offerId] = known;
      return { ...facts, contacts: kept };
    },
  };
}
