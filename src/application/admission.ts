// How many operations may be under way: as many as get done in time. What comes on top is turned away before it costs anything.
import { performance } from 'node:perf_hooks';
import { createSojournLimit, type SojournLimitSettings } from './sojourn-limit.ts';

/** Thrown instead of beginning what cannot be done in time: the same call may succeed a moment later. */
export class Overloaded extends Error {
  constructor() {
    super('more is under way than can be done in time');
    this.name = 'Overloaded';
  }
}

/** Operations are told apart by identity: what belongs to one that is under way is never turned away. */
export interface Admission {
  /**
   * Whether the operation may be begun; it is under way then, until `leave` was called as often as this.
   * @param withinMs it is not begun behind more work than the process does in so many milliseconds
   */
  enter(operation: object, withinMs: number): boolean;
  /** Whether `enter` turns one away that is not under way, which is counted then; nothing is begun. */
  turnsAway(withinMs: number): boolean;
  /** As `enter`, of one that can only be told to come again: 64 at once are never too many. */
  enterOrFail(operation: object): boolean;
  /** As `enter`, of what is not turned away whatever is under way. */
  enterAnyway(operation: object): void;
  leave(operation: object): void;
  /** Whether an operation would be told to come again now. */
  isFull(): boolean;
}

/** Lets everything in, and counts nothing. */
export const openAdmission: Admission = {
  enter: () => true,
  turnsAway: () => false,
  enterOrFail: () => true,
  enterAnyway() {},
  leave() {},
  isFull: () => false,
};

/** As long as no more are under way, nobody is told to come again. */
const neverTooMany = 64;
/** Nor is anybody said to come too late behind fewer. */
const neverLate = 8;

/**
 * The limit follows how long operations are under way: see `createSojournLimit`.
 *
 * @param settings.most operations under way, however soon they are done: also for those that wait on others, and keep nobody busy here
 */
export function createAdmission(settings: SojournLimitSettings): Admission {
  const underWay = new Map<object, { times: number; readonly since: number }>();
  let before = performance.eventLoopUtilization();
  const { limit, work, note } = createSojournLimit(settings, () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    return utilization;
  });

  function enterAnyway(operation: object): void {
    const known = underWay.get(operation);
    if (known) known.times += 1;
    else underWay.set(operation, { times: 1, since: performance.now() });
  }

  function turnsAway(most: number): boolean {
    const isFull = underWay.size >= most;
    if (isFull) note(performance.now(), undefined, underWay.size);
    return isFull;
  }

  function enter(operation: object, most: number): boolean {
    if (!underWay.has(operation) && turnsAway(most)) return false;
    enterAnyway(operation);
    return true;
  }

  function mostWithin(milliseconds: number): number {
    const inTime = work() === 0 ? settings.most : Math.max(neverLate, Math.floor(milliseconds / work()));
    return Math.min(limit(), inTime);
  }

  const mostOfFailing = () => Math.min(settings.most, Math.max(limit(), neverTooMany));
  return {
    enter: (operation, withinMs) => enter(operation, mostWithin(withinMs)),
    turnsAway: (withinMs) => turnsAway(mostWithin(withinMs)),
    enterOrFail: (operation) => enter(operation, mostOfFailing()),
    isFull: () => underWay.size >= mostOfFailing(),
    enterAnyway,
    leave(operation) {
      const known = underWay.get(operation);
      if (!known) return;
      known.times -= 1;
      if (known.times > 0) return;
      underWay.delete(operation);
      const now = performance.now();
      note(now, now - known.since, underWay.size);
    },
  };
}
