// How many operations at once a process can take: so few that none waits for long, and so many that no less is done.

export interface SojournLimitSettings {
  /** The limit as long as nothing queues. */
  readonly most: number;
  /** It never falls below this; 8 when absent. */
  readonly least?: number;
  /** Milliseconds that an operation may be under way on average while the process has no rest; 25 when absent. */
  readonly longest?: number;
}

export interface SojournLimit {
  limit(): number;
  /** An operation is done, after so many milliseconds, or was turned away: undefined. So many are under way besides. */
  note(now: number, sojourn: number | undefined, underWay: number): void;
}

interface Window {
  readonly since: number;
  done: number;
  total: number;
  refused: number;
  /** The most that were under way. */
  peak: number;
}

/** Milliseconds over which operations are judged together. */
const windowMs = 100;
/** A process that rests catches up by itself. */
const busy = 0.95;
/** By so much operations take less time than in the window before when a queue is being worked off. */
const draining = 0.9;
/** The share of what it could do lately that it has to do with a lower limit: else the limit is not what operations wait for. */
const enough = 0.8;
/** How much of that is still expected a window later: machines become slower. */
const forget = 0.98;
/** What a step down leaves of a limit; a step up takes it back. */
const lowering = 0.6;
/** Windows for which a limit that was too low is not tried again. */
const patience = 10;

/**
 * A burst makes operations wait, and those after it less and less. A standing queue is known by two windows, one after the other, in which
 * they were under way for too long, the second time for no less long, in a process that never rests (after the rule of CoDel, RFC 8289:
 * a queue is bad that does not go away). Then the limit falls below what is under way, window by window, as long as no less is done in
 * each; where less is done, operations wait for something else than for their turn here, and it goes back up. While nobody has to wait it
 * rises: by a sixteenth a window when somebody is turned away, else twofold.
 *
 * @param utilization the share of the time since it was last asked in which the event loop had something to do
 */
export function createSojournLimit(
  { most, least = 8, longest = 25 }: SojournLimitSettings,
  utilization: () => number,
): SojournLimit {
  let limit = most;
  let window: Window | undefined;
  /** How long operations took in the window before, if that was too long. */
  let tooLong: number | undefined;
  /** Operations a millisecond. */
  let best = 0;
  /** What was done before the limit went back up. */
  let beforeRaise: number | undefined;
  let heldFor = 0;

  function judge(lasted: number, { done, total, refused, peak }: Window): void {
    const isBusy = utilization() >= busy;
    // Of those who are not done nothing is known yet.
    if (isBusy && done === 0) return;
    const mean = done === 0 ? 0 : total / done;
    const rate = done / lasted;
    best = Math.max(rate, best * forget);
    heldFor -= 1;
    if (!isBusy || mean <= longest) {
      tooLong = undefined;
      limit = Math.min(most, refused === 0 ? limit * 2 : limit + Math.ceil(limit / 16));
      return;
    }
    const isStanding = tooLong !== undefined && (refused > 0 || mean >= tooLong * draining);
    tooLong = mean;
    if (isStanding) adjust(rate, peak);
  }

  function adjust(rate: number, peak: number): void {
    const isLess = rate < best * enough;
    const isNoMore = beforeRaise !== undefined && rate <= beforeRaise * 1.1;
    if (isLess && !isNoMore && limit < most) {
      limit = Math.min(most, Math.ceil(limit / lowering));
      beforeRaise = rate;
      return;
    }
    // Where more at once did no more, it is the machine that does less now.
    if (isNoMore) best = rate;
    else if (beforeRaise !== undefined) heldFor = patience;
    beforeRaise = undefined;
    if (heldFor <= 0) limit = Math.max(least, Math.floor(Math.min(limit, peak) * lowering));
  }

  return {
    limit: () => limit,
    note(now, sojourn, underWay) {
      if (!window) {
        utilization();
        window = { since: now, done: 0, total: 0, refused: 0, peak: 0 };
      }
      if (sojourn === undefined) window.refused += 1;
      else {
        window.done += 1;
        window.total += sojourn;
      }
      if (underWay > window.peak) window.peak = underWay;
      if (now - window.since < windowMs) return;
      judge(now - window.since, window);
      window = { since: now, done: 0, total: 0, refused: 0, peak: 0 };
    },
  };
}
