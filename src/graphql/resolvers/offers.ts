// The catalogue of offers: reading it, and the commands that move an offer through its life.
import { type OfferEntry, offers } from '../../../projections/offers.ts';
import { isRefused } from '../../aggregates/decider.ts';
import type { OfferCommand, OfferReason } from '../../aggregates/offer/decider.ts';
import type { OfferTerms } from '../../aggregates/offer/events.ts';
import { offerWarnings } from '../../application/unknown-names.ts';
import { boundedId, mustHaveSeen, namesIn, patienceMs, refused, withoutNulls } from '../answers.ts';
import type { Context } from '../context.ts';
import { fail } from '../errors.ts';
import type { OfferConnection, Resolvers } from '../generated.ts';

const pageLimit = 200;

async function give(command: OfferCommand, { kairos, command: origin, loaders }: Context) {
  const offerId = boundedId(command.offerId, 'offerId');
  const outcome = await kairos.executor.execute(kairos.deciders.offer, offerId, command, origin);
  if (isRefused<OfferReason>(outcome)) return refused(outcome);
  await kairos.following.waitFor(outcome.position, patienceMs);
  loaders.offers.clear(offerId);
  const stored = await kairos.readModels.read(offers, offerId);
  if (!stored) throw fail('UNAVAILABLE', 'the offer was recorded, but the read models have not seen it yet');
  return { __typename: 'OfferRevision' as const, offer: stored.entry, position: outcome.position };
}

const basis = ({ basedOn }: { basedOn?: number | null | undefined }) => (basedOn == null ? {} : { basedOn });
/** The decider parses the terms: what the schema lets through and the rules do not is refused there. */
const termsOf = (input: unknown) => withoutNulls(input) as OfferTerms;

export const offerResolvers: Resolvers = {
  Query: {
    offer: async (_, { id }, context) => (await context.loaders.offers.load(boundedId(id, 'id'))) ?? null,
    offers: async (_, { first, after, filter, position }, context) => {
      if (first < 1 || first > pageLimit)
        throw fail('BAD_USER_INPUT', `first must be 1 to ${pageLimit}`, { field: 'first' });
      await mustHaveSeen(context, position);
      const all = [...(await context.kairos.readModels.readAll(offers)).values()].map(({ entry }) => entry);
      return page(all.filter(matches(filter ?? {})), first, after ?? undefined);
    },
  },

  CapRule: { strict: ({ strict }) => strict ?? true },

  Offer: {
    __resolveReference: async ({ id }, { loaders }) => (await loaders.offers.load(id)) ?? null,
    id: ({ offerId }) => offerId,
    publishedRevision: ({ publishedRevision }) => publishedRevision ?? null,
    terms: ({ publishedTerms, terms }) => publishedTerms ?? terms,
    workingTerms: ({ terms }) => terms,
    warnings: ({ terms }, _, context) => offerWarnings(terms, namesIn(context)),
    products: ({ publishedTerms, terms }) => (publishedTerms ?? terms).products.map((sku) => ({ sku })),
    history: ({ history }) => history.map((item) => ({ ...item, reason: item.reason ?? null })).reverse(),
  },

  Mutation: {
    draftOffer: (_, { offerId, terms }, context) =>
      give({ type: 'DraftOffer', offerId, terms: termsOf(terms), by: context.command.actor }, context),
    reviseOffer: (_, { offerId, terms, ...rest }, context) =>
      give({ type: 'ReviseOffer', offerId, terms: termsOf(terms), by: context.command.actor, ...basis(rest) }, context),
    submitOffer: (_, { offerId, ...rest }, context) =>
      give({ type: 'SubmitOffer', offerId, by: context.command.actor, ...basis(rest) }, context),
    approveOffer: (_, { offerId, ...rest }, context) =>
      give({ type: 'ApproveOffer', offerId, by: context.command.actor, ...basis(rest) }, context),
    rejectOffer: (_, { offerId, reason, ...rest }, context) =>
      give({ type: 'RejectOffer', offerId, reason, by: context.command.actor, ...basis(rest) }, context),
    publishOffer: (_, { offerId, ...rest }, context) =>
      give({ type: 'PublishOffer', offerId, by: context.command.actor, ...basis(rest) }, context),
    pauseOffer: (_, { offerId, reason }, context) =>
      give({ type: 'PauseOffer', offerId, reason, by: context.command.actor }, context),
    resumeOffer: (_, { offerId }, context) =>
      give({ type: 'ResumeOffer', offerId, by: context.command.actor }, context),
    retireOffer: (_, { offerId, reason }, context) =>
      give({ type: 'RetireOffer', offerId, reason, by: context.command.actor }, context),
  },
};

function matches({ lifecycle, category, tag }: { lifecycle?: unknown; category?: unknown; tag?: unknown }) {
  return (entry: OfferEntry) => {
    const terms = entry.publishedTerms ?? entry.terms;
    if (lifecycle != null && entry.lifecycle !== lifecycle) return false;
    if (category != null && terms.category !== category) return false;
    return tag == null || terms.tags.includes(String(tag));
  };
}

/** Relay cursors are offer ids in base64url: they stay good when other offers come and go. */
function page(
  entries: OfferEntry[],
  first: number,
  after: string | undefined,
): Omit<OfferConnection, 'edges'> & {
  edges: { cursor: string; node: OfferEntry }[];
} {
  const sorted = entries.sort((one, other) => (one.offerId < other.offerId ? -1 : 1));
  const behind = after === undefined ? '' : Buffer.from(after, 'base64url').toString();
  if (after !== undefined && cursorOf(behind) !== after) {
    throw fail('BAD_USER_INPUT', 'after must be a cursor of an earlier page', { field: 'after' });
  }
  const begin = sorted.findIndex(({ offerId }) => offerId > behind);
  const rest = begin < 0 ? [] : sorted.slice(begin);
  const edges = rest.slice(0, first).map((node) => ({ cursor: cursorOf(node.offerId), node }));
  return {
    edges,
    totalCount: sorted.length,
    pageInfo: {
      hasNextPage: rest.length > edges.length,
      hasPreviousPage: rest.length < sorted.length,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

function cursorOf(offerId: string): string {
  return Buffer.from(offerId).toString('base64url');
}
