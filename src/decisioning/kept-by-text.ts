// What was made of a text, kept for the next time: but not of all texts that ever were.

/** Makes something of a text once; of more than `most` texts the oldest are forgotten, and made again when they come back. */
export function keptByText<Made>(most: number, make: (text: string) => Made): (text: string) => Made {
  const kept = new Map<string, Made>();
  return (text) => {
    const known = kept.get(text);
    if (known !== undefined) return known;
    const made = make(text);
    const [oldest] = kept.size < most ? [] : kept.keys();
    if (oldest !== undefined) kept.delete(oldest);
    kept.set(text, made);
    return made;
  };
}
