// GoRules zen: one decision table, a row per offer, all rows that are met collected.
import type { Subject, Test } from '../conditions.ts';
import type { BenchOffer } from '../offers.ts';
import type { EngineKind } from './engine.ts';

interface Zen {
  ZenEngine: new () => {
    createDecision(content: object): { evaluate(facts: object): Promise<{ readonly result: unknown }> };
  };
}

export const zen: EngineKind = {
  name: 'GoRules zen, decision table',
  async create(offers, _people, loadPeer) {
    const library = await loadPeer<Zen>('@gorules/zen-engine');
    if (!library) return undefined;
    const decision = new library.ZenEngine().createDecision(tableOf(offers));
    return {
      async eligible({ plain }) {
        const { result } = await decision.evaluate(plain);
        return (result as readonly { readonly offer: string }[]).map(({ offer }) => offer);
      },
    };
  },
};

function tableOf(offers: readonly BenchOffer[]): object {
  const subjects = [...new Set(offers.flatMap(({ tests }) => tests.map(({ subject }) => subject)))];
  const table = {
    id: 'table',
    type: 'decisionTableNode',
    name: 'table',
    content: {
      hitPolicy: 'collect',
      inputs: subjects.map((subject) => ({ id: subject, name: subject, field: subject })),
      outputs: [{ id: 'offer', name: 'offer', field: 'offer' }],
      rules: offers.map(({ published, tests }) => ({
        _id: published.offerId,
        ...Object.fromEntries(subjects.map((subject) => [subject, cellOf(tests, subject)])),
        offer: JSON.stringify(published.offerId),
      })),
    },
  };
  const edge = (sourceId: string, targetId: string) => ({
    id: `${sourceId}-${targetId}`,
    type: 'edge',
    sourceId,
    targetId,
  });
  return {
    nodes: [{ id: 'in', type: 'inputNode', name: 'in' }, table, { id: 'out', type: 'outputNode', name: 'out' }],
    edges: [edge('in', 'table'), edge('table', 'out')],
  };
}

/** Empty: it does not matter. `$` is the value of the column. */
function cellOf(tests: readonly Test[], subject: Subject): string {
  const test = tests.find((candidate) => candidate.subject === subject);
  if (!test) return '';
  switch (test.operator) {
    case 'equals':
      return JSON.stringify(test.value);
    case 'differs':
      return `!= ${JSON.stringify(test.value)}`;
    case 'at least':
      return `>= ${test.value}`;
    case 'below':
      return `< ${test.value}`;
    case 'between':
      return `[${test.from}..${test.below})`;
    case 'in':
      return test.values.map((value) => JSON.stringify(value)).join(', ');
    case 'includes':
      return `contains($, ${JSON.stringify(test.value)})`;
  }
}
