import { describe, expect, test } from 'vitest';
import { offers } from '../../projections/offers.ts';
import { folded, recorded } from './recorded-events.ts';
import { someOffer } from './terms.ts';

const first = someOffer('first');
const second = someOffer('second');

const steps = {
  drafted: ['OfferDrafted', { revision: 1, author: 'ann', terms: first }],
  revised: ['OfferRevised', { revision: 2, author: 'bob', terms: second }],
  submitted: ['OfferSubmitted', { revision: 1, by: 'ann' }],
  approved: ['OfferApproved', { revision: 1, by: 'cleo' }],
  rejected: ['OfferRejected', { revision: 1, by: 'cleo', reason: 'too dear' }],
  published: ['OfferPublished', { revision: 1, by: 'dan' }],
  publishedAgain: ['OfferPublished', { revision: 2, by: 'dan' }],
  paused: ['OfferPaused', { by: 'dan', reason: 'sold out' }],
  resumed: ['OfferResumed', { by: 'dan' }],
  retired: ['OfferRetired', { by: 'dan', reason: 'over' }],
} as const;

function entryFrom(...names: (keyof typeof steps)[]) {
  const told = names.map((name) => {
    const [type, data] = steps[name];
    return { stream: 'offer-o1', type, data: { offerId: 'o1', ...data } };
  });
  return folded(offers, 'o1', recorded(told));
}

describe('the read model of offers', () => {
  test.each([
    [['drafted'], 'DRAFT', 'DRAFT'],
    [['drafted', 'submitted'], 'IN_REVIEW', 'IN_REVIEW'],
    [['drafted', 'submitted', 'approved'], 'APPROVED', 'APPROVED'],
    [['drafted', 'submitted', 'rejected'], 'DRAFT', 'DRAFT'],
    [['drafted', 'submitted', 'approved', 'revised'], 'DRAFT', 'DRAFT'],
    [['drafted', 'submitted', 'approved', 'published'], 'LIVE', 'PUBLISHED'],
    [['drafted', 'submitted', 'approved', 'published', 'paused'], 'PAUSED', 'PUBLISHED'],
    [['drafted', 'submitted', 'approved', 'published', 'paused', 'resumed'], 'LIVE', 'PUBLISHED'],
    [['drafted', 'submitted', 'approved', 'published', 'revised'], 'LIVE', 'DRAFT'],
    [['drafted', 'submitted', 'approved', 'published', 'paused', 'revised', 'submitted'], 'PAUSED', 'IN_REVIEW'],
    [['drafted', 'submitted', 'approved', 'published', 'revised', 'submitted', 'approved'], 'LIVE', 'APPROVED'],
    [['drafted', 'retired'], 'RETIRED', 'DRAFT'],
  ] as const)('after %j an offer is %s and its working revision %s', (names, lifecycle, revisionState) => {
    const entry = entryFrom(...names);
    expect([entry.lifecycle, entry.revisionState]).toEqual([lifecycle, revisionState]);
  });

  test('customers keep the published terms while a new revision is worked on', () => {
    const entry = entryFrom('drafted', 'submitted', 'approved', 'published', 'revised');
    expect(entry).toMatchObject({ revision: 2, terms: second, publishedRevision: 1, publishedTerms: first });
  });

  test('publishing makes the working terms the published ones, also of a paused offer', () => {
    const entry = entryFrom('drafted', 'submitted', 'approved', 'published', 'paused', 'revised', 'publishedAgain');
    expect(entry).toMatchObject({ lifecycle: 'LIVE', publishedRevision: 2, publishedTerms: second });
  });

  test('an edit forgets the approval and adds an author', () => {
    expect(entryFrom('drafted', 'submitted', 'approved')).toMatchObject({ approvedBy: 'cleo', authors: ['ann'] });
    const edited = entryFrom('drafted', 'submitted', 'approved', 'revised');
    expect(edited.approvedBy).toBeUndefined();
    expect(edited.authors).toEqual(['ann', 'bob']);
  });

  test('the first edit after a publication begins a new list of authors', () => {
    expect(entryFrom('drafted', 'submitted', 'approved', 'published').authors).toEqual(['ann']);
    expect(entryFrom('drafted', 'submitted', 'approved', 'published', 'revised').authors).toEqual(['bob']);
  });

  test('the history says who did what to which revision, and why', () => {
    const at = '2026-11-21T12:00:00.000Z';
    expect(entryFrom('drafted', 'submitted', 'rejected', 'revised', 'retired').history).toEqual([
      { revision: 1, event: 'OfferDrafted', by: 'ann', at },
      { revision: 1, event: 'OfferSubmitted', by: 'ann', at },
      { revision: 1, event: 'OfferRejected', by: 'cleo', at, reason: 'too dear' },
      { revision: 2, event: 'OfferRevised', by: 'bob', at },
      { revision: 2, event: 'OfferRetired', by: 'dan', at, reason: 'over' },
    ]);
  });

  test('the history keeps the newest 200', () => {
    const entry = entryFrom('drafted', ...Array.from({ length: 250 }, () => 'submitted' as const), 'retired');
    expect(entry.history).toHaveLength(200);
    expect(entry.history.at(-1)?.event).toBe('OfferRetired');
    expect(entry.history[0]?.event).toBe('OfferSubmitted');
  });
});
