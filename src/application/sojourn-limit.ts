// How many operations at once a process can take: so few that none waits for long, and so many that no less is done.

export interface SojournLimitSettings {
  /** The limit as long as nothing queues. */
  readonly most: number;
  /** It never falls below this; 8 when absent. */
  readonly least?: number;
  /** Milliseconds that an operation may be under way on average while the process has no rest; 25 when absent. */
  readonly longest?: number;
}

/** What the limit goes by, besides what it is told. */
export interface Signs {
  /** The share of the time since it was last asked in which the process had something to do. */
  utilization(): number;
  /** Milliseconds for which those that are under way have been so far, on average. */
  age(now: number): number;
}

export interface SojournLimit {
  limit(): number;
  /** Milliseconds of the event loop that one decision has cost of late, with all else that was done meanwhile; 0: not known yet. */
  work(): number;
  /** An operation is begun; so many are under way with it. */
  begin(now: number, underWay: number): void;
  /** An operation is done, after so many milliseconds, or was turned away: undefined. So many are still under way. */
  note(now: number, sojourn: number | undefined, underWay: number, isDecision?: boolean): void;
}

interface Window {
  readonly since: number;
  /** So many were under way when it began. */
  readonly before: number;
  begun: number;
  done: number;
  decisions: number;
  total: number;
  refused: number;
  /** The fewest that were under way. */
  fewest: number;
}

/**
 * Milliseconds over which operations are judged together: no fewer than one takes, as what was let in before is still done in it; but that
 * more come than are done while nobody is turned away is known at once.
 */
const windowMs = 100;
const longestWindowMs = 300;
/** A process that rests catches up by itself. */
const busy = 0.95;
/** The share of those under way that is left a window later, at most, when a queue is being worked off. */
const draining = 0.9;
/** Of those that are done, so many are followed by others, at least, where more is asked for than can be done. */
const comingOn = 0.5;
/** Where a smaller share of those that are begun is done, those that are under way are looked at themselves. */
const heldUp = 0.25;
/** How much of the most that it could do is still expected a window later: machines become slower. */
const forget = 0.98;
/** The weight of a window: those that come after a queue do much at once. */
const smoothing = 0.3;
/** So many decisions in a window tell what one costs; fewer have less weight. */
const enoughToTell = 10;
/** To turn one away costs so much of what it costs to do one. */
const costOfRefusal = 1 / 16;
/** So much longer than when nobody waited may operations take. */
const slack = 1.25;
/** So many of the last windows in which the process rested tell what one takes then: some of them may have waited for a disk that stalled. */
const calmWindows = 10;

/**
 * A burst makes operations wait, and is worked off. A standing queue is known by two windows, one after the other, in which operations
 * were under way for too long, and in the second never fewer than in the first, in a process that never rests (after the rule of CoDel,
 * RFC 8289: a queue is bad that does not go away); those that are begun are looked at, too, as one turn of the event loop may begin
 * hundreds and end none. Then the limit is, by Little's law, as many as are done in the time that one may take, or takes when nobody waits
 * if that is longer: the most that was done lately, or could have been at what a decision costs, times the shortest time (as BBR does with
 * packets: with fewer under way less would be done, with more they would only wait). While nobody has to wait it rises, by a sixteenth a
 * window; twofold when nobody is turned away. Also while the process rests: what it waits for may be what is overloaded, and would be
 * again.
 */
export function createSojournLimit(
  { most, least = 8, longest = 25 }: SojournLimitSettings,
  { utilization, age }: Signs,
): SojournLimit {
  let limit = most;
  let window: Window | undefined;
  /** The fewest under way in the window before, or what they had grown to, if operations took too long in it. */
  let waiting = 0;
  /** Operations a millisecond. */
  let usual = 0;
  let best = 0;
  /** Milliseconds of the event loop, and the decisions for which they were used: of late. */
  let used = 0;
  let decided = 0;
  /** Milliseconds that an operation takes when nobody waits, as far as that is known. */
  let quickest = longest;
  const calm: number[] = [];

  function learn(lasted: number, share: number, { done, decisions, total, refused }: Window): void {
    usual += (done / lasted - usual) * (usual === 0 ? 1 : smoothing);
    best = Math.max(usual, best * forget);
    const told = decisions + refused * costOfRefusal;
    const kept = 1 - smoothing * Math.min(1, told / enoughToTell);
    used = used * kept + (told > 0 ? share * lasted : 0);
    decided = decided * kept + told;
    const mean = total / done;
    if (share < busy) {
      calm.push(mean);
      if (calm.length > calmWindows) calm.shift();
    }
    quickest = share < busy ? Math.min(...calm) : Math.min(mean, quickest);
  }

  function judge(now: number, window: Window, underWay: number): void {
    const { since, before, begun, done, total, refused, fewest } = window;
    const share = utilization();
    const isBusy = share >= busy;
    const isLimited = refused > 0;
    const grew = isBusy && !isLimited && underWay > before;
    // Of those who are not done nothing is known yet, but for how long they have been there.
    if (isBusy && done === 0 && !grew) return;
    if (done > 0) learn(now - since, share, window);
    // Where others are done meanwhile, those tell what it takes: who is not waits for something else, as for a projector that begins.
    const isHeldUp = grew && done < begun * heldUp;
    const mean = Math.max(done === 0 ? 0 : total / done, isHeldUp ? age(now) : 0);
    if (!isBusy || mean <= longest) {
      waiting = 0;
      limit = Math.min(most, isLimited ? limit + Math.ceil(limit / 16) : limit * 2);
      return;
    }
    // Of a burst nobody comes any more, however long it takes.
    const goesOn = begun >= done * comingOn;
    const isStanding = isLimited || (waiting > 0 && goesOn && fewest >= waiting * draining);
    // What has come at once is worked off from where it has come to.
    waiting = grew ? underWay : fewest;
    if (!isStanding) return;
    // Where little was asked for, little was done.
    const possible = Math.max(best, decided / used || 0);
    const enough = Math.max(least, Math.round(possible * Math.max(longest, quickest * slack)));
    limit = Math.min(most, isLimited ? enough : Math.min(limit, enough));
  }

  function open(now: number, underWay: number): Window {
    return { since: now, before: underWay, begun: 0, done: 0, decisions: 0, total: 0, refused: 0, fewest: underWay };
  }

  /** Judges what has happened when it is time. */
  function look(now: number, underWay: number): void {
    if (!window) return;
    if (underWay < window.fewest) window.fewest = underWay;
    const { since, before, done, total, refused } = window;
    if (now - since < windowMs) return;
    const isGrowing = refused === 0 && underWay > before;
    if (now - since < longestWindowMs && !isGrowing && total > done * (now - since)) return;
    judge(now, window, underWay);
    window = open(now, underWay);
  }

  function note(now: number, sojourn: number | undefined, underWay: number, isDecision = true): void {
    if (!window) {
      utilization();
      window = open(now, underWay);
    }
    if (sojourn === undefined) window.refused += 1;
    else {
      window.done += 1;
      if (isDecision) window.decisions += 1;
      window.total += sojourn;
    }
    look(now, underWay);
  }

  return {
    limit: () => limit,
    work: () => (decided === 0 ? 0 : used / decided),
    begin(now, underWay) {
      if (window) window.begun += 1;
      look(now, underWay);
    },
    note,
  };
}
