// How many operations may be under way: as many as get done in time. What comes on top is turned away before it costs anything.
import { performance } from 'node:perf_hooks';
import { createTurnLimit, type TurnLimitSettings } from './turn-limit.ts';

/** Thrown instead of beginning what cannot be done in time: the same call may succeed a moment later. */
export class Overloaded extends Error {
  constructor() {
    super('more is under way than can be done in time');
    this.name = 'Overloaded';
  }
}

/** Operations are told apart by identity: what belongs to one that is under way is never turned away. */
export interface Admission {
  /** Whether the operation may be begun; it is under way then, until `leave` was called as often as this. */
  enter(operation: object): boolean;
  /** As `enter`, of what is not turned away whatever is under way. */
  enterAnyway(operation: object): void;
  leave(operation: object): void;
  /** Whether an operation would be turned away now. */
  isFull(): boolean;
}

/** Lets everything in, and counts nothing. */
export const openAdmission: Admission = { enter: () => true, enterAnyway() {}, leave() {}, isFull: () => false };

/**
 * The limit follows how long the turns of the event loop are in which operations begin: see `createTurnLimit`.
 *
 * @param settings.most operations under way, whatever the turns are like: for what waits on others, and costs no turns
 */
export function createAdmission(settings: TurnLimitSettings): Admission {
  const underWay = new Map<object, number>();
  const turns = createTurnLimit(settings, () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, utilizationBefore);
    utilizationBefore = now;
    return utilization;
  });
  let utilizationBefore = performance.eventLoopUtilization();
  let turn: { readonly begunAt: number; peak: number; refused: number } | undefined;

  /** From the first operation that begins in a turn to the turn's end: so long may those have waited that are read last in it. */
  function thisTurn() {
    if (!turn) {
      turn = { begunAt: performance.now(), peak: 0, refused: 0 };
      setImmediate(endTurn);
    }
    return turn;
  }

  function endTurn(): void {
    if (!turn) return;
    const { begunAt, peak, refused } = turn;
    turn = undefined;
    const endedAt = performance.now();
    turns.ended({ endedAt, lasted: endedAt - begunAt, peak, refused });
  }

  function enterAnyway(operation: object): void {
    underWay.set(operation, (underWay.get(operation) ?? 0) + 1);
    const noted = thisTurn();
    if (underWay.size > noted.peak) noted.peak = underWay.size;
  }

  const isFull = () => underWay.size >= turns.limit();
  return {
    isFull,
    enterAnyway,
    enter(operation) {
      if (isFull() && !underWay.has(operation)) {
        thisTurn().refused += 1;
        return false;
      }
      enterAnyway(operation);
      return true;
    },
    leave(operation) {
      const times = underWay.get(operation) ?? 0;
      if (times > 1) underWay.set(operation, times - 1);
      else underWay.delete(operation);
    },
  };
}
