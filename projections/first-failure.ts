// Of what is tried again and again only the first failure in a row is told: an outage is one piece of news.

/** Gives the function that does a piece of work and never rejects; it answers whether the work was done. */
export function createFirstFailure(
  onError: (error: unknown) => void,
): (work: () => Promise<unknown>) => Promise<boolean> {
  let isFailing = false;
  return async (work) => {
    try {
      await work();
      isFailing = false;
    } catch (error) {
      if (!isFailing) onError(error);
      isFailing = true;
    }
    return !isFailing;
  };
}
