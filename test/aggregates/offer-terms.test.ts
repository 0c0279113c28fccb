// What the terms of an offer must be before anything of them is recorded.
import { describe, expect, test } from 'vitest';
import type { CapRule } from '../../src/aggregates/cap-rule.ts';
import { createOfferDecider } from '../../src/aggregates/offer/decider.ts';
import { type OfferTerms, offerEvent } from '../../src/aggregates/offer/events.ts';
import { scenario } from './scenario.ts';
import { offerTermsWith } from './valid-terms.ts';

const decider = createOfferDecider({
  checkCondition(expression, expected) {
    expect(expected).toBe('bool');
    const at = expression.indexOf('agee');
    return at < 0 ? undefined : { problem: 'there is no attribute profile.agee', at };
  },
  readsCustomer: (expression) => /profile|features|history/.test(expression),
  checkTerms(terms) {
    const index = terms.purposes.findIndex((purpose) => purpose !== 'marketing' && purpose !== 'service');
    return index < 0 ? undefined : { problem: 'is not a purpose of this deployment', field: `purposes.${index}` };
  },
});

const offer = scenario(decider, offerEvent);
const draft = (terms: unknown) =>
  offer.when({ type: 'DraftOffer', offerId: 'o1', by: 'ann', terms: terms as OfferTerms });
const [cap] = offerTermsWith().caps as [CapRule];

test('terms with every optional field are recorded as they are', () => {
  const terms = offerTermsWith();
  draft(terms).thenRecorded({ type: 'OfferDrafted', data: { offerId: 'o1', revision: 1, author: 'ann', terms } });
});

test('terms without any optional field are recorded as they are', () => {
  const { description: _, endAt: __, trigger: ___, ...rest } = offerTermsWith({ suppression: { neverAfter: [] } });
  const terms = {
    ...rest,
    eligibility: [],
    contextWeights: [],
    levers: [],
    caps: [],
    products: [],
    audiences: [],
    tags: [],
  };
  draft(terms).thenRecorded({ type: 'OfferDrafted', data: { offerId: 'o1', revision: 1, author: 'ann', terms } });
});

describe('conditions', () => {
  test('one that does not fit is named, with the problem and its offset', () => {
    const eligibility = [...offerTermsWith().eligibility, { name: 'old enough', expression: '!(profile.agee > 3)' }];
    draft(offerTermsWith({ eligibility })).thenRefused('OFFER_CONDITION_INVALID', {
      field: 'eligibility.2.expression',
      rule: /"old enough".*no attribute profile\.agee.*offset 10/,
    });
  });
  test('those of context weights are checked as well', () =>
    draft(
      offerTermsWith({ contextWeights: [{ name: 'old', expression: 'profile.agee > 3', percent: 5 }] }),
    ).thenRefused('OFFER_CONDITION_INVALID', { field: 'contextWeights.0.expression', rule: 'offset 8' }));
  test('they are checked when an offer is revised', () =>
    offer
      .given({ type: 'OfferDrafted', data: { offerId: 'o1', revision: 1, author: 'ann', terms: offerTermsWith() } })
      .when({
        type: 'ReviseOffer',
        offerId: 'o1',
        by: 'ann',
        terms: offerTermsWith({ eligibility: [{ name: 'a', expression: 'agee' }] }),
      })
      .thenRefused('OFFER_CONDITION_INVALID', { field: 'eligibility.0.expression' }));
});

const deep = (changes: Partial<CapRule>) => offerTermsWith({ caps: [cap, { ...cap, name: 'second', ...changes }] });
const lever = (name: string, percent: number) => ({ name, percent });
const treatment = (deepLink: string) => offerTermsWith({ treatments: [{ channel: 'WEB', headline: 'x', deepLink }] });

describe('terms that contradict themselves', () => {
  test.each<[rule: string, field: string, terms: OfferTerms]>([
    ['an end before the start', 'endAt', offerTermsWith({ endAt: '2026-10-31T23:59:59.999Z' })],
    ['an end at the start', 'endAt', offerTermsWith({ endAt: '2026-11-01T00:00:00.000Z' })],
    ['a day that does not exist', 'startAt', offerTermsWith({ startAt: '2026-02-30T00:00:00.000Z' })],
    ['an hour that does not exist', 'endAt', offerTermsWith({ endAt: '2026-12-01T99:00:00.000Z' })],
    ['an answer kept for more than 90 days', 'ttlSeconds', offerTermsWith({ ttlSeconds: 90 * 86_400 + 1 })],
    [
      'a credit window of more than 366 days',
      'creditWindowSeconds',
      offerTermsWith({ creditWindowSeconds: 366 * 86_400 + 1 }),
    ],
    [
      'two treatments for one channel',
      'treatments.1.channel',
      offerTermsWith({
        treatments: [
          { channel: 'WEB', headline: 'a' },
          { channel: 'WEB', headline: 'b' },
        ],
      }),
    ],
    [
      'two conditions of one name',
      'eligibility.1.name',
      offerTermsWith({
        eligibility: [
          { name: 'a', expression: 'true' },
          { name: 'a', expression: 'false' },
        ],
      }),
    ],
    ['two caps of one name', 'caps.1.name', offerTermsWith({ caps: [cap, { ...cap, limit: 9 }] })],
    ['two levers of one name', 'levers.1.name', offerTermsWith({ levers: [lever('a', 1), lever('a', 2)] })],
    ['a tag twice, which would count twice', 'tags.2', offerTermsWith({ tags: ['a', 'b', 'a'] })],
    ['a purpose twice', 'purposes.1', offerTermsWith({ purposes: ['marketing', 'marketing'] })],
    ['an audience twice', 'audiences.1', offerTermsWith({ audiences: ['a', 'a'] })],
    ['a product twice', 'products.1', offerTermsWith({ products: ['a', 'a'] })],
    ['levers that turn the score round', 'levers', offerTermsWith({ levers: [lever('a', -60), lever('b', -41)] })],
    [
      'never after itself',
      'suppression.neverAfter.1.offerId',
      offerTermsWith({
        suppression: {
          neverAfter: [
            { offerId: 'o9', outcome: 'ACCEPTED' },
            { offerId: 'o1', outcome: 'PRESENTED' },
          ],
        },
      }),
    ],
    [
      'a total in the time zone of the customer',
      'caps.1.window.zone',
      deep({ subject: 'TOTAL', window: { kind: 'CALENDAR', unit: 'DAY', zone: 'CUSTOMER' } }),
    ],
    [
      'a placement twice in one cap',
      'caps.1.scope.placements.1',
      deep({ scope: { kind: 'PLACEMENTS', placements: ['home', 'home'] } }),
    ],
    ['a negative limit', 'caps.1.limit', deep({ limit: -1 })],
    ['a limit that is no whole number', 'caps.1.limit', deep({ limit: 1.5 })],
    ['a rolling window of nothing', 'caps.1.window.seconds', deep({ window: { kind: 'ROLLING', seconds: 0 } })],
    ['a link that carries code', 'treatments.0.deepLink', treatment('\u00a0javascript:alert(1)')],
    ['a link that is a document', 'treatments.0.deepLink', treatment('data:text/html,x')],
    [
      'a purpose that the deployment does not know',
      'purposes.1',
      offerTermsWith({ purposes: ['marketing', 'resale'] }),
    ],
  ])('%s is refused', (_, field, terms) => draft(terms).thenRefused('OFFER_TERMS_INVALID', { field }));
});

describe('terms that are in order', () => {
  test.each<[rule: string, terms: OfferTerms]>([
    [
      'a total over calendar days in UTC',
      deep({ subject: 'TOTAL', window: { kind: 'CALENDAR', unit: 'DAY', zone: 'UTC' } }),
    ],
    ['a cap on a tag', deep({ scope: { kind: 'TAG', tag: 'fuel' } })],
    ['a cap over everything that admits nothing', deep({ scope: { kind: 'EVERYTHING' }, limit: 0 })],
    ['a link into an app', treatment('shopapp://fuel')],
    ['levers that take all away', offerTermsWith({ levers: [lever('a', -60), lever('b', -40)] })],
    ['a condition and a lever of one name', offerTermsWith({ levers: [lever('adult', 1)] })],
  ])('%s is recorded', (_, terms) =>
    draft(terms).thenRecorded({ type: 'OfferDrafted', data: { offerId: 'o1', revision: 1, author: 'ann', terms } }),
  );
});

describe('an offer without purposes', () => {
  const impersonal = (changes: Partial<OfferTerms> = {}): OfferTerms => {
    const { trigger: _, ...rest } = offerTermsWith({
      purposes: [],
      audiences: [],
      eligibility: [{ name: 'at checkout', expression: 'context.page == "checkout"' }],
      contextWeights: [{ name: 'near a pump', expression: 'context.near', percent: 50 }],
      caps: [],
      suppression: { neverAfter: [] },
    });
    return { ...rest, ...changes };
  };

  test('may use whatever is told of the moment', () => {
    const terms = impersonal();
    draft(terms).thenRecorded({ type: 'OfferDrafted', data: { offerId: 'o1', revision: 1, author: 'ann', terms } });
  });

  test.each<[what: string, field: string, changes: Partial<OfferTerms>]>([
    ['an audience', 'audiences', { audiences: ['drivers'] }],
    [
      'a condition on the profile',
      'eligibility.1.expression',
      {
        eligibility: [
          { name: 'at checkout', expression: 'context.page == "checkout"' },
          { name: 'adult', expression: 'profile.age >= 18' },
        ],
      },
    ],
    [
      'a weight for the history',
      'contextWeights.0.expression',
      { contextWeights: [{ name: 'new', expression: 'history.presented("o1") == 0', percent: 5 }] },
    ],
    ['a trigger', 'trigger', { trigger: { signal: 'VIEW', atLeast: 1, withinSeconds: 60 } }],
    ['a share of customers', 'rolloutShare', { rolloutShare: 0.5 }],
    ['a cap', 'caps', { caps: [cap] }],
    [
      'silence after a decline',
      'suppression.afterDecline',
      { suppression: { afterDecline: { seconds: 60, doubling: false }, neverAfter: [] } },
    ],
    [
      'silence after an acceptance',
      'suppression.afterAcceptanceSeconds',
      { suppression: { afterAcceptanceSeconds: 60, neverAfter: [] } },
    ],
    [
      'an offer that it must not follow',
      'suppression.neverAfter',
      { suppression: { neverAfter: [{ offerId: 'o9', outcome: 'ACCEPTED' }] } },
    ],
  ])('has not %s', (_, field, changes) =>
    draft(impersonal(changes)).thenRefused('OFFER_TERMS_INVALID', { field, rule: 'without purposes' }),
  );
});

describe('terms of the wrong form', () => {
  test.each<[what: string, field: string, rule: string, terms: unknown]>([
    ['nothing', 'terms', 'terms is null', null],
    ['a list', 'terms', 'a list of 2', [1, 2]],
    ['a missing field', 'category', 'category is missing', { ...offerTermsWith(), category: undefined }],
    ['an unknown field', 'colour', '"red"', { ...offerTermsWith(), colour: 'red' }],
    [
      'an unknown field deep inside',
      'value.cents',
      'it does not belong here',
      offerTermsWith({ value: { amount: 1, currency: 'EUR', cents: 1 } as never }),
    ],
    [
      'a channel that does not exist',
      'treatments.0.channel',
      '"FAX"',
      offerTermsWith({ treatments: [{ channel: 'FAX' as never, headline: 'x' }] }),
    ],
    ['a text where a number is wanted', 'propensity', '"high"', offerTermsWith({ propensity: 'high' as never })],
    ['a number that is none', 'propensity', 'NaN', offerTermsWith({ propensity: Number.NaN })],
    ['a share above all', 'rolloutShare', '1.5', offerTermsWith({ rolloutShare: 1.5 })],
    ['a window of an unknown kind', 'caps.1.window.kind', '"SLIDING"', deep({ window: { kind: 'SLIDING' } as never })],
  ])('%s is refused at its path', (_, field, rule, terms) =>
    draft(terms).thenRefused('OFFER_TERMS_INVALID', { field, rule }),
  );
  test('a value that may be an e-mail address is not repeated', () =>
    draft(offerTermsWith({ category: 'ann@example.org' })).thenRefused('OFFER_TERMS_INVALID', {
      field: 'category',
      rule: /^(?!.*example)/,
    }));
});
