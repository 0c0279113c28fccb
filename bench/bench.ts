// What a bench is: a run that ends in a report.
import type { LoadPeer } from './peers.ts';
import type { Report } from './report.ts';

export interface BenchOptions {
  /** Little work, for a look whether it runs: the figures mean nothing. */
  readonly quick: boolean;
  readonly loadPeer: LoadPeer;
  /** Where a bench that writes a file writes it; its own default when absent. */
  readonly out: string | undefined;
}

export type Bench = (options: BenchOptions) => Promise<Report>;
