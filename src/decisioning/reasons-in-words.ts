// Why an offer was chosen, in sentences that can be said to the customer's face.

/** What is said about a chosen offer. Propensity and lever are left out on purpose: nobody says them to a customer. */
export interface Chosen {
  readonly name: string;
  readonly met: readonly string[];
  readonly weights: readonly string[];
  readonly resolution: string;
}

/** One sentence per reason, the strongest first; never empty. Names of conditions are their authors' words and are kept as they are. */
export function reasonsInWords(chosen: Chosen): string[] {
  const reasons = [
    ...chosen.weights.map((name) => `It fits this moment: ${name}.`),
    ...chosen.met.map((name) => `It is meant for you: ${name}.`),
  ];
  if (reasons.length > 0) return reasons;
  return [
    chosen.resolution === 'FALLBACK'
      ? `${chosen.name} is open to you.`
      : `${chosen.name} is the best of the offers that are open to you.`,
  ];
}
