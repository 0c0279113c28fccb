// What somebody would write by hand for exactly these offers: one function each that stops at the first condition not met.
import type { PlainFacts, Test } from '../conditions.ts';
import type { EngineKind } from './engine.ts';

export const handWritten: EngineKind = {
  name: 'hand-written functions',
  async create(offers) {
    const compiled = offers.map(({ published, tests }) => ({
      offerId: published.offerId,
      meets: new Function('facts', `return ${tests.map(sourceOf).join(' && ')};`) as (facts: PlainFacts) => boolean,
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

function sourceOf(test: Test): string {
  const value = `facts.${test.subject}`;
  switch (test.operator) {
    case 'equals':
      return `${value} === ${JSON.stringify(test.value)}`;
    case 'differs':
      return `${value} !== ${JSON.stringify(test.value)}`;
    case 'at least':
      return `${value} >= ${test.value}`;
    case 'below':
      return `${value} < ${test.value}`;
    case 'between':
      return `${value} >= ${test.from} && ${value} < ${test.below}`;
    case 'in':
      return `(${test.values.map((one) => `${value} === ${JSON.stringify(one)}`).join(' || ')})`;
    case 'includes':
      return `${value}.includes(${JSON.stringify(test.value)})`;
  }
}
