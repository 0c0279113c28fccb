// json-rules-engine: one rule per offer, one run per decision, the events of the rules that are met.
import { type Subject, type Test, valueAt } from '../conditions.ts';
import type { Person } from '../people.ts';
import type { EngineKind } from './engine.ts';

interface JsonRules {
  Engine: new (
    rules: readonly object[],
  ) => { run(facts: object): Promise<{ readonly events: readonly { readonly type: string }[] }> };
}

export const jsonRules: EngineKind = {
  name: 'json-rules-engine',
  async create(offers, people, loadPeer) {
    const library = await loadPeer<JsonRules>('json-rules-engine');
    if (!library) return undefined;
    const rules = offers.map(({ published, tests }) => ({
      conditions: { all: tests.flatMap(conditionsOf) },
      event: { type: published.offerId },
    }));
    const engine = new library.Engine(rules);
    // Flat facts: it would look for the end of a path in each condition.
    const subjects = new Set(offers.flatMap(({ tests }) => tests.map(({ subject }) => subject)));
    const facts = new Map(people.map((person) => [person, flat(person, subjects)]));
    return {
      async eligible(person) {
        const { events } = await engine.run(facts.get(person) ?? {});
        return events.map(({ type }) => type);
      },
    };
  },
};

function flat({ plain }: Person, subjects: ReadonlySet<Subject>): object {
  return Object.fromEntries([...subjects].map((subject) => [subject, valueAt(plain, subject)]));
}

function conditionsOf(test: Test): object[] {
  const { subject: fact } = test;
  switch (test.operator) {
    case 'equals':
      return [{ fact, operator: 'equal', value: test.value }];
    case 'differs':
      return [{ fact, operator: 'notEqual', value: test.value }];
    case 'at least':
      return [{ fact, operator: 'greaterThanInclusive', value: test.value }];
    case 'below':
      return [{ fact, operator: 'lessThan', value: test.value }];
    case 'between':
      return [
        { fact, operator: 'greaterThanInclusive', value: test.from },
        { fact, operator: 'lessThan', value: test.below },
      ];
    case 'in':
      return [{ fact, operator: 'in', value: test.values }];
    case 'includes':
      return [{ fact, operator: 'contains', value: test.value }];
  }
}
