// How many operations at once a process can take: found out from its event loop, which is where they queue.

export interface TurnLimitSettings {
  /** The limit as long as nothing queues. */
  readonly most: number;
  /** So many callers at once are never too many; 64 when absent. */
  readonly least?: number;
  /** Milliseconds that a turn of the event loop may last for long; 25 when absent. */
  readonly longestTurn?: number;
}

/** One turn of the event loop in which operations began. */
export interface Turn {
  /** Milliseconds of a monotonic clock. */
  readonly endedAt: number;
  /** Milliseconds. */
  readonly lasted: number;
  /** The most operations that were under way in it. */
  readonly peak: number;
  /** How many were turned away. */
  readonly refused: number;
}

export interface TurnLimit {
  limit(): number;
  ended(turn: Turn): void;
}

/** Milliseconds over which turns are judged together. */
const windowMs = 100;
/** A burst is over in fewer turns. */
const fewTurns = 3;
/** A loop that rests catches up by itself. */
const busy = 0.95;
/** By which the last turn of a window is shorter than the first when a queue is being worked off. */
const draining = 0.9;

/**
 * A burst makes one turn long, and those after it shorter and shorter. A standing queue is known by all turns of a window being too
 * long, the last no shorter than the first, by a loop that never rests (the rule of CoDel, RFC 8289: a queue is bad when even its
 * shortest wait has been too long for a while). Then the limit falls at once to what fits into a turn, as turns are as long as there
 * is work in them. While callers are turned away and turns are short it rises by a sixteenth a window; when nobody is, it doubles.
 *
 * @param utilization the share of the time since it was last asked in which the event loop had something to do
 */
export function createTurnLimit(
  { most, least = 64, longestTurn = 25 }: TurnLimitSettings,
  utilization: () => number,
): TurnLimit {
  let limit = most;
  let window:
    | { since: number; turns: number; first: number; shortest: number; peak: number; refused: number }
    | undefined;

  return {
    limit: () => limit,
    ended({ endedAt, lasted, peak, refused }) {
      if (!window) {
        utilization();
        window = { since: endedAt - lasted, turns: 0, first: lasted, shortest: lasted, peak: 0, refused: 0 };
      }
      window.turns += 1;
      window.shortest = Math.min(window.shortest, lasted);
      window.peak = Math.max(window.peak, peak);
      window.refused += refused;
      const isLong = window.shortest > longestTurn;
      if (endedAt - window.since < windowMs || (isLong && window.turns < fewTurns)) return;
      const isStanding = isLong && lasted >= window.first * draining && utilization() >= busy;
      if (isStanding) limit = Math.min(limit, Math.max(least, Math.round((window.peak * longestTurn) / lasted)));
      else if (window.refused === 0) limit = Math.min(most, limit * 2);
      else if (!isLong) limit = Math.min(most, limit + Math.ceil(limit / 16));
      window = undefined;
    },
  };
}
