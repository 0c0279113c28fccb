// What is known of a customer that changes slowly: time zone, attributes, audiences, identities.
import type { ProfileEvent } from '../src/aggregates/profile/events.ts';
import type { AttributeValue } from '../src/aggregates/values.ts';
import type { RecordedEvent } from '../src/event-store/event-store.ts';
import type { Projection } from './projection.ts';

export interface ProfileEntry {
  /** IANA name; `UTC` until one is observed. */
  timeZone: string;
  registeredAt?: string;
  attributes: Record<string, AttributeValue>;
  /** When each attribute was last observed, by name. */
  attributeObservedAt: Record<string, string>;
  audiences: string[];
  identities: { readonly kind: string; readonly value: string }[];
}

/** By customer id. */
export const profiles: Projection<ProfileEntry> = {
  name: 'profiles',
  version: 1,
  categories: ['profile'],
  entryOf: (event) => (event as RecordedEvent & ProfileEvent).data.customerId,
  empty: () => ({ timeZone: 'UTC', attributes: {}, attributeObservedAt: {}, audiences: [], identities: [] }),
  evolve(entry, recorded) {
    const event = recorded as RecordedEvent & ProfileEvent;
    switch (event.type) {
      case 'CustomerRegistered':
        entry.timeZone = event.data.timeZone;
        entry.registeredAt = event.metadata.at;
        break;
      case 'TimeZoneObserved':
        entry.timeZone = event.data.timeZone;
        break;
      case 'IdentityLinked':
        entry.identities = [...without(entry.identities, event.data.identity), event.data.identity];
        break;
      case 'IdentityUnlinked':
        entry.identities = without(entry.identities, event.data.identity);
        break;
      case 'AttributesObserved':
        for (const [name, value] of Object.entries(event.data.attributes)) {
          if (value === null) {
            delete entry.attributes[name];
            delete entry.attributeObservedAt[name];
          } else {
            entry.attributes[name] = value;
            entry.attributeObservedAt[name] = event.metadata.at;
          }
        }
        break;
      case 'AudiencesJoined':
        entry.audiences = [...new Set([...entry.audiences, ...event.data.audiences])];
        break;
      case 'AudiencesLeft': {
        const left = new Set(event.data.audiences);
        entry.audiences = entry.audiences.filter((audience) => !left.has(audience));
        break;
      }
    }
    return entry;
  },
};

type Identity = ProfileEntry['identities'][number];

function without(identities: readonly Identity[], identity: Identity): Identity[] {
  return identities.filter(({ kind, value }) => kind !== identity.kind || value !== identity.value);
}
