// What was made of a text, kept for the next time: but not of all texts that ever were.

/**
 * Makes something of a text, and of what is given with it, once; of more than `most` texts the oldest are forgotten, and made again
 * when they come back.
 */
export function keptByText<Made, Given extends readonly unknown[] = []>(
  most: number,
  make: (text: string, ...given: Given) => Made,
): (text: string, ...given: Given) => Made {
  const kept = new Map<string, Made>();
  return (text, ...given) => {
    const known = kept.get(text);
    if (known !== undefined) return known;
    const made = make(text, ...given);
    const [oldest] = kept.size < most ? [] : kept.keys();
    if (oldest !== undefined) kept.delete(oldest);
    kept.set(text, made);
    return made;
  };
}
