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
/** A loop that rests catches up by itself. */
const busy = 0.95;
/** By so much a turn is shorter than the one before when a queue is being worked off. */
const draining = 0.9;

/**
 * A burst makes one turn long, and those after it shorter and shorter. A standing queue is known by turns that are too long one after the
 * other, the last no shorter than the first, in a loop that never rests (the rule of CoDel, RFC 8289: a queue is bad when even its
 * shortest wait has been too long for a while). Then the limit falls at once to what fits into a turn, as turns are as long as there
 * is work in them. While turns are short it rises: by a sixteenth ten times a second when somebody is turned away, else twofold.
 *
 * @param utilization the share of the time since it was last asked in which the event loop had something to do
 */
export function createTurnLimit(
  { most, least = 64, longestTurn = 25 }: TurnLimitSettings,
  utilization: () => number,
): TurnLimit {
  let limit = most;
  /** Turns in a row that are too long. */
  let queue: { readonly since: number; readonly first: number; peak: number } | undefined;
  /** Turns in a row that are not. */
  let calm: { readonly since: number; refused: number } | undefined;

  function fall({ endedAt, lasted, peak }: Turn): void {
    calm = undefined;
    if (!queue) {
      utilization();
      queue = { since: endedAt - lasted, first: lasted, peak };
      return;
    }
    queue.peak = Math.max(queue.peak, peak);
    if (endedAt - queue.since < windowMs) return;
    const isStanding = lasted >= queue.first * draining && utilization() >= busy;
    if (isStanding) limit = Math.min(limit, Math.max(least, Math.round((queue.peak * longestTurn) / lasted)));
    queue = undefined;
  }

  function rise({ endedAt, lasted, refused }: Turn): void {
    queue = undefined;
    calm ??= { since: endedAt - lasted, refused: 0 };
    calm.refused += refused;
    if (endedAt - calm.since < windowMs) return;
    limit = Math.min(most, calm.refused === 0 ? limit * 2 : limit + Math.ceil(limit / 16));
    calm = undefined;
  }

  return {
    limit: () => limit,
    ended: (turn) => (turn.lasted > longestTurn ? fall(turn) : rise(turn)),
  };
}
