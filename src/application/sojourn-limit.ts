// How many operations at once a process can take: so few that none waits for long, and so many that no less is done.

export interface SojournLimitSettings {
  /** The limit as long as nothing queues. */
  readonly most: number;
  /** It never falls below this; 8 when absent. */
  readonly least?: number;
  /** Milliseconds that an operation may be under way on average while the process has no rest; 50 when absent. */
  readonly longest?: number;
}

export interface SojournLimit {
  limit(): number;
  /** Milliseconds of the event loop that one operation has cost of late, with all else that was done meanwhile; 0: not known yet. */
  work(): number;
  /** An operation is done, after so many milliseconds, or was turned away: undefined. So many are still under way. */
  note(now: number, sojourn: number | undefined, underWay: number): void;
}

interface Window {
  readonly since: number;
  done: number;
  total: number;
  refused: number;
  /** The fewest that were under way. */
  fewest: number;
}

/**
 * Milliseconds over which operations are judged together: no fewer than one takes, as what was let in before is still done in it; but that
 * ever more are under way while nobody is turned away is known at once.
 */
const windowMs = 100;
const longestWindowMs = 300;
/** A process that rests catches up by itself. */
const busy = 0.95;
/** The share of those under way that is left a window later, at most, when a queue is being worked off. */
const draining = 0.9;
/** How much of the most that it could do is still expected a window later: machines become slower. */
const forget = 0.98;
/** The weight of a window: those that come after a queue do much at once. */
const smoothing = 0.3;
/** To turn one away costs so much of what it costs to do one. */
const costOfRefusal = 1 / 16;
/** So much longer than when nobody waited may operations take. */
const slack = 1.25;
/** So many of the last windows in which the process rested tell what one takes then: some of them may have waited for a disk that stalled. */
const calmWindows = 10;

/**
 * A burst makes operations wait, and is worked off. A standing queue is known by two windows, one after the other, in which operations
 * were under way for too long, and in the second never fewer than in the first, in a process that never rests (after the rule of CoDel,
 * RFC 8289: a queue is bad that does not go away). Then the limit is, by Little's law, as many as are done in the time that one may take, or
 * takes when nobody waits if that is longer: the most that was done lately times the shortest time (as BBR does with packets: with fewer under
 * way less would be done, with more they would only wait). While nobody has to wait it rises, by a sixteenth a window; twofold when
 * nobody is turned away. Also while the process rests: what it waits for may be what is overloaded, and would be again.
 *
 * @param utilization the share of the time since it was last asked in which the event loop had something to do
 */
export function createSojournLimit(
  { most, least = 8, longest = 50 }: SojournLimitSettings,
  utilization: () => number,
): SojournLimit {
  let limit = most;
  let window: Window | undefined;
  /** The fewest under way in the window before, if operations took too long in it. */
  let waiting = 0;
  /** Operations a millisecond. */
  let usual = 0;
  let best = 0;
  let work = 0;
  /** Milliseconds that an operation takes when nobody waits, as far as that is known. */
  let quickest = longest;
  const calm: number[] = [];

  function judge(lasted: number, { done, total, refused, fewest }: Window): void {
    const share = utilization();
    const isBusy = share >= busy;
    // Of those who are not done nothing is known yet.
    if (isBusy && done === 0) return;
    const mean = done === 0 ? 0 : total / done;
    const isLimited = refused > 0;
    usual += (done / lasted - usual) * (usual === 0 ? 1 : smoothing);
    best = Math.max(usual, best * forget);
    const operations = done + refused * costOfRefusal;
    if (done > 0) work += ((share * lasted) / operations - work) * (work === 0 ? 1 : smoothing);
    if (done > 0 && !isBusy) {
      calm.push(mean);
      if (calm.length > calmWindows) calm.shift();
    }
    if (done > 0) quickest = isBusy ? Math.min(mean, quickest) : Math.min(...calm);
    if (!isBusy || mean <= longest) {
      waiting = 0;
      limit = Math.min(most, isLimited ? limit + Math.ceil(limit / 16) : limit * 2);
      return;
    }
    const isStanding = isLimited || (waiting > 0 && fewest >= waiting * draining);
    waiting = fewest;
    if (!isStanding) return;
    const enough = Math.max(least, Math.round(best * Math.max(longest, quickest * slack)));
    limit = Math.min(most, isLimited ? enough : Math.min(limit, enough));
  }

  return {
    limit: () => limit,
    work: () => work,
    note(now, sojourn, underWay) {
      if (!window) {
        utilization();
        window = { since: now, done: 0, total: 0, refused: 0, fewest: underWay };
      }
      if (sojourn === undefined) window.refused += 1;
      else {
        window.done += 1;
        window.total += sojourn;
      }
      if (underWay < window.fewest) window.fewest = underWay;
      const lasted = now - window.since;
      if (lasted < windowMs) return;
      const isGrowing = window.refused === 0 && waiting > 0 && window.fewest > waiting;
      if (lasted < longestWindowMs && !isGrowing && window.total > window.done * lasted) return;
      judge(lasted, window);
      window = { since: now, done: 0, total: 0, refused: 0, fewest: underWay };
    },
  };
}
