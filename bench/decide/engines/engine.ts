// What takes part in the comparison of decisions: it says for which offers a customer is eligible.
import type { LoadPeer } from '../../peers.ts';
import type { BenchOffer } from '../offers.ts';
import type { Person } from '../people.ts';

export interface Engine {
  /** Ids of the offers whose conditions the customer meets, in any order. */
  eligible(person: Person): readonly string[] | Promise<readonly string[]>;
  /** What is timed, where it is more than that. */
  readonly decide?: (person: Person) => unknown;
}

export interface EngineKind {
  readonly name: string;
  /** Undefined where the library is not available. Whatever can be prepared is: only decisions are timed. */
  create(offers: readonly BenchOffer[], people: readonly Person[], loadPeer: LoadPeer): Promise<Engine | undefined>;
}
