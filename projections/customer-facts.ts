// The facts of one customer for a decision, from the four read models that hold them. What is absent is unknown or not granted.
import { type ConsentFact, type CustomerFacts, type Features, noFeatures } from '../src/decisioning/facts.ts';
import { type ConsentEntry, consents } from './consents.ts';
import { type ContactEntry, contacts } from './contacts.ts';
import { type FeatureEntry, features, featuresAt } from './features.ts';
import { type ProfileEntry, profiles } from './profiles.ts';
import type { Projection } from './projection.ts';
import type { StoredEntry } from './read-models.ts';

/** What `readTogether` reads for a decision. */
export const customerProjections: readonly [
  Projection<ProfileEntry>,
  Projection<ConsentEntry>,
  Projection<FeatureEntry>,
  Projection<ContactEntry>,
] = [profiles, consents, features, contacts];

/** What `readTogether(customerProjections, customerId)` answers. */
export type CustomerEntries = readonly [
  profile: StoredEntry<ProfileEntry> | undefined,
  consent: StoredEntry<ConsentEntry> | undefined,
  feature: StoredEntry<FeatureEntry> | undefined,
  contact: StoredEntry<ContactEntry> | undefined,
];

/**
 * The facts at an instant, epoch milliseconds. They are a copy: events that come later do not change them.
 */
export function customerFacts(customerId: string, entries: CustomerEntries, at: number): CustomerFacts {
  const [profile, consent, feature, contact] = entries;
  return {
    customerId,
    timeZone: profile?.entry.timeZone ?? 'UTC',
    attributes: { ...profile?.entry.attributes },
    audiences: [...(profile?.entry.audiences ?? [])],
    consents: consent?.entry.current.map(consentFact) ?? [],
    features: feature ? featuresOf(feature, at) : noFeatures,
    contacts: { ...contact?.entry.offers },
  };
}

interface KnownFeatures {
  readonly position: string;
  readonly at: number;
  readonly features: Features;
}

const lastFeatures = new WeakMap<FeatureEntry, KnownFeatures>();
const minute = 60_000;

/** Several decisions of one page view, or of one call, are made of the same signals; no bucket is shorter than a minute. */
function featuresOf({ entry, position }: StoredEntry<FeatureEntry>, at: number): Features {
  const known = lastFeatures.get(entry);
  const isSame =
    known?.position === position &&
    Math.floor(known.at / minute) === Math.floor(at / minute) &&
    entry.newestAt <= Math.min(known.at, at);
  if (isSame) return known.features;
  const features = featuresAt(entry, position, at);
  lastFeatures.set(entry, { position, at, features });
  return features;
}

function consentFact({ purpose, channel, state, expiresAt }: ConsentEntry['current'][number]): ConsentFact {
  return { purpose, channel, state, ...(expiresAt !== undefined && { expiresAt: Date.parse(expiresAt) }) };
}
