// The events, commands and stages of one offer, o1: ann writes it, bob approves it. For the tests of offers.
import { createOfferDecider, type OfferCommand } from '../../src/aggregates/offer/decider.ts';
import { type OfferEvent, type OfferTerms, offerEvent } from '../../src/aggregates/offer/events.ts';
import { scenario } from './scenario.ts';
import { offerTermsWith } from './valid-terms.ts';

const decider = createOfferDecider({ checkCondition: () => undefined, readsCustomer: () => false });
export const terms = offerTermsWith();
export const otherTerms = offerTermsWith({ name: 'Twelve percent off fuel' });

const step = (revision: number, by: string) => ({ offerId: 'o1', revision, by });
export const drafted: OfferEvent = { type: 'OfferDrafted', data: { offerId: 'o1', revision: 1, author: 'ann', terms } };
export const revisedBy = (author: string, revision = 2): OfferEvent => {
  return { type: 'OfferRevised', data: { offerId: 'o1', revision, author, terms: otherTerms } };
};
export const submitted = (revision = 1): OfferEvent => ({ type: 'OfferSubmitted', data: step(revision, 'ann') });
export const approved = (revision = 1, by = 'bob'): OfferEvent => ({ type: 'OfferApproved', data: step(revision, by) });
export const rejected: OfferEvent = { type: 'OfferRejected', data: { ...step(1, 'bob'), reason: 'too dear' } };
export const published = (revision = 1): OfferEvent => ({ type: 'OfferPublished', data: step(revision, 'ann') });
export const paused: OfferEvent = { type: 'OfferPaused', data: { offerId: 'o1', by: 'ann', reason: 'sold out' } };
export const resumed: OfferEvent = { type: 'OfferResumed', data: { offerId: 'o1', by: 'ann' } };
export const retired: OfferEvent = { type: 'OfferRetired', data: { offerId: 'o1', by: 'ann', reason: 'over' } };

export const draft = { type: 'DraftOffer', offerId: 'o1', by: 'ann', terms } as const;
export const revise = { type: 'ReviseOffer', offerId: 'o1', by: 'ann', terms: otherTerms } as const;
export const reviseTo = (to: OfferTerms, by: string, basedOn?: number): OfferCommand => ({
  ...revise,
  terms: to,
  by,
  basedOn,
});
export const submit = { type: 'SubmitOffer', offerId: 'o1', by: 'ann' } as const;
export const approveBy = (by: string): OfferCommand => ({ type: 'ApproveOffer', offerId: 'o1', by });
export const reject: OfferCommand = { type: 'RejectOffer', offerId: 'o1', by: 'bob', reason: 'too dear' };
export const publish: OfferCommand = { type: 'PublishOffer', offerId: 'o1', by: 'ann' };
export const pause: OfferCommand = { type: 'PauseOffer', offerId: 'o1', by: 'ann', reason: 'sold out' };
export const resume: OfferCommand = { type: 'ResumeOffer', offerId: 'o1', by: 'ann' };
export const retire: OfferCommand = { type: 'RetireOffer', offerId: 'o1', by: 'ann', reason: 'over' };
export const later = [revise, submit, approveBy('bob'), reject, publish, pause, resume, retire];

export const inReview = [drafted, submitted()];
export const isApproved = [...inReview, approved()];
export const live = [...isApproved, published()];
export const offer = scenario(decider, offerEvent);
