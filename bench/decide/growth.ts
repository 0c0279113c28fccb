// What a decision costs in catalogues of different sizes: the engine's sizes in one run, and its peers at each size.
import { type Rounds, type Timing, timeInterleaved } from '../interleaved.ts';
import type { LoadPeer } from '../peers.ts';
import { compare, engineKinds, type Workload, workloadOf } from './comparison.ts';
import { catalogueOf, decisionOf } from './engines/kairos.ts';
import type { Eligible } from './offers.ts';
import type { Person } from './people.ts';

export const sizes = [100, 500, 1000, 10_000, 50_000] as const;

/** A peer that would take longer than this for one decision sits the larger sizes out. */
const longestMicroseconds = 50_000;

export interface Grown {
  readonly offers: number;
  readonly eligible: Eligible;
  readonly workload: Workload;
  readonly timing: Timing;
}

/** The engine alone, all catalogues in one run. */
export async function growthOf(
  catalogues: readonly (readonly [offers: number, eligible: Eligible])[],
  rounds: Rounds,
): Promise<readonly Grown[]> {
  const tracks = [];
  for (const [offers, eligible] of catalogues) {
    const workload = await workloadOf(offers, eligible);
    const { people } = workload;
    const catalogue = catalogueOf(workload.offers.map(({ published }) => published));
    const run = (turn: number) => decisionOf(catalogue, people[turn % people.length] as Person);
    tracks.push({ offers, eligible, workload, name: `${offers} ${eligible}`, run });
  }
  const timings = await timeInterleaved(tracks, rounds);
  return tracks.map((track, index) => ({ ...track, timing: timings[index] as Timing }));
}

/** Microseconds by name of the engine, for each size; Kairos and its peers in one run per size. */
export async function peersBySize(
  offerCounts: readonly number[],
  rounds: Rounds,
  loadPeer: LoadPeer,
): Promise<readonly { readonly offers: number; readonly microseconds: ReadonlyMap<string, number> }[]> {
  const found: { offers: number; microseconds: ReadonlyMap<string, number> }[] = [];
  for (const offers of offerCounts) {
    const before = found.at(-1);
    const bearable = engineKinds.filter(({ name }) => {
      if (!before) return true;
      const last = before.microseconds.get(name);
      return last !== undefined && (last * offers) / before.offers < longestMicroseconds;
    });
    const timings = await compare(await workloadOf(offers, 'USUAL'), bearable, rounds, loadPeer);
    found.push({ offers, microseconds: new Map([...timings].map(([name, timing]) => [name, timing.microseconds])) });
  }
  return found;
}
