// An offer without purposes is shown to anybody, also to nobody in particular: it uses nothing that is known of a customer.
import { type Issue, issue } from '../values.ts';
import type { OfferTerms } from './events.ts';

const unless = 'an offer without purposes';

/**
 * The first thing in the terms of an offer without purposes that only a purpose could justify, as it looks at who the customer is or
 * what became of earlier contacts. What the caller tells of the moment is not known of the customer: conditions may read it.
 *
 * @param readsCustomer whether a condition looks at the profile, at features or at the history with the customer
 */
export function personalUse(terms: OfferTerms, readsCustomer: (expression: string) => boolean): Issue | undefined {
  if (terms.purposes.length > 0) return undefined;
  const { audiences, rolloutShare, trigger, caps, suppression } = terms;
  if (audiences.length > 0) return issue('audiences', audiences, `${unless} is for everybody, not for an audience`);
  for (const list of ['eligibility', 'contextWeights'] as const) {
    const index = terms[list].findIndex(({ expression }) => readsCustomer(expression));
    const expression = terms[list][index]?.expression;
    if (expression !== undefined) {
      return issue(`${list}.${index}.expression`, expression, `${unless} reads nothing but the context`);
    }
  }
  if (trigger) return issue('trigger', trigger, `${unless} waits for no signal of a customer`);
  if (rolloutShare < 1) return issue('rolloutShare', rolloutShare, `${unless} is rolled out to everybody`);
  // Who is shown it may be nobody whose contacts could be counted; and what is counted for all would not be counted then.
  if (caps.length > 0) return issue('caps', caps, `${unless} is under no caps, as nobody counts who has seen it`);
  const past = (['afterDecline', 'afterAcceptanceSeconds'] as const).find((rule) => suppression[rule] !== undefined);
  if (past) return issue(`suppression.${past}`, suppression[past], `${unless} does not ask what became of it before`);
  if (suppression.neverAfter.length > 0) {
    return issue('suppression.neverAfter', suppression.neverAfter, `${unless} does not ask what was shown before`);
  }
  return undefined;
}
