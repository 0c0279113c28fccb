// How many bytes one decision allocates, on a heap of its own.
import { getHeapStatistics } from 'node:v8';
import { settingsOf, tell } from '../processes.ts';
import { workloadOf } from './comparison.ts';
import { catalogueOf, decisionOf } from './engines/kairos.ts';
import type { Person } from './people.ts';

export interface HeapSettings {
  readonly offers: number;
  /** How many of them everybody is eligible for; nobody is for the others. */
  readonly survivors: number;
  readonly explain: boolean;
  readonly milliseconds: number;
}

export interface HeapAnswer {
  readonly bytes: number;
  readonly decisions: number;
}

const { offers: count, survivors, explain, milliseconds } = settingsOf<HeapSettings>();
const { offers, people } = await workloadOf(count, survivors);
const catalogue = catalogueOf(offers.map(({ published }) => published));

let turn = 0;
/** Decides for so long; answers how often. */
function decideFor(time: number): number {
  const first = turn;
  for (const until = performance.now() + time; performance.now() < until; ) {
    for (const person of people as readonly Person[]) decisionOf(catalogue, person, explain);
    turn += people.length;
  }
  return turn - first;
}

decideFor(milliseconds);
globalThis.gc?.();
const before = getHeapStatistics().total_allocated_bytes;
const decisions = decideFor(milliseconds);
const bytes = (getHeapStatistics().total_allocated_bytes - before) / decisions;
await tell({ bytes, decisions } satisfies HeapAnswer);
