// Who did what to an offer, a placement, a model, a customer or a consent, and why: from the events themselves and what was recorded with them.
import type { EventStore, Position, RecordedEvent } from '../event-store/event-store.ts';

/** Where each kind of subject is recorded: its category, and whether all of its streams may be looked through. */
const kinds = {
  OFFER: { category: 'offer', isFew: true },
  PLACEMENT: { category: 'placement', isFew: true },
  MODEL: { category: 'model', isFew: true },
  // As many as there are customers.
  CUSTOMER: { category: 'profile', isFew: false },
  CONSENT: { category: 'consent', isFew: false },
} as const;

export type AuditKind = keyof typeof kinds;
export const auditKinds = Object.keys(kinds) as readonly AuditKind[];

export interface AuditQuestion {
  readonly kind?: AuditKind | undefined;
  /** Only with a kind. */
  readonly subjectId?: string | undefined;
  readonly actor?: string | undefined;
  /** Instants of the commands: from (inclusive), until (exclusive). */
  readonly from?: string | undefined;
  readonly until?: string | undefined;
  /** Types of events. */
  readonly types?: readonly string[] | undefined;
  /** What is older than this position. */
  readonly before?: Position | undefined;
}

export interface AuditEntry {
  readonly position: Position;
  readonly event: string;
  readonly kind: AuditKind;
  readonly subjectId: string;
  readonly actor: string;
  readonly at: string;
  readonly recordedAt: string;
  readonly correlationId: string;
  readonly causationId: string;
  readonly reason: string | null;
  readonly revision: number | null;
  readonly purpose: string | null;
  readonly channel: string | null;
}

/** The kinds of subject that may be looked through without naming one. */
export function isFew(kind: AuditKind): boolean {
  return kinds[kind].isFew;
}

/**
 * The newest entries, newest first, at most `count`, and whether there are older ones.
 *
 * Of one subject its stream is read. Without one, all events of offers, placements and models are: as many as every process reads when it starts.
 */
export async function auditTrail(store: EventStore, question: AuditQuestion, count: number) {
  const newest: AuditEntry[] = [];
  for await (const event of eventsFor(store, question)) {
    if (!matches(event, question)) continue;
    newest.push(entryOf(event));
    // Not at every step: what is in front has to move up.
    if (newest.length > 2 * count + 100) newest.splice(0, newest.length - count - 1);
  }
  const entries = newest.slice(-count).reverse();
  return { entries, hasMore: newest.length > entries.length };
}

async function* eventsFor(store: EventStore, { kind, subjectId, before }: AuditQuestion) {
  if (kind && subjectId !== undefined) {
    yield* await store.readStream(`${kinds[kind].category}-${subjectId}`);
    return;
  }
  const categories = auditKinds
    .filter((each) => (kind ? each === kind : isFew(each)))
    .map((each) => kinds[each].category);
  yield* store.readAll({ categories, ...(before !== undefined && { upTo: before }) });
}

function matches(event: RecordedEvent, { actor, from, until, types, before }: AuditQuestion): boolean {
  const { position, type, metadata } = event;
  if (before !== undefined && position >= before) return false;
  if (actor !== undefined && metadata.actor !== actor) return false;
  if (from !== undefined && metadata.at < from) return false;
  if (until !== undefined && metadata.at >= until) return false;
  return types === undefined || types.includes(type);
}

/** Of the data only what says why and to which part it was done: nothing that tells of a person. */
function entryOf({ position, type, stream, data, metadata, recordedAt }: RecordedEvent): AuditEntry {
  const category = stream.slice(0, stream.indexOf('-'));
  const kind = auditKinds.find((each) => kinds[each].category === category);
  if (!kind) throw new Error(`nobody audits the category ${category}`);
  const { reason, revision, purpose, channel } = data as Readonly<Record<string, unknown>>;
  const { actor, at, correlationId, causationId } = metadata;
  return {
    position,
    event: type,
    kind,
    subjectId: stream.slice(category.length + 1),
    actor,
    at,
    recordedAt,
    correlationId,
    causationId,
    reason: textOrNull(reason),
    revision: typeof revision === 'number' ? revision : null,
    purpose: textOrNull(purpose),
    channel: textOrNull(channel),
  };
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
