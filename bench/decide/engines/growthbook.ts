// GrowthBook's targeting conditions, MongoDB style, evaluated by its SDK.
import type { Test } from '../conditions.ts';
import type { EngineKind } from './engine.ts';

interface GrowthBook {
  evalCondition(facts: object, condition: object): boolean;
}

export const growthbook: EngineKind = {
  name: 'GrowthBook evalCondition',
  async create(offers, _people, loadPeer) {
    const library = await loadPeer<GrowthBook>('@growthbook/growthbook');
    if (!library) return undefined;
    const compiled = offers.map(({ published, tests }) => ({
      offerId: published.offerId,
      condition: Object.fromEntries(tests.map((test) => [test.subject, conditionOf(test)])),
    }));
    return {
      eligible({ plain }) {
        const eligible: string[] = [];
        for (const { offerId, condition } of compiled) {
          if (library.evalCondition(plain, condition)) eligible.push(offerId);
        }
        return eligible;
      },
    };
  },
};

function conditionOf(test: Test): unknown {
  switch (test.operator) {
    case 'equals':
      return test.value;
    case 'differs':
      return { $ne: test.value };
    case 'at least':
      return { $gte: test.value };
    case 'below':
      return { $lt: test.value };
    case 'between':
      return { $gte: test.from, $lt: test.below };
    case 'in':
      return { $in: test.values };
    case 'includes':
      return { $in: [test.value] };
  }
}
