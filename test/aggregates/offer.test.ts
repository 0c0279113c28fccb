// How an offer is drafted and revised. Review and publication are in offer-review.test.ts, its terms in offer-terms.test.ts.
import { describe, test } from 'vitest';
import type { OfferCommand } from '../../src/aggregates/offer/decider.ts';
import {
  approveBy,
  approved,
  draft,
  drafted,
  inReview,
  isApproved,
  later,
  live,
  offer,
  otherTerms,
  pause,
  paused,
  publish,
  published,
  resume,
  resumed,
  retire,
  retired,
  revise,
  revisedBy,
  reviseTo,
  submit,
  submitted,
  terms,
} from './offer-life.ts';
import { offerTermsWith } from './valid-terms.ts';

describe('drafting', () => {
  test('a new offer is drafted as revision 1', () => offer.when(draft).thenRecorded(drafted));
  test('the same draft again is already so', () => offer.given(drafted).when(draft).thenNothing());
  test('the order of keys makes no difference', () => {
    const { name, ...rest } = offerTermsWith();
    const again = { ...rest, name };
    offer
      .given(drafted)
      .when({ ...draft, terms: again })
      .thenNothing();
  });
  test('another draft under the same id is refused', () =>
    offer
      .given(drafted)
      .when({ ...draft, terms: otherTerms })
      .thenRefused('OFFER_EXISTS', { field: 'offerId', rule: 'o1' }));
  test('an id that is not opaque is refused and not repeated', () =>
    offer
      .when({ ...draft, offerId: 'ann@example.org' })
      .thenRefused('OFFER_ID_INVALID', { field: 'offerId', rule: /^(?!.*example)/ }));
  test('the id of a retired offer is not used again', () =>
    offer.given(drafted, retired).when(draft).thenRefused('OFFER_RETIRED'));
});

describe('an offer that was never drafted or is retired', () => {
  test.each(later)('$type is refused when there is no such offer', (command) =>
    offer.when(command).thenRefused('OFFER_UNKNOWN', { field: 'offerId', rule: 'o1' }),
  );
  test.each(later.filter((command) => command !== retire))('$type is refused when the offer is retired', (command) =>
    offer
      .given(...live, retired)
      .when(command)
      .thenRefused('OFFER_RETIRED'),
  );
  test('retiring again is already so', () => offer.given(drafted, retired).when(retire).thenNothing());
});

describe('based on a revision', () => {
  test.each(later)('$type based on an older revision is refused with the current one', (command) => {
    const another = command.type === 'ReviseOffer' ? { ...command, terms: offerTermsWith({ priority: 1 }) } : command;
    offer
      .given(...inReview, revisedBy('ann'))
      .when({ ...another, basedOn: 1 } as OfferCommand)
      .thenRefused('REVISION_STALE', { field: 'basedOn', rule: 'at revision 2' });
  });
  test('a revision that does not exist yet is as stale', () =>
    offer
      .given(drafted)
      .when({ ...submit, basedOn: 2 })
      .thenRefused('REVISION_STALE'));
  test('the current revision is accepted', () =>
    offer
      .given(drafted)
      .when({ ...submit, basedOn: 1 })
      .thenRecorded(submitted()));
  test('the same revision sent twice is already so, though its base is stale by then', () =>
    offer
      .given(drafted, revisedBy('ann'))
      .when(reviseTo(otherTerms, 'ann', 1))
      .thenNothing());
});

describe('revising', () => {
  test('other terms are the next revision', () => offer.given(drafted).when(revise).thenRecorded(revisedBy('ann')));
  test('equal terms are no revision', () => offer.given(drafted).when(reviseTo(terms, 'bob')).thenNothing());
  test('a revision takes an offer out of review', () =>
    offer
      .given(...inReview, revisedBy('ann'))
      .when(approveBy('bob'))
      .thenRefused('OFFER_NOT_IN_REVIEW', { rule: 'is draft' }));
  test('a revision takes the approval away', () =>
    offer
      .given(...isApproved, revisedBy('ann'))
      .when(publish)
      .thenRefused('OFFER_NOT_APPROVED', { rule: 'revision 2' }));
  test('a live offer is revised while its published revision stays live', () => {
    offer
      .given(...live)
      .when(revise)
      .thenRecorded(revisedBy('ann'));
    offer
      .given(...live, revisedBy('ann'))
      .when(pause)
      .thenRecorded(paused);
  });
  test('a paused offer is revised and stays paused', () => {
    offer
      .given(...live, paused)
      .when(revise)
      .thenRecorded(revisedBy('ann'));
    offer
      .given(...live, paused, revisedBy('ann'))
      .when(resume)
      .thenRecorded(resumed);
  });
  test('the revision of a live offer goes all the way again', () => {
    const revisedLive = [...live, revisedBy('ann')];
    offer
      .given(...revisedLive)
      .when(publish)
      .thenRefused('OFFER_NOT_APPROVED');
    offer
      .given(...revisedLive)
      .when(submit)
      .thenRecorded(submitted(2));
    offer
      .given(...revisedLive, submitted(2))
      .when(approveBy('bob'))
      .thenRecorded(approved(2));
    offer
      .given(...revisedLive, submitted(2), approved(2))
      .when(publish)
      .thenRecorded(published(2));
  });
});
