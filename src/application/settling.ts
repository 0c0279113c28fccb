// After a decision the customer's next turn waits for the read models to have seen it, unless they are known not to move.
import type { Position } from '../event-store/event-store.ts';
import type { Turns } from './turns.ts';

/** How long a customer's next turn waits for the read models to have seen what the last one wrote. */
const settlingMs = 1000;

/**
 * Gives the function that keeps a customer's next turn back. A position that was not reached in time shows that nobody brings anything to
 * the read models now: until they get there nobody else waits.
 */
export function createSettling(
  turns: Pick<Turns, 'hold'>,
  waitFor: (position: Position, timeoutMs: number) => Promise<boolean>,
): (customerId: string, position: Position) => void {
  let missed: Position | undefined;

  async function settled(position: Position): Promise<void> {
    if (missed !== undefined && !(await waitFor(missed, 0))) return;
    missed = (await waitFor(position, settlingMs)) ? undefined : position;
  }

  return (customerId, position) => turns.hold(customerId, settled(position));
}
