// What callers are told when the event log or the read models cannot take or give something now.
import type { GraphQLError } from 'graphql';
import { ReadSideUnavailable } from '../../projections/read-side-unavailable.ts';
import { Overloaded } from '../application/admission.ts';
import { AppendTooLarge, RevisionConflict, StoreUnavailable } from '../event-store/event-store.ts';
import { fail } from './errors.ts';

/** Of a call that was turned away before anything of it was begun. */
export function overloaded(): GraphQLError {
  return fail('OVERLOADED', 'More is under way here than can be done in time: try again.', { retryAfter: 1 });
}

/** Undefined for everything that nobody expects. */
export function foresee(error: unknown): GraphQLError | undefined {
  if (error instanceof Overloaded) return overloaded();
  if (error instanceof StoreUnavailable) return fail('UNAVAILABLE', 'The event log cannot be reached now: try again.');
  if (error instanceof ReadSideUnavailable)
    return fail('UNAVAILABLE', 'The read models cannot be reached now: try again.');
  if (error instanceof RevisionConflict)
    return fail('CONFLICT', 'Others were changing the same thing at once: try again.');
  if (error instanceof AppendTooLarge)
    return fail(
      'PAYLOAD_TOO_LARGE',
      'This is more than the event log takes at once, and nothing of it was recorded: send less.',
    );
  return undefined;
}
