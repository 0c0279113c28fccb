// The library that Kairos parses CEL with, evaluating by itself: one program per distinct expression, stopping at the first not met.
import { Environment } from '@marcbachmann/cel-js';
import { celOf, type PlainFacts } from '../conditions.ts';
import type { Person } from '../people.ts';
import type { EngineKind } from './engine.ts';

export const celLibrary: EngineKind = {
  name: '@marcbachmann/cel-js',
  async create(offers, people) {
    const environment = new Environment()
      .registerVariable('profile', 'map')
      .registerVariable('context', 'map')
      .registerVariable('features', 'map');
    const programs = new Map<string, ReturnType<Environment['parse']>>();
    const programOf = (text: string) => {
      const program = programs.get(text) ?? environment.parse(text);
      // Leaves the types in the tree, which is faster than to find them out each time.
      program.check();
      programs.set(text, program);
      return program;
    };
    const compiled = offers.map(({ published, tests }) => ({
      offerId: published.offerId,
      programs: tests.map((test) => programOf(celOf(test))),
    }));
    const scopes = new Map<Person, object>(people.map((person) => [person, scopeOf(person.plain)]));
    return {
      eligible(person) {
        const scope = scopes.get(person);
        const eligible: string[] = [];
        for (const { offerId, programs } of compiled) {
          if (programs.every((program) => program(scope as never) === true)) eligible.push(offerId);
        }
        return eligible;
      },
    };
  },
};

/** Whole numbers as the library wants them. */
function scopeOf({ profile, context, features }: PlainFacts): object {
  const own = (values: object) =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        typeof value === 'number' && Number.isInteger(value) && name !== 'churnRisk' ? BigInt(value) : value,
      ]),
    );
  return {
    profile: own(profile),
    context: own(context),
    features: Object.fromEntries(Object.entries(features).map(([name, windows]) => [name, own(windows)])),
  };
}
