// Decisions as they were recorded, with all that followed: read from their stream, which their id names.
import { streamIdOf } from '../aggregates/decision/decider.ts';
import { type DecisionEvent, decisionEvent } from '../aggregates/decision/events.ts';
import type { EventStore, Position, RecordedEvent } from '../event-store/event-store.ts';
import type { DefaultAnswer } from './default-answers.ts';

export type OfferDecided = Extract<DecisionEvent, { type: 'OfferDecided' }>['data'];

export interface DecisionRecord {
  readonly data: OfferDecided;
  readonly at: string;
  readonly position: Position;
  /** Oldest first. */
  readonly outcomes: readonly RecordedOutcome[];
  /** The default answer that it is, which is not recorded. Absent of every decision. */
  readonly byDefault?: DefaultAnswer;
}

export function offerIdsOf({ data }: DecisionRecord): string[] {
  return data.offers.map(({ offerId }) => offerId);
}

/** As `readDecision`, of decisions that are not in the log yet, too. */
export type ReadDecision = (decisionId: string, from?: number) => Promise<DecisionRecord | undefined>;

export interface RecordedOutcome {
  readonly offerId: string;
  readonly kind: OutcomeKind;
  readonly at: string;
  readonly reason?: string;
}

export const outcomeKinds = {
  OfferPresented: 'PRESENTED',
  OfferClicked: 'CLICKED',
  OfferAccepted: 'ACCEPTED',
  OfferDeclined: 'DECLINED',
  OfferDismissed: 'DISMISSED',
  OfferPostponed: 'POSTPONED',
  OfferExpired: 'EXPIRED',
} as const;
export type OutcomeKind = (typeof outcomeKinds)[keyof typeof outcomeKinds];

/** Undefined when there is no decision with this id from a revision of its stream on. */
export async function readDecision(
  store: EventStore,
  decisionId: string,
  from = 0,
): Promise<DecisionRecord | undefined> {
  const streamId = streamIdOf(decisionId);
  if (streamId === undefined) return undefined;
  let decided: RecordedEvent | undefined;
  const outcomes: RecordedOutcome[] = [];
  for (const event of await store.readStream(`decision-${streamId}`, from)) {
    if ((event.data as OfferDecided).decisionId !== decisionId) continue;
    const kind = outcomeKinds[event.type as keyof typeof outcomeKinds];
    if (kind === undefined) {
      decided = event;
      continue;
    }
    const { offerId, reason } = event.data as { offerId: string; reason?: string };
    outcomes.push({ offerId, kind, at: event.metadata.at, ...(reason ? { reason } : {}) });
  }
  return decided && { data: dataOf(decided), at: decided.metadata.at, position: decided.position, outcomes };
}

function dataOf(event: RecordedEvent): OfferDecided {
  const parsed = decisionEvent.parse({ type: event.type, data: event.data });
  if (parsed.type !== 'OfferDecided') throw new TypeError(`${event.type} is not a decision`);
  return parsed.data;
}
