// How many operations may be under way: as many as get done in time. What comes on top is turned away before it costs anything.
import { availableParallelism } from 'node:os';
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
  const underWay = new Map<object, { times: number; readonly since: number; readonly isDecision: boolean }>();
  /** The sum of the times at which they were begun. */
  let begunAt = 0;
  const {
    limit,
    work,
    note,
    begin: noteBegun,
  } = createSojournLimit(settings, { utilization: createUtilization(), age: (now) => now - begunAt / underWay.size });

  function begin(operation: object, isDecision: boolean): void {
    const known = underWay.get(operation);
    if (known) {
      known.times += 1;
      return;
    }
    const now = performance.now();
    underWay.set(operation, { times: 1, since: now, isDecision });
    begunAt += now;
    noteBegun(now, underWay.size);
  }

  function turnsAway(isFull: boolean): boolean {
    if (isFull) note(performance.now(), undefined, underWay.size);
    return isFull;
  }

  /** Also those that only wait count: when what they wait for is back, they all go on at once. */
  function isLate(withinMs: number): boolean {
    return underWay.size >= neverLate && (underWay.size + 1) * work() > withinMs;
  }

  const isFull = () => underWay.size >= Math.min(settings.most, Math.max(limit(), neverTooMany));
  const isFullFor = (withinMs: number) => underWay.size >= limit() || isLate(withinMs);

  return {
    enter(operation, withinMs) {
      if (!underWay.has(operation) && turnsAway(isFullFor(withinMs))) return false;
      begin(operation, true);
      return true;
    },
    turnsAway: (withinMs) => turnsAway(isFullFor(withinMs)),
    enterOrFail(operation) {
      if (!underWay.has(operation) && turnsAway(isFull())) return false;
      begin(operation, false);
      return true;
    },
    isFull,
    enterAnyway: (operation) => begin(operation, true),
    leave(operation) {
      const known = underWay.get(operation);
      if (!known) return;
      known.times -= 1;
      if (known.times > 0) return;
      underWay.delete(operation);
      begunAt -= known.since;
      const now = performance.now();
      note(now, now - known.since, underWay.size, known.isDecision);
    },
  };
}

/**
 * The share of the time since it was last asked in which the event loop had something to do, or in which the process had all cores that it
 * may use: where that is one, the loop waits for the thread that writes the log, and for those that collect garbage.
 */
function createUtilization(): () => number {
  const cores = availableParallelism();
  let before = { loop: performance.eventLoopUtilization(), used: process.cpuUsage(), at: performance.now() };
  return () => {
    const { loop, used, at } = before;
    before = { loop: performance.eventLoopUtilization(), used: process.cpuUsage(), at: performance.now() };
    const { utilization } = performance.eventLoopUtilization(before.loop, loop);
    const microseconds = before.used.user + before.used.system - used.user - used.system;
    return Math.max(utilization, Math.min(1, microseconds / 1000 / cores / Math.max(1, before.at - at)));
  };
}
