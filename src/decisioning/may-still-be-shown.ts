// Whether an answer that was given before may be given again: what the law and the merchant said since then counts.
import type { Catalogue } from './compiled-catalogue.ts';
import type { DecisionRequest } from './decision-request.ts';
import type { CustomerFacts } from './facts.ts';
import { reasonAgainstRepeat } from './funnel.ts';
import { createMoment } from './moment.ts';
import { fromRecord } from './usage-record.ts';

/** The stages that are asked again do not look at contacts: the earlier answer is itself one. */
const noContacts = fromRecord({ caps: {}, lastContacts: {} });

/**
 * Whether an offer that was decided earlier still passes the stages PLACEMENT, LIFECYCLE and CONSENT at `request.at`, of the
 * catalogue and the facts of now. False for an offer or a placement that is not in the catalogue.
 */
export function mayStillBeShown(
  catalogue: Catalogue,
  request: DecisionRequest,
  facts: CustomerFacts,
  offerId: string,
): boolean {
  const placement = catalogue.compiled(request.placementId);
  const offer = catalogue.offer(offerId);
  if (!placement || !offer) return false;
  const moment = createMoment(catalogue, placement, request, facts, noContacts);
  return reasonAgainstRepeat(placement.candidateOf(offer), moment) === undefined;
}
