// What a vocabulary makes of the language: which words offers may use, and which decisions are comparable.
import { describe, expect, it, test } from 'vitest';
import type { OfferTerms } from '../../src/decisioning/catalogue.ts';
import { createLanguage } from '../../src/decisioning/language.ts';
import type { Vocabulary } from '../../src/decisioning/vocabulary.ts';
import { demoVocabulary, language, usually } from './situation.ts';

describe('the terms of an offer', () => {
  const check = (terms: Partial<OfferTerms>) => language.checkTerms({ ...usually.offer, ...terms });

  it('are in the currency of the deployment', () => {
    expect(check({ value: { amount: 1, currency: 'EUR' } })).toEqual({
      field: 'value.currency',
      problem: 'must be USD',
    });
  });

  it('use purposes that customers can consent to', () => {
    expect(check({ purposes: ['marketing', 'service'] })).toBeUndefined();
    expect(check({ purposes: ['marketing', 'valueOf'] })).toEqual({
      field: 'purposes.1',
      problem: 'must be one of marketing, personalisation, service',
    });
  });
});

describe('a vocabulary', () => {
  it('has a fingerprint that differs when a word or its type does', () => {
    const { page, ...others } = demoVocabulary.context;
    const under = (vocabulary: Vocabulary) => createLanguage(vocabulary).fingerprint;
    const reordered = { ...demoVocabulary, context: { ...others, ...(page && { page }) } };
    expect(under(reordered)).toBe(language.fingerprint);
    expect(under({ ...demoVocabulary, context: others })).not.toBe(language.fingerprint);
    const retyped = { ...others, page: { description: page?.description ?? '', type: 'int' as const } };
    expect(under({ ...demoVocabulary, context: retyped })).not.toBe(language.fingerprint);
  });

  test.each(['constructor', 'audiences', '__proto__', 'home-page', '1st', ''])('cannot declare %j', (name) => {
    const profile = JSON.parse(`{ ${JSON.stringify(name)}: { "type": "string", "description": "" } }`);
    expect(() => createLanguage({ ...demoVocabulary, profile })).toThrow(`profile.${name}`);
  });
});
