// json-logic-engine: JsonLogic, compiled to one function per offer.
import type { PlainFacts, Test } from '../conditions.ts';
import type { EngineKind } from './engine.ts';

interface JsonLogic {
  LogicEngine: new () => { build(logic: object): (facts: PlainFacts) => unknown };
}

export const jsonLogic: EngineKind = {
  name: 'json-logic-engine, compiled',
  async create(offers, _people, loadPeer) {
    const library = await loadPeer<JsonLogic>('json-logic-engine');
    if (!library) return undefined;
    const engine = new library.LogicEngine();
    const compiled = offers.map(({ published, tests }) => ({
      offerId: published.offerId,
      meets: engine.build({ and: tests.map(logicOf) }),
    }));
    return {
      eligible({ plain }) {
        const eligible: string[] = [];
        for (const { offerId, meets } of compiled) if (meets(plain)) eligible.push(offerId);
        return eligible;
      },
    };
  },
};

function logicOf(test: Test): object {
  const value = { var: test.subject };
  switch (test.operator) {
    case 'equals':
      return { '===': [value, test.value] };
    case 'differs':
      return { '!==': [value, test.value] };
    case 'at least':
      return { '>=': [value, test.value] };
    case 'below':
      return { '<': [value, test.value] };
    case 'between':
      return { and: [{ '>=': [value, test.from] }, { '<': [value, test.below] }] };
    case 'in':
      return { in: [value, test.values] };
    case 'includes':
      return { in: [test.value, value] };
  }
}
