// Work of which there is only so much at once. Of what waits the newest is next: whoever has waited longest is the nearest to giving up.

/** Does the work when there is room for it, and gives its outcome. */
export type FewAtOnce = <Result>(work: () => Promise<Result>) => Promise<Result>;

export function createFewAtOnce(most: number): FewAtOnce {
  const waiting: (() => void)[] = [];
  let underWay = 0;

  return async (work) => {
    if (underWay < most) underWay += 1;
    else await new Promise<void>((begin) => waiting.push(begin));
    try {
      return await work();
    } finally {
      const next = waiting.pop();
      if (next) next();
      else underWay -= 1;
    }
  };
}
