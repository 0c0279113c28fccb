// Times contenders in short batches that take turns, so that what the machine does meanwhile meets all of them alike.
import { median, spread } from './statistics.ts';

export interface Contender {
  readonly name: string;
  /** Does the work once; `turn` counts the calls, for inputs that differ. A promise is waited for. */
  readonly run: (turn: number) => unknown;
}

export interface Timing {
  readonly name: string;
  /** Microseconds a call, the median of the rounds. */
  readonly microseconds: number;
  /** The same of the best round: what is left when nobody else is at work on the machine. */
  readonly least: number;
  /** Of the rounds, as a share of the median. */
  readonly spread: number;
  readonly calls: number;
}

export interface Rounds {
  readonly rounds: number;
  /** How long a batch lasts, about; a call that takes longer is a batch of its own. */
  readonly batchMs: number;
}

export const thorough: Rounds = { rounds: 9, batchMs: 20 };
export const quick: Rounds = { rounds: 3, batchMs: 2 };

/** The contenders' timings, in their order. Each is warmed up first; who begins a round changes. */
export async function timeInterleaved(
  contenders: readonly Contender[],
  { rounds, batchMs }: Rounds,
): Promise<readonly Timing[]> {
  const tracks = [];
  for (const { name, run } of contenders) {
    const batch = batchOf(run);
    const calls = await callsThatLast(batchMs, batch);
    tracks.push({ name, batch, calls, samples: [] as number[] });
  }
  globalThis.gc?.();
  for (let round = 0; round < rounds; round++) {
    for (let place = 0; place < tracks.length; place++) {
      const track = tracks[(round + place) % tracks.length];
      // Only what is young: a whole collection makes the engine forget what it knows of the code that comes next.
      globalThis.gc?.({ type: 'minor' });
      if (track) track.samples.push((await track.batch(track.calls)) / track.calls);
    }
  }
  return tracks.map(({ name, calls, samples }) => ({
    name,
    microseconds: median(samples),
    least: Math.min(...samples),
    spread: spread(samples),
    calls: calls * rounds,
  }));
}

type Batch = (calls: number) => number | Promise<number>;

/** Runs so many calls and answers how many microseconds they took together. */
function batchOf(run: Contender['run']): Batch {
  let turn = 0;
  const first = run(turn++);
  if (first instanceof Promise) {
    return async (calls) => {
      await first;
      const begun = process.hrtime.bigint();
      for (let call = 0; call < calls; call++) await run(turn++);
      return Number(process.hrtime.bigint() - begun) / 1000;
    };
  }
  return (calls) => {
    const begun = process.hrtime.bigint();
    for (let call = 0; call < calls; call++) run(turn++);
    return Number(process.hrtime.bigint() - begun) / 1000;
  };
}

/** Warms up, longer where code is still being compiled, and answers how many calls fill a batch. */
async function callsThatLast(batchMs: number, batch: Batch): Promise<number> {
  const enough = batchMs * 1000;
  let calls = 1;
  let called = 0;
  for (let spent = 0; spent < 4 * enough || (called < warmCalls && spent < longestWarmUp * enough); ) {
    const took = Math.max(await batch(calls), 1);
    spent += took;
    called += calls;
    calls = Math.max(1, Math.min(calls * 4, Math.round((calls * enough) / took)));
  }
  return calls;
}

/** Functions that are called that often have been compiled. */
const warmCalls = 300;
/** Batches. */
const longestWarmUp = 30;
