import { expect, test } from 'vitest';
import { models } from '../../projections/models.ts';
import type { ModelTerms } from '../../src/aggregates/model/events.ts';
import { folded, recorded } from './recorded-events.ts';

const stream = 'model-m';
const terms = (propensity: number): ModelTerms => ({
  name: 'Shares',
  kind: 'STATIC',
  static: { offers: [], categories: [], default: propensity },
});
const event = (type: string, data: object) => ({ stream, type, data: { modelId: 'm', ...data } });
const defined = event('ModelDefined', { revision: 1, author: 'ann', terms: terms(0.1) });
const revised = event('ModelRevised', { revision: 2, author: 'cy', terms: terms(0.2) });
const approved = (revision: number) => event('ModelApproved', { revision, by: 'bob' });

test('a model that nobody has approved is in nobody’s use', () => {
  const { approved: used, authors, revision } = folded(models, 'm', recorded([defined, revised]));
  expect({ used, authors, revision }).toEqual({ used: undefined, authors: ['ann', 'cy'], revision: 2 });
});

test('what was approved stays in use while a new revision is worked on', () => {
  expect(folded(models, 'm', recorded([defined, approved(1), revised]))).toEqual({
    modelId: 'm',
    revision: 2,
    terms: terms(0.2),
    approved: { revision: 1, terms: terms(0.1), by: 'bob' },
    authors: ['cy'],
    retired: false,
  });
});

test('a retired model keeps its terms', () => {
  const retired = event('ModelRetired', { by: 'bob', reason: 'over' });
  expect(folded(models, 'm', recorded([defined, approved(1), retired]))).toMatchObject({
    retired: true,
    approved: { revision: 1 },
  });
});
