// Work of which there is only so much at once. What would not be done in time by then is not waited for: it fails at once.

/**
 * Does the work when there is room for it, in order, and gives its outcome.
 * @param left milliseconds until nobody waits for it any more
 * @param tooMany what it rejects with when it would not be done in time; the work is not begun then
 */
export type FewAtOnce = <Result>(
  work: () => Promise<Result>,
  left: () => number,
  tooMany: () => Error,
) => Promise<Result>;

/** The weight of the last one in how long one usually takes. */
const newest = 0.1;

export function createFewAtOnce(most: number): FewAtOnce {
  const waiting: (() => void)[] = [];
  let underWay = 0;
  /** Milliseconds; undefined: none is done yet. */
  let usual: number | undefined;

  async function done<Result>(work: () => Promise<Result>): Promise<Result> {
    const begunAt = performance.now();
    try {
      return await work();
    } finally {
      const taken = performance.now() - begunAt;
      usual = usual === undefined ? taken : usual + (taken - usual) * newest;
    }
  }

  return async (work, left, tooMany) => {
    if (underWay < most) underWay += 1;
    else {
      const rounds = 1 + Math.ceil((waiting.length + 1) / most);
      if (rounds * (usual ?? 0) > left()) throw tooMany();
      await new Promise<void>((begin) => waiting.push(begin));
    }
    try {
      if (left() <= 0) throw tooMany();
      return await done(work);
    } finally {
      const next = waiting.shift();
      if (next) next();
      else underWay -= 1;
    }
  };
}
