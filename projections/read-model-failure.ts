// An event that a projection failed on: a bug in the projection, which somebody is told of while everything else goes on.
import type { Position } from '../src/event-store/event-store.ts';

export interface ReadModelFailure {
  readonly projection: string;
  readonly position: Position;
}

/** Tells somebody of it as one error. */
export function tellFailure(tell: (error: unknown) => void) {
  return (error: unknown, { projection, position }: ReadModelFailure) =>
    tell(new Error(`the projection ${projection} failed on the event at ${position}`, { cause: error }));
}

export function printFailure(error: unknown, { projection, position }: ReadModelFailure): void {
  console.error(`projection ${projection} failed on the event at ${position}`, error);
}
