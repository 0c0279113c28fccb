// How an offer gets to customers and away from them: review, publication, pause and retirement, by whom and in which order.
import { describe, test } from 'vitest';
import type { OfferCommand } from '../../src/aggregates/offer/decider.ts';
import {
  approveBy,
  approved,
  drafted,
  inReview,
  isApproved,
  live,
  offer,
  pause,
  paused,
  publish,
  published,
  reject,
  rejected,
  resume,
  resumed,
  retire,
  retired,
  revisedBy,
  submit,
  submitted,
} from './offer-life.ts';

describe('review', () => {
  test('a draft is submitted', () => offer.given(drafted).when(submit).thenRecorded(submitted()));
  test('submitting again is already so', () =>
    offer
      .given(...inReview)
      .when(submit)
      .thenNothing());
  test('what is approved is not submitted', () =>
    offer
      .given(...isApproved)
      .when(submit)
      .thenRefused('OFFER_NOT_DRAFT', { rule: 'approved' }));
  test('what is published is not submitted', () =>
    offer
      .given(...live)
      .when(submit)
      .thenRefused('OFFER_NOT_DRAFT', { rule: 'published' }));
  test('somebody else approves', () =>
    offer
      .given(...inReview)
      .when(approveBy('bob'))
      .thenRecorded(approved()));
  test('approving again is already so', () =>
    offer
      .given(...isApproved)
      .when(approveBy('cy'))
      .thenNothing());
  test.each([[[drafted]], [[...inReview, rejected]], [live]])('what is not in review is not approved', (past) =>
    offer
      .given(...past)
      .when(approveBy('bob'))
      .thenRefused('OFFER_NOT_IN_REVIEW'),
  );
  test('the author does not approve', () =>
    offer
      .given(...inReview)
      .when(approveBy('ann'))
      .thenRefused('APPROVER_IS_AUTHOR', { rule: 'ann' }));
  test('the author of an earlier revision that was never published does not approve', () =>
    offer.given(drafted, revisedBy('cy'), submitted(2)).when(approveBy('ann')).thenRefused('APPROVER_IS_AUTHOR'));
  test('the author of a revision that was published approves the next one of somebody else', () =>
    offer
      .given(...live, revisedBy('bob'), submitted(2))
      .when(approveBy('ann'))
      .thenRecorded(approved(2, 'ann')));
  test('actors are compared exactly', () =>
    offer
      .given(...inReview)
      .when(approveBy('Ann'))
      .thenRecorded(approved(1, 'Ann')));
  test.each(['anonymous', ''])('the actor %j approves nothing', (by) =>
    offer
      .given(...inReview)
      .when(approveBy(by))
      .thenRefused('ACTOR_UNKNOWN'),
  );
  test('a rejection gives its reason', () =>
    offer
      .given(...inReview)
      .when(reject)
      .thenRecorded(rejected));
  test('rejecting again is already so', () =>
    offer
      .given(...inReview, rejected)
      .when(reject)
      .thenNothing());
  test('what is not in review is not rejected', () =>
    offer
      .given(...isApproved)
      .when(reject)
      .thenRefused('OFFER_NOT_IN_REVIEW'));
  test('what was rejected is submitted again', () =>
    offer
      .given(...inReview, rejected)
      .when(submit)
      .thenRecorded(submitted()));
});

describe('publication', () => {
  test('what is approved is published', () =>
    offer
      .given(...isApproved)
      .when(publish)
      .thenRecorded(published()));
  test('publishing again is already so', () =>
    offer
      .given(...live)
      .when(publish)
      .thenNothing());
  test.each([[[drafted]], [inReview], [[...inReview, rejected]]])('what is not approved is not published', (past) =>
    offer
      .given(...past)
      .when(publish)
      .thenRefused('OFFER_NOT_APPROVED'),
  );
  test('what is paused is resumed, not published again', () =>
    offer
      .given(...live, paused)
      .when(publish)
      .thenRefused('OFFER_PAUSED'));
  test('an approved revision of a paused offer is published and live', () => {
    const past = [...live, paused, revisedBy('ann'), submitted(2), approved(2)];
    offer
      .given(...past)
      .when(publish)
      .thenRecorded(published(2));
    offer
      .given(...past, published(2))
      .when(resume)
      .thenNothing();
  });
  test('a live offer is paused', () =>
    offer
      .given(...live)
      .when(pause)
      .thenRecorded(paused));
  test('pausing again is already so', () =>
    offer
      .given(...live, paused)
      .when(pause)
      .thenNothing());
  test('what was never published is not paused', () =>
    offer
      .given(...isApproved)
      .when(pause)
      .thenRefused('OFFER_NOT_LIVE'));
  test('a paused offer is resumed', () =>
    offer
      .given(...live, paused)
      .when(resume)
      .thenRecorded(resumed));
  test('resuming again is already so', () =>
    offer
      .given(...live, paused, resumed)
      .when(resume)
      .thenNothing());
  test('what was never published is not resumed', () =>
    offer.given(drafted).when(resume).thenRefused('OFFER_NOT_PAUSED'));
  test.each([[[drafted]], [inReview], [isApproved], [live], [[...live, paused]]])(
    'an offer is retired from any state',
    (past) =>
      offer
        .given(...past)
        .when(retire)
        .thenRecorded(retired),
  );
});

describe('reasons', () => {
  test.each([
    { ...reject, past: inReview },
    { ...pause, past: live },
    { ...retire, past: live },
  ])('$type without a reason in words, or with one too long, is refused', ({ past, ...command }) => {
    for (const reason of ['', ' \n', 'x'.repeat(1001)])
      offer
        .given(...past)
        .when({ ...command, reason } as OfferCommand)
        .thenRefused('REASON_INVALID', { field: 'reason' });
  });
});
