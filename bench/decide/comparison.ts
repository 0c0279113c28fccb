// Kairos and its peers on one catalogue: who answers the same, then who is how fast.
import { type Contender, type Rounds, type Timing, timeInterleaved } from '../interleaved.ts';
import type { LoadPeer } from '../peers.ts';
import { holds } from './conditions.ts';
import { createDraw } from './draw.ts';
import { celLibrary } from './engines/cel-library.ts';
import type { Engine, EngineKind } from './engines/engine.ts';
import { growthbook } from './engines/growthbook.ts';
import { handWritten } from './engines/hand-written.ts';
import { jsonLogic } from './engines/json-logic.ts';
import { jsonRules } from './engines/json-rules.ts';
import { kairos, leftToLibrary } from './engines/kairos.ts';
import { zen } from './engines/zen.ts';
import { type BenchOffer, type Eligible, offersOf } from './offers.ts';
import { type Person, peopleOf } from './people.ts';

/** Kairos first. */
export const engineKinds: readonly EngineKind[] = [
  kairos,
  handWritten,
  jsonLogic,
  growthbook,
  celLibrary,
  zen,
  jsonRules,
];

export interface Workload {
  readonly offers: readonly BenchOffer[];
  readonly people: readonly Person[];
  /** Distinct conditions of the catalogue. */
  readonly distinct: number;
  /** How many of them are not compiled, but left to the evaluator of the CEL library. */
  readonly leftToLibrary: number;
  /** The share of the offers that a customer is eligible for, on average. */
  readonly share: number;
}

const differentPeople = 8;

/** The same customers in all workloads; a smaller catalogue is the beginning of a larger one. */
export async function workloadOf(offerCount: number, eligible: Eligible): Promise<Workload> {
  const people = await peopleOf(createDraw('people-2'), differentPeople);
  const offers = offersOf(createDraw('offers'), offerCount, eligible, people);
  const expressions = new Set(
    offers.flatMap(({ published }) => published.terms.eligibility.map(({ expression }) => expression)),
  );
  const met = people.reduce((sum, person) => sum + expected(offers, person).length, 0);
  const share = met / (offers.length * people.length);
  return { offers, people, distinct: expressions.size, leftToLibrary: leftToLibrary(expressions), share };
}

/** Timings of those engines that are available here, of the size that they can deal with, by name. */
export async function compare(
  { offers, people }: Workload,
  kinds: readonly EngineKind[],
  rounds: Rounds,
  loadPeer: LoadPeer,
): Promise<ReadonlyMap<string, Timing>> {
  const contenders: Contender[] = [];
  for (const { name, create } of kinds) {
    const engine = await create(offers, people, loadPeer);
    if (!engine) continue;
    await demandRight(name, engine, offers, people);
    const run = engine.decide ?? engine.eligible;
    contenders.push({ name, run: (turn) => run(people[turn % people.length] as Person) });
  }
  const timings = await timeInterleaved(contenders, rounds);
  return new Map(timings.map((timing) => [timing.name, timing]));
}

/** @throws Error when it finds others eligible than they are: its time would mean nothing. */
async function demandRight(name: string, engine: Engine, offers: readonly BenchOffer[], people: readonly Person[]) {
  for (const person of people) {
    const found = [...(await engine.eligible(person))].sort();
    const right = expected(offers, person);
    if (found.length === right.length && found.every((offerId, index) => offerId === right[index])) continue;
    throw new Error(`${name} finds ${found.length} offers for ${person.facts.customerId}, right are ${right.length}`);
  }
}

function expected(offers: readonly BenchOffer[], { plain }: Person): readonly string[] {
  return offers
    .filter(({ tests }) => tests.every((test) => holds(test, plain)))
    .map(({ published }) => published.offerId);
}
