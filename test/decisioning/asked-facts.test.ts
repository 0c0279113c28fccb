// What a decision cannot have looked at is not kept with it, and is not missed when it is computed again.
import { describe, expect, it } from 'vitest';
import { askedFacts } from '../../src/decisioning/asked-facts.ts';
import { decide } from '../../src/decisioning/decide.ts';
import { noFeatures, unknownCustomer } from '../../src/decisioning/facts.ts';
import { situation } from './situation.ts';

const viewed = { kind: 'VIEW', at: 2 };
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
    recent: [viewed, { kind: 'VIEW', at: 1 }],
  },
};
const rules = {
  profile: new Set<string>(),
  context: new Set<string>(),
  features: new Set<string>(),
  history: new Set(['rule', 'unknown']),
};

it('keeps what a stage asked for or a rule can read, and leaves out the rest of what grows', () => {
  const asked = askedFacts(customer, { contacts: new Set(['stage', 'other']), signals: new Set([viewed]), rules });
  expect(asked).toEqual({
    ...customer,
    contacts: { stage: contact, rule: contact },
    features: {
      ...customer.features,
      lastViewedSkus: [],
      lastViewedCategories: [],
      spendByCategory: {},
      recent: [viewed],
    },
  });
});

it('keeps all contacts and features when rules can read all of them', () => {
  const features = new Set(['lastViewedSkus', 'lastViewedCategories', 'spendByCategory']);
  const signals = new Set(customer.features.recent);
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

it('does not keep of an offer that it was met with silence', () => {
  const suppression = { afterDecline: { seconds: 3600, doubling: false }, neverAfter: [] };
  const { catalogue, request, facts, contacts } = situation({ offers: { o1: { suppression }, o2: { suppression } } });
  const known = { ...facts, contacts: { o1: contact, o2: { ...contact, declined: 1, lastDeclinedAt: request.at } } };
  const { counts, askedFacts } = decide(catalogue, request, known, contacts);
  expect(counts).toEqual({ DECLINED_RECENTLY: 1 });
  expect(askedFacts().contacts).toEqual({ o2: known.contacts.o2 });
});

describe('of the signals that a trigger can ask for', () => {
  const signal = (kind: string, hours: number, category?: string) => ({ kind, hours, ...(category && { category }) });
  it.each([
    ['as many as it needs', [signal('VIEW', 0), signal('VIEW', 1), signal('VIEW', 2)], [0, 1]],
    ['all that are fresh, where they are too few', [signal('VIEW', 1), signal('VIEW', 30)], [0]],
    ['one of those that are stale, where none is fresh', [signal('VIEW', 30), signal('VIEW', 40)], [0]],
    ['none of other kinds', [signal('SEARCH', 1), signal('VIEW', 2)], [1]],
  ])('it keeps %s', (_, signals, kept) => {
    const trigger = { signal: 'VIEW', atLeast: 2, withinSeconds: 86_400 };
    const { catalogue, request, facts, contacts } = situation({ offers: { o1: { trigger } } });
    const recent = signals.map(({ hours, ...signal }) => ({ ...signal, at: request.at - hours * 3_600_000 }));
    const known = { ...facts, features: { ...facts.features, recent } };
    const { askedFacts } = decide(catalogue, request, known, contacts);
    expect(askedFacts().features.recent).toEqual(kept.map((index) => recent[index]));
  });
});
