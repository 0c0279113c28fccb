// What a decision asked about contacts and was answered, as JSON: with it the same decision can be computed again.
import type { CapUsage } from './caps.ts';
import type { ContactFacts } from './decision-request.ts';

/** What is not in it was asked and found empty, or never asked: most caps of most customers are. */
export interface UsageRecord {
  /** By key of the bound cap. */
  readonly caps: Readonly<Record<string, CapUsage>>;
  /** By call and cooling series, epoch milliseconds. */
  readonly lastContacts: Readonly<Record<string, number>>;
}

const unused: CapUsage = { used: 0 };

/** Passes questions on and notes the answers. The record grows as the decision asks: read it afterwards. */
export function recordUsage(contacts: ContactFacts): { contacts: ContactFacts; record: UsageRecord } {
  const caps: Record<string, CapUsage> = {};
  const lastContacts: Record<string, number> = {};
  return {
    contacts: {
      ...contacts,
      usageOf(cap) {
        const usage = contacts.usageOf(cap);
        if (usage.used > 0 || usage.pausedUntil !== undefined) caps[cap.key] = usage;
        return usage;
      },
      lastContactAt(series, callId) {
        const at = contacts.lastContactAt(series, callId);
        if (at !== undefined) lastContacts[`${callId}|${series}`] = at;
        return at;
      },
    },
    record: { caps, lastContacts },
  };
}

/** Answers from a record. */
export function fromRecord({ caps, lastContacts }: UsageRecord): ContactFacts {
  return {
    usageOf: ({ key }) => (Object.hasOwn(caps, key) ? caps[key] : undefined) ?? unused,
    lastContactAt: (series, callId) => lastContacts[`${callId}|${series}`],
  };
}
