// What a client proposes to append, read from the requests of either kind of call.
import type { UUID } from '@eventstore/db-client/generated/shared_pb.js';
import type { AppendReq, BatchAppendReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { ExpectedRevision, ProposedEvent } from './eventstoredb-double-log.ts';

export interface Append {
  readonly stream: string;
  readonly expected: ExpectedRevision;
  readonly events: ProposedEvent[];
  /** As the server counts it against its limit. */
  size: number;
}

interface Expecting {
  hasAny(): boolean;
  hasNoStream(): boolean;
  hasStreamExists(): boolean;
}

/** The revision that a request names, or the word it has for it. */
export function expectedOf(options: Expecting, revision: number): ExpectedRevision {
  if (options.hasAny()) return 'any';
  if (options.hasNoStream()) return 'no_stream';
  return options.hasStreamExists() ? 'stream_exists' : revision;
}

type ProposedMessage = AppendReq.ProposedMessage | BatchAppendReq.ProposedMessage;

/** Takes an event of a request into the append. */
export function add(append: Append, message: ProposedMessage): void {
  const map = message.getMetadataMap();
  const event = {
    id: uuidText(message.getId()),
    type: map.get('type') ?? '',
    contentType: map.get('content-type') ?? '',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  };
  append.events.push(event);
  append.size += event.data.length + event.metadata.length + 2 * event.type.length;
}

/** What the server would not take as an event. */
export function problemOf(events: readonly ProposedEvent[]): string | undefined {
  if (events.some(({ id }) => !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)))
    return 'Empty eventId provided.';
  if (events.some(({ type }) => type === '')) return 'Empty eventType provided.';
  if (events.some(({ contentType }) => contentType === '')) return 'Required metadata is missing: content-type';
  return undefined;
}

/** A UUID in either of the two forms in which clients send it. */
export function uuidText(id: UUID | undefined): string {
  const parts = id?.getStructured();
  if (!parts) return (id?.getString() ?? '').toLowerCase();
  const half = (bits: string) => BigInt.asUintN(64, BigInt(bits)).toString(16).padStart(16, '0');
  const digits = half(parts.getMostSignificantBits()) + half(parts.getLeastSignificantBits());
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
