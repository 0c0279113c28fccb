// One look at a time. Whoever asks while one is under way shares the next with all others: that one may have begun too early for them.

/** A look that fails, fails for all who share it. */
export function createSharedLook<Seen>(look: () => Promise<Seen>): () => Promise<Seen> {
  let looking: Promise<unknown> | undefined;
  let next: Promise<Seen> | undefined;

  function ask(): Promise<Seen> {
    if (looking) {
      next ??= looking.then(() => {
        next = undefined;
        return ask();
      });
      return next;
    }
    const seen = look();
    const over = () => {
      looking = undefined;
    };
    looking = seen.then(over, over);
    return seen;
  }

  return ask;
}
