// What a decision cannot have looked at is not kept with it, and is not missed when it is computed again.
import { expect, it } from 'vitest';
import { askedFacts } from '../../src/decisioning/asked-facts.ts';
import { decide } from '../../src/decisioning/decide.ts';
import { noFeatures, unknownCustomer } from '../../src/decisioning/facts.ts';
import { situation } from './situation.ts';

const contact = { decided: 1, presented: 1, clicked: 0, accepted: 0, declined: 0 };
const customer = {
  ...unknownCustomer('c'),
  attributes: { age: '35-44' },
  contacts: { stage: contact, rule: contact, nobody: contact },
  features: {
    ...noFeatures,
    position: '7',
    counts: { VIEW: { h1: 1, h24: 1, d7: 1, d30: 1, d90: 1 } },
    lastViewedSkus: ['1'],
    lastViewedCategories: ['beef'],
    spendByCategory: { beef: 100 },
    recent: [
      { kind: 'VIEW', at: 2 },
      { kind: 'PURCHASE', at: 1 },
    ],
  },
};
const rules = {
  profile: new Set<string>(),
  context: new Set<string>(),
  features: new Set<string>(),
  history: new Set(['rule', 'unknown']),
};

it('keeps what a stage asked for or a rule can read, and leaves out the rest of what grows', () => {
  const asked = askedFacts(customer, { contacts: new Set(['stage', 'other']), signals: new Set(['VIEW']), rules });
  expect(asked).toEqual({
    ...customer,
    contacts: { stage: contact, rule: contact },
    features: {
      ...customer.features,
      lastViewedSkus: [],
      lastViewedCategories: [],
      spendByCategory: {},
      recent: [{ kind: 'VIEW', at: 2 }],
    },
  });
});

it('keeps all contacts and features when rules can read all of them', () => {
  const features = new Set(['lastViewedSkus', 'lastViewedCategories', 'spendByCategory']);
  const signals = new Set(['VIEW', 'PURCHASE']);
  const asked = { contacts: new Set<string>(), signals, rules: { ...rules, features, history: 'ALL' as const } };
  expect(askedFacts(customer, asked)).toEqual(customer);
});

it('keeps everything where offers are ranked by a formula, which nobody follows', () => {
  const ranking = { method: 'FORMULA', formula: 'double(history.presented("nobody"))' } as const;
  const { catalogue, request, facts, contacts } = situation({ placement: { ranking }, offers: { o1: {} } });
  const known = { ...facts, contacts: { nobody: contact } };
  const { survivors, askedFacts } = decide(catalogue, request, known, contacts);
  expect(survivors.ranked().map(({ score }) => score)).toEqual([1]);
  expect(askedFacts()).toEqual(known);
});
