// How events stand in the log of a server, and what of that log is Kairos'.
import { beginning, type EventMetadata, type Position, type RecordedEvent } from './event-store.ts';
import type { ServerEvent, ServerPosition } from './log-server.ts';
import { digitsOf, digitsWidth } from './position-digits.ts';

/** @throws Error when the server does not tell where the event stands, or further on than positions go. */
export function positionOf(position: ServerPosition | undefined): Position {
  if (position === undefined) throw new Error('the server does not tell the positions of events: it is too old');
  const digits = [digitsOf(position.commit), digitsOf(position.prepare)].join('');
  if (digits.length !== 2 * digitsWidth)
    throw new Error('the server tells no position of this event, or one that is too far on');
  return digits;
}

/**
 * Undefined before every event.
 * @throws TypeError when this store never gave such a position.
 */
export function serverPositionOf(position: Position): ServerPosition | undefined {
  if (position === beginning) return undefined;
  if (!/^\d{32}$/.test(position)) throw new TypeError('this is not a position of this event store');
  return { commit: BigInt(position.slice(0, digitsWidth)), prepare: BigInt(position.slice(digitsWidth)) };
}

/** Others may write to the same server, and the server itself does: what is not an event of ours is passed over. */
export function isOurs({ streamId, isJson, metadata }: ServerEvent): boolean {
  if (!isJson || streamId.startsWith('$')) return false;
  const { at, v } = (metadata ?? {}) as Partial<EventMetadata>;
  return typeof at === 'string' && typeof v === 'number';
}

export function recordedEventOf(event: ServerEvent): RecordedEvent {
  return {
    id: event.id,
    type: event.type,
    data: event.data as object,
    metadata: event.metadata as EventMetadata,
    stream: event.streamId,
    revision: Number(event.revision),
    position: positionOf(event.position),
    recordedAt: event.created.toISOString(),
  };
}
