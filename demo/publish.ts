// Brings the demo's catalogue and customers into Kairos, through the public API and in its order: draft, submit, approve, publish.
import type { DemoCatalogue } from './catalogue.ts';
import { consentOfMembers, type DemoCustomer, timeZone } from './customers.ts';
import {
  definePlacement,
  draftOffer,
  joinAudiences,
  type OfferLifecycleAnswer,
  observeAttributes,
  offerLifecycle,
  type Refusal,
  registerCustomer,
  releaseOffer,
} from './documents.ts';
import type { GraphqlClient } from './graphql-client.ts';

/** Approval needs two pairs of eyes. */
export const author = 'demo-author';
export const approver = 'demo-approver';
export const importer = 'demo-import';

type Results = Readonly<Record<string, { readonly __typename: string } | Refusal>>;

/**
 * Offers first, placements after them. Repeating it changes nothing.
 * @param at the time of the requests, for a server with KAIROS_CLOCK=request
 */
export async function publishCatalogue(client: GraphqlClient, catalogue: DemoCatalogue, at?: string): Promise<void> {
  const [evergreen, campaigns] = partition(catalogue.offers, ({ terms }) => terms.audiences.length === 0);
  for (const offer of evergreen) await publishOffer(client, offer, at);
  await Promise.all(campaigns.map((offer) => publishOffer(client, offer, at)));
  for (const placement of catalogue.placements) {
    const results = await client.send<Results>(definePlacement, placement, requestOf(author, at));
    demandAccepted(results, `placement ${placement.placementId}`);
  }
}

async function publishOffer(client: GraphqlClient, offer: DemoCatalogue['offers'][number], at?: string): Promise<void> {
  const { offerId } = offer;
  const drafted = await client.send<Results>(draftOffer, offer, requestOf(author, at));
  // Refused where an earlier run has got further than a draft: then what is missing is done, if anything is.
  if (refusalIn(drafted)) {
    const { offer: known } = await client.send<OfferLifecycleAnswer>(
      offerLifecycle,
      { offerId },
      requestOf(author, at),
    );
    if (known?.revisionState === 'PUBLISHED') return;
    if (!known || known.revisionState === 'DRAFT') demandAccepted(drafted, `offer ${offerId}`);
  }
  const released = await client.send<Results>(releaseOffer, { offerId }, requestOf(approver, at));
  demandAccepted(released, `offer ${offerId}`);
}

/** Registers customers with their consent and what is known of them. */
export async function registerCustomers(
  client: GraphqlClient,
  customers: readonly DemoCustomer[],
  at?: string,
): Promise<void> {
  await Promise.all(
    customers.map(async ({ customerId, attributes }) => {
      const consent = { customerId, ...consentOfMembers };
      const options = requestOf(importer, at);
      const registered = await client.send<Results>(registerCustomer, { customerId, timeZone, consent }, options);
      demandAccepted(registered, customerId);
      if (Object.keys(attributes).length === 0) return;
      demandAccepted(await client.send<Results>(observeAttributes, { customerId, attributes }, options), customerId);
    }),
  );
}

/** The customer joins audiences; the position of the write. */
export async function join(
  client: GraphqlClient,
  customerId: string,
  audiences: readonly string[],
  at?: string,
): Promise<string> {
  const results = await client.send<{ joinAudiences: { __typename: string; position?: string } | Refusal }>(
    joinAudiences,
    { customerId, audiences },
    requestOf(importer, at),
  );
  demandAccepted(results, customerId);
  return 'position' in results.joinAudiences ? (results.joinAudiences.position ?? '') : '';
}

/** What every request of the demo says: who, when, and that it may be repeated. */
export function requestOf(actor: string, at: string | undefined) {
  return at === undefined ? { actor, idempotent: true } : { actor, at, idempotent: true };
}

function refusalIn(results: Results): Refusal | undefined {
  return Object.values(results).find((result): result is Refusal => result.__typename === 'KairosRefused');
}

function demandAccepted(results: Results, what: string): void {
  const refusal = refusalIn(results);
  if (refusal) throw new Error(`${what} was refused: ${describeRefusal(refusal)}`);
}

export function describeRefusal({ reason, rule, field }: Refusal): string {
  return `${reason}: ${rule}${field === null ? '' : ` (${field})`}`;
}

function partition<Item>(items: readonly Item[], belongs: (item: Item) => boolean): [Item[], Item[]] {
  return [items.filter(belongs), items.filter((item) => !belongs(item))];
}
