// Customers: what is known of them, and the commands that make it known.
import type { CustomerEntries } from '../../../projections/customer-facts.ts';
import { featuresAt } from '../../../projections/features.ts';
import type { ConsentCommand, ConsentReason } from '../../aggregates/consent/decider.ts';
import { isRefused } from '../../aggregates/decider.ts';
import type { ProfileCommand, ProfileReason } from '../../aggregates/profile/decider.ts';
import type { Attributes } from '../../aggregates/values.ts';
import { noFeatures } from '../../decisioning/facts.ts';
import { boundedId, mustHaveSeen, patienceMs, refused, withoutNulls } from '../answers.ts';
import { capUsage } from '../cap-usage.ts';
import type { Context } from '../context.ts';
import type { Consent, Features, Resolvers, SignalKind } from '../generated.ts';
import type { CustomerModel } from '../models.ts';
import { decide } from './decisions.ts';

/** A field that is read from what the read models know of the customer. */
function from<Value>(pick: (entries: CustomerEntries, context: Context) => Value) {
  return ({ id, entries }: CustomerModel, _: unknown, context: Context): Value | Promise<Value> =>
    entries ? pick(entries, context) : context.loaders.customers.load(id).then((read) => pick(read, context));
}

async function known(id: string, context: Context): Promise<CustomerModel | null> {
  const entries = await context.loaders.customers.load(id);
  return entries.some((entry) => entry !== undefined) ? { id, entries } : null;
}

async function observe(command: ProfileCommand, context: Context) {
  const { kairos, command: origin } = context;
  const customerId = boundedId(command.customerId, 'customerId');
  const outcome = await kairos.executor.execute(kairos.deciders.profile, customerId, command, origin);
  return isRefused<ProfileReason>(outcome) ? refused(outcome) : recorded(customerId, outcome.position, context);
}

async function consent(command: ConsentCommand, context: Context) {
  const { kairos, command: origin } = context;
  const customerId = boundedId(command.customerId, 'customerId');
  const outcome = await kairos.executor.execute(kairos.deciders.consent, customerId, command, origin);
  return isRefused<ConsentReason>(outcome) ? refused(outcome) : recorded(customerId, outcome.position, context);
}

async function recorded(customerId: string, position: string, { kairos, loaders }: Context) {
  await kairos.following.waitForCustomers(position, patienceMs);
  // What an earlier field of the same operation read is of before this write.
  loaders.customers.clear(customerId);
  return { __typename: 'CustomerRecorded' as const, customer: { id: customerId }, position };
}

export const customerResolvers: Resolvers = {
  Query: {
    customer: async (_, { id, position }, context) => {
      boundedId(id, 'id');
      await mustHaveSeen(context, position);
      return known(id, context);
    },
  },

  Customer: {
    __resolveReference: ({ id }) => Promise.resolve({ id }),
    registeredAt: from(([profile]) => profile?.entry.registeredAt ?? null),
    timeZone: from(([profile]) => profile?.entry.timeZone ?? 'UTC'),
    attributes: from(([profile]) => profile?.entry.attributes ?? {}),
    audiences: from(([profile]) => profile?.entry.audiences ?? []),
    identities: from(([profile]) => profile?.entry.identities ?? []),
    features: from(([, , features], { at }) => featuresAnswer(features, Date.parse(at))),
    consents: from(([, consent], context) =>
      (consent?.entry.current ?? []).map(({ at, ...granted }): Consent => {
        const over = granted.expiresAt !== undefined && granted.expiresAt <= context.at;
        return { ...granted, since: at, state: granted.state === 'GRANTED' && over ? 'EXPIRED' : granted.state };
      }),
    ),
    consentHistory: from(([, consent]) =>
      (consent?.entry.history ?? []).map(({ state, ...event }) => ({
        ...event,
        event: state === 'GRANTED' ? 'ConsentGranted' : 'ConsentWithdrawn',
      })),
    ),
    capUsage: ({ id }, { placement }, context) => capUsage(id, boundedId(placement, 'placement'), context),
    recentDecisions: from(([, , , contact]) =>
      (contact?.entry.recent ?? []).map(({ at, ...decision }) => ({ ...decision, decidedAt: at })),
    ),
    nextBestOffer: async ({ id }, { placement, context: moment }, context) => {
      const [decision] = await decide([placement], { ...moment, customerId: id }, context);
      return decision ?? null;
    },
  },

  Mutation: {
    registerCustomer: (_, { customerId, timeZone }, context) =>
      observe({ type: 'RegisterCustomer', customerId, timeZone }, context),
    observeTimeZone: (_, { customerId, timeZone }, context) =>
      observe({ type: 'ObserveTimeZone', customerId, timeZone }, context),
    linkIdentity: (_, { customerId, identity }, context) =>
      observe({ type: 'LinkIdentity', customerId, identity }, context),
    unlinkIdentity: (_, { customerId, identity }, context) =>
      observe({ type: 'UnlinkIdentity', customerId, identity }, context),
    observeAttributes: (_, { customerId, attributes, source }, context) =>
      // The decider parses them: what is no object of attributes is refused there.
      observe({ type: 'ObserveAttributes', customerId, attributes: attributes as Attributes, source }, context),
    joinAudiences: (_, { customerId, audiences }, context) =>
      observe({ type: 'JoinAudiences', customerId, audiences }, context),
    leaveAudiences: (_, { customerId, audiences }, context) =>
      observe({ type: 'LeaveAudiences', customerId, audiences }, context),
    grantConsent: (_, { input }, context) =>
      consent({ type: 'GrantConsent', ...withoutNulls(input), at: context.at } as ConsentCommand, context),
    withdrawConsent: (_, { input }, context) => consent({ type: 'WithdrawConsent', ...input, at: context.at }, context),
  },
};

function featuresAnswer(stored: CustomerEntries[2], at: number): Features {
  const { lastSeenAt, counts, sums, spendByCategory, lastViewedSkus, lastViewedCategories, ...features } = stored
    ? featuresAt(stored.entry, stored.position, at)
    : noFeatures;
  const none = { h1: 0, h24: 0, d7: 0, d30: 0, d90: 0 };
  return {
    position: features.position,
    cartValue: features.cartValue,
    lastSeenAt: lastSeenAt === undefined ? null : new Date(lastSeenAt).toISOString(),
    ageSeconds: lastSeenAt === undefined ? null : Math.max(0, (at - lastSeenAt) / 1000),
    lastViewedSkus: [...lastViewedSkus],
    lastViewedCategories: [...lastViewedCategories],
    windows: Object.entries(counts).map(([kind, windows]) => ({
      kind: kind as SignalKind,
      counts: windows,
      sums: sums[kind] ?? none,
    })),
    spendByCategory: Object.entries(spendByCategory)
      .map(([category, amount]) => ({ category, amount }))
      .sort((one, other) => other.amount - one.amount),
  };
}
