// What a customer allows now, per purpose and channel, and the whole history that proves it.
import type { ConsentEvent } from '../src/aggregates/consent/events.ts';
import type { Channel } from '../src/aggregates/values.ts';
import type { RecordedEvent } from '../src/event-store/event-store.ts';
import type { Projection } from './projection.ts';

export interface ConsentRecord {
  readonly purpose: string;
  readonly channel: Channel;
  readonly state: 'GRANTED' | 'WITHDRAWN';
  readonly at: string;
  /** Who told us. */
  readonly by: string;
  readonly evidence: string;
  /** Of a withdrawal: absent. */
  readonly policyVersion?: string;
  readonly jurisdiction?: string;
  readonly expiresAt?: string;
}

export interface ConsentEntry {
  /** The last word on each purpose and channel, in the order in which they were first spoken of. */
  current: ConsentRecord[];
  /** Everything ever said, oldest first. Proof: never trimmed. */
  history: ConsentRecord[];
}

/** By customer id. A purpose and channel that is not in it was never granted. */
export const consents: Projection<ConsentEntry> = {
  name: 'consents',
  version: 1,
  categories: ['consent'],
  entryOf: (event) => (event as RecordedEvent & ConsentEvent).data.customerId,
  empty: () => ({ current: [], history: [] }),
  evolve(entry, recorded) {
    const event = recorded as RecordedEvent & ConsentEvent;
    const record = recordOf(event);
    if (!record) return entry;
    const spokenOf = entry.current.findIndex(
      ({ purpose, channel }) => purpose === record.purpose && channel === record.channel,
    );
    if (spokenOf < 0) entry.current.push(record);
    else entry.current[spokenOf] = record;
    entry.history.push(record);
    return entry;
  },
};

function recordOf(event: RecordedEvent & ConsentEvent): ConsentRecord | undefined {
  const { purpose, channel, evidence } = event.data;
  const said = { at: event.metadata.at, by: event.metadata.actor, evidence };
  switch (event.type) {
    case 'ConsentGranted': {
      const { policyVersion, jurisdiction, expiresAt } = event.data;
      return {
        purpose,
        channel,
        state: 'GRANTED',
        ...said,
        policyVersion,
        ...(jurisdiction !== undefined && { jurisdiction }),
        ...(expiresAt !== undefined && { expiresAt }),
      };
    }
    case 'ConsentWithdrawn':
      return { purpose, channel, state: 'WITHDRAWN', ...said };
  }
}
