// An offer on its way from draft to customers: nothing goes live that somebody other than its authors has not approved.
import { type Decider, isRefused, type Refused, refuse } from '../decider.ts';
import { equal, firstIssue, id } from '../values.ts';
import type { OfferEvent, OfferTerms } from './events.ts';
import { type OfferLanguage, readTerms } from './terms.ts';

interface OfferCommandOf<Type extends string> {
  readonly type: Type;
  readonly offerId: string;
  /** Who asks for it. */
  readonly by: string;
}

interface LaterCommandOf<Type extends string> extends OfferCommandOf<Type> {
  /** The newest revision that the caller knew; absent: whatever is the newest. */
  readonly basedOn?: number | undefined;
}

export type DraftOffer = OfferCommandOf<'DraftOffer'> & { readonly terms: OfferTerms };
export type ReviseOffer = LaterCommandOf<'ReviseOffer'> & { readonly terms: OfferTerms };
export type SubmitOffer = LaterCommandOf<'SubmitOffer'>;
export type ApproveOffer = LaterCommandOf<'ApproveOffer'>;
export type RejectOffer = LaterCommandOf<'RejectOffer'> & { readonly reason: string };
/** Makes the approved revision the live one, also of an offer that is paused. */
export type PublishOffer = LaterCommandOf<'PublishOffer'>;
export type PauseOffer = LaterCommandOf<'PauseOffer'> & { readonly reason: string };
export type ResumeOffer = LaterCommandOf<'ResumeOffer'>;
export type RetireOffer = LaterCommandOf<'RetireOffer'> & { readonly reason: string };

/** What moves an offer through its life. */
type Move = SubmitOffer | ApproveOffer | RejectOffer | PublishOffer | PauseOffer | ResumeOffer | RetireOffer;
type LaterCommand = ReviseOffer | Move;
export type OfferCommand = DraftOffer | LaterCommand;

export const offerReasons = [
  'OFFER_ID_INVALID',
  'OFFER_EXISTS',
  'OFFER_UNKNOWN',
  'OFFER_RETIRED',
  'OFFER_TERMS_INVALID',
  'OFFER_CONDITION_INVALID',
  'OFFER_NOT_DRAFT',
  'OFFER_NOT_IN_REVIEW',
  'OFFER_NOT_APPROVED',
  'OFFER_NOT_LIVE',
  'OFFER_NOT_PAUSED',
  'OFFER_PAUSED',
  'REVISION_STALE',
  'APPROVER_IS_AUTHOR',
  'ACTOR_UNKNOWN',
  'REASON_INVALID',
] as const;
export type OfferReason = (typeof offerReasons)[number];

/** The newest revision and how far it has come; a rejected one may be submitted again. */
interface WorkingRevision {
  revision: number;
  terms: OfferTerms;
  stage: 'DRAFT' | 'REJECTED' | 'IN_REVIEW' | 'APPROVED' | 'PUBLISHED';
}

export interface OfferState {
  /** Undefined: never drafted. */
  working: WorkingRevision | undefined;
  /** What customers get, whatever happens to the working revision meanwhile. */
  published: { revision: number; paused: boolean } | undefined;
  /** Of every revision since the last publication. */
  authors: string[];
  retired: boolean;
}

const longestReason = 1000;

/** The decider of `offer-<offerId>`. The language of conditions and the deployment's words come from outside. */
export function createOfferDecider(
  language: OfferLanguage,
): Decider<OfferState, OfferCommand, OfferEvent, OfferReason> {
  return {
    category: 'offer',
    initialState: () => ({ working: undefined, published: undefined, authors: [], retired: false }),
    decide(command, state) {
      const malformed = firstIssue(id, command.offerId, 'offerId');
      if (malformed) return refuse('OFFER_ID_INVALID', malformed.rule, malformed.field);
      return command.type === 'DraftOffer' ? draft(command, state, language) : decideLater(command, state, language);
    },
    evolve,
  };
}

type Decision = readonly OfferEvent[] | Refused<OfferReason>;

function draft({ offerId, terms, by }: DraftOffer, state: OfferState, language: OfferLanguage): Decision {
  if (state.retired) return retired(offerId);
  const read = readTerms(offerId, terms, language);
  if (isRefused(read)) return read;
  if (state.working && !equal(state.working.terms, read))
    return refuse('OFFER_EXISTS', `The offer ${offerId} exists with other terms; revise it.`, 'offerId');
  if (state.working) return [];
  return [{ type: 'OfferDrafted', data: { offerId, revision: 1, author: by, terms: read } }];
}

function decideLater(command: LaterCommand, state: OfferState, language: OfferLanguage): Decision {
  const { offerId } = command;
  if (!state.working) return refuse('OFFER_UNKNOWN', `There is no offer ${offerId}.`, 'offerId');
  if (state.retired) return command.type === 'RetireOffer' ? [] : retired(offerId);
  if (command.type === 'ReviseOffer') return revise(command, state.working, language);
  return staleness(command, state.working) ?? move(command, state, state.working);
}

function revise(command: ReviseOffer, working: WorkingRevision, language: OfferLanguage): Decision {
  const { offerId, terms, by } = command;
  const read = readTerms(offerId, terms, language);
  if (isRefused(read)) return read;
  // Before staleness: the same revision sent twice is already so, though its first arrival has made its base stale.
  if (equal(working.terms, read)) return [];
  const stale = staleness(command, working);
  if (stale) return stale;
  return [{ type: 'OfferRevised', data: { offerId, revision: working.revision + 1, author: by, terms: read } }];
}

function move(command: Move, state: OfferState, { revision, stage }: WorkingRevision): Decision {
  const { offerId, by } = command;
  switch (command.type) {
    case 'SubmitOffer':
      if (stage === 'IN_REVIEW') return [];
      if (stage !== 'DRAFT' && stage !== 'REJECTED')
        return refuse('OFFER_NOT_DRAFT', `Only a draft is submitted; ${stageOf(offerId, revision, stage)}.`);
      return [{ type: 'OfferSubmitted', data: { offerId, revision, by } }];
    case 'ApproveOffer':
      if (by === 'anonymous' || by === '')
        return refuse(
          'ACTOR_UNKNOWN',
          `An approval has a name; the actor ${JSON.stringify(by)} is nobody in particular.`,
        );
      if (stage !== 'IN_REVIEW' && stage !== 'APPROVED') return notInReview(offerId, revision, stage);
      if (state.authors.includes(by)) {
        const rule = `${by} wrote a revision of the offer ${offerId} since it was last published; somebody else approves it.`;
        return refuse('APPROVER_IS_AUTHOR', rule);
      }
      if (stage === 'APPROVED') return [];
      return [{ type: 'OfferApproved', data: { offerId, revision, by } }];
    case 'RejectOffer': {
      if (stage === 'REJECTED') return [];
      if (stage !== 'IN_REVIEW') return notInReview(offerId, revision, stage);
      return (
        unfit(command.reason) ?? [{ type: 'OfferRejected', data: { offerId, revision, by, reason: command.reason } }]
      );
    }
    case 'PublishOffer':
      if (stage === 'PUBLISHED' && state.published?.paused)
        return refuse(
          'OFFER_PAUSED',
          `Revision ${revision} of the offer ${offerId} is published and paused; resume it.`,
        );
      if (stage === 'PUBLISHED') return [];
      if (stage !== 'APPROVED')
        return refuse(
          'OFFER_NOT_APPROVED',
          `Only an approved revision is published; ${stageOf(offerId, revision, stage)}.`,
        );
      return [{ type: 'OfferPublished', data: { offerId, revision, by } }];
    case 'PauseOffer':
      if (!state.published)
        return refuse('OFFER_NOT_LIVE', `The offer ${offerId} was never published; nothing is live.`);
      if (state.published.paused) return [];
      return unfit(command.reason) ?? [{ type: 'OfferPaused', data: { offerId, by, reason: command.reason } }];
    case 'ResumeOffer':
      if (!state.published)
        return refuse('OFFER_NOT_PAUSED', `The offer ${offerId} was never published; nothing is paused.`);
      if (!state.published.paused) return [];
      return [{ type: 'OfferResumed', data: { offerId, by } }];
    case 'RetireOffer':
      return unfit(command.reason) ?? [{ type: 'OfferRetired', data: { offerId, by, reason: command.reason } }];
  }
}

function evolve(state: OfferState, event: OfferEvent): OfferState {
  switch (event.type) {
    case 'OfferDrafted':
    case 'OfferRevised': {
      const { revision, terms, author } = event.data;
      state.working = { revision, terms, stage: 'DRAFT' };
      if (!state.authors.includes(author)) state.authors.push(author);
      return state;
    }
    case 'OfferSubmitted':
      return atStage(state, 'IN_REVIEW');
    case 'OfferApproved':
      return atStage(state, 'APPROVED');
    case 'OfferRejected':
      return atStage(state, 'REJECTED');
    case 'OfferPublished':
      state.published = { revision: event.data.revision, paused: false };
      state.authors = [];
      return atStage(state, 'PUBLISHED');
    case 'OfferPaused':
      if (state.published) state.published.paused = true;
      return state;
    case 'OfferResumed':
      if (state.published) state.published.paused = false;
      return state;
    case 'OfferRetired':
      state.retired = true;
      return state;
  }
}

function atStage(state: OfferState, stage: WorkingRevision['stage']): OfferState {
  if (state.working) state.working.stage = stage;
  return state;
}

function staleness(command: LaterCommand, { revision }: WorkingRevision): Refused<OfferReason> | undefined {
  const { offerId, basedOn } = command;
  if (basedOn === undefined || basedOn === revision) return undefined;
  const rule = `The offer ${offerId} is at revision ${revision}; the command was based on revision ${basedOn}.`;
  return refuse('REVISION_STALE', rule, 'basedOn');
}

function retired(offerId: string): Refused<OfferReason> {
  return refuse('OFFER_RETIRED', `The offer ${offerId} is retired for good; draft another one.`);
}

function notInReview(offerId: string, revision: number, stage: WorkingRevision['stage']): Refused<OfferReason> {
  const rule = `Only a revision in review is approved or rejected; ${stageOf(offerId, revision, stage)}.`;
  return refuse('OFFER_NOT_IN_REVIEW', rule);
}

function stageOf(offerId: string, revision: number, stage: WorkingRevision['stage']): string {
  return `revision ${revision} of the offer ${offerId} is ${stage.toLowerCase().replaceAll('_', ' ')}`;
}

function unfit(reason: string): Refused<OfferReason> | undefined {
  if (reason.trim() === '')
    return refuse('REASON_INVALID', 'The record says why in words; the reason is empty.', 'reason');
  if (reason.length > longestReason) {
    const rule = `A reason has ${longestReason} characters at most; this one has ${reason.length}.`;
    return refuse('REASON_INVALID', rule, 'reason');
  }
  return undefined;
}
