// How far what is kept has drifted from what the log says, as two figures.

export interface Drift {
  readonly tooMany: number;
  readonly tooFew: number;
}

/** How many there are at each instant. */
export type Tally = Map<number, number>;

export const noDrift: Drift = { tooMany: 0, tooFew: 0 };

export function tallyOf(instants: Iterable<number>): Tally {
  const tally: Tally = new Map();
  for (const instant of instants) addTo(tally, instant, 1);
  return tally;
}

export function addTo(tally: Tally, instant: number, count: number): void {
  tally.set(instant, (tally.get(instant) ?? 0) + count);
}

export function driftBetween(expected: Tally, found: Tally): Drift {
  let [tooMany, tooFew] = [0, 0];
  for (const instant of new Set([...expected.keys(), ...found.keys()])) {
    const more = (found.get(instant) ?? 0) - (expected.get(instant) ?? 0);
    if (more > 0) tooMany += more;
    else tooFew -= more;
  }
  return { tooMany, tooFew };
}

export function sumOf(one: Drift, other: Drift): Drift {
  return { tooMany: one.tooMany + other.tooMany, tooFew: one.tooFew + other.tooFew };
}

export function isDrift({ tooMany, tooFew }: Drift): boolean {
  return tooMany + tooFew > 0;
}
