// The events that a command caused, as they are appended.
import type { DomainEvent } from '../aggregates/decider.ts';
import { eventIdOf, newEventId } from './event-ids.ts';
import type { NewEvent } from './event-store.ts';
import type { CommandContext } from './execute.ts';
import { schemaVersionOf } from './upcasters.ts';

/** A command that its giver has not named is given only once: its events need no ids that could be found again. */
export function newEvents(
  events: readonly DomainEvent[],
  stream: string,
  { at, actor, correlationId, causationId = correlationId, traceparent }: CommandContext,
  commandId?: string,
): readonly NewEvent[] {
  const trace = traceparent !== undefined && { traceparent };
  return events.map(({ type, data }, index) => ({
    id: commandId === undefined ? newEventId() : eventIdOf(commandId, stream, index),
    type,
    data,
    metadata: { at, v: schemaVersionOf(type), correlationId, causationId, actor, ...trace },
    isConstant: true,
  }));
}
