// Work of which there is only so much at once. Of what waits the newest is next: whoever has waited longest is the nearest to giving up.

/**
 * Does the work when there is room for it, and gives its outcome.
 * @param tooMany what it rejects with when so much waits that it would not be its turn in time; the work is not begun then
 */
export type FewAtOnce = <Result>(work: () => Promise<Result>, tooMany: () => Error) => Promise<Result>;

/** @param mostWaiting of more the one that has waited longest gives up: it would wait for as long as more come than are done */
export function createFewAtOnce(most: number, mostWaiting: number): FewAtOnce {
  const waiting: { readonly begin: () => void; readonly giveUp: () => void }[] = [];
  let underWay = 0;

  function turn(tooMany: () => Error): Promise<void> {
    return new Promise((begin, reject) => {
      waiting.push({ begin, giveUp: () => reject(tooMany()) });
      if (waiting.length > mostWaiting) waiting.shift()?.giveUp();
    });
  }

  return async (work, tooMany) => {
    if (underWay < most) underWay += 1;
    else await turn(tooMany);
    try {
      return await work();
    } finally {
      const next = waiting.pop();
      if (next) next.begin();
      else underWay -= 1;
    }
  };
}
