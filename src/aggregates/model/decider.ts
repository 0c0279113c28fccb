// A model on its way to decisions: no revision is used that somebody other than its authors has not approved.
import { type Decider, isRefused, type Refused, refuse } from '../decider.ts';
import { equal, firstIssue, id } from '../values.ts';
import type { ModelEvent, ModelTerms } from './events.ts';
import { type ModelLanguage, readTerms } from './terms.ts';

interface ModelCommandOf<Type extends string> {
  readonly type: Type;
  readonly modelId: string;
  /** Who asks for it. */
  readonly by: string;
}

interface LaterCommandOf<Type extends string> extends ModelCommandOf<Type> {
  /** The newest revision that the caller knew; absent: whatever is the newest. */
  readonly basedOn?: number | undefined;
}

export type DefineModel = ModelCommandOf<'DefineModel'> & { readonly terms: ModelTerms };
export type ReviseModel = LaterCommandOf<'ReviseModel'> & { readonly terms: ModelTerms };
export type ApproveModel = LaterCommandOf<'ApproveModel'>;
export type RetireModel = LaterCommandOf<'RetireModel'> & { readonly reason: string };
type LaterCommand = ReviseModel | ApproveModel | RetireModel;
export type ModelCommand = DefineModel | LaterCommand;

export const modelReasons = [
  'MODEL_ID_INVALID',
  'MODEL_EXISTS',
  'MODEL_UNKNOWN',
  'MODEL_RETIRED',
  'MODEL_TERMS_INVALID',
  'REVISION_STALE',
  'APPROVER_IS_AUTHOR',
  'ACTOR_UNKNOWN',
  'REASON_INVALID',
] as const;
export type ModelReason = (typeof modelReasons)[number];

export interface ModelState {
  /** The newest revision; undefined: never defined. */
  working: { readonly revision: number; readonly terms: ModelTerms } | undefined;
  /** The revision that decisions use; undefined: none yet. */
  approved: number | undefined;
  /** Of every revision since the last approval. */
  authors: string[];
  retired: boolean;
}

type Decision = readonly ModelEvent[] | Refused<ModelReason>;

const longestReason = 1000;

/** The decider of `model-<modelId>`. The words that a model may use, and where it may ask, come from outside. */
export function createModelDecider(
  language: ModelLanguage,
): Decider<ModelState, ModelCommand, ModelEvent, ModelReason> {
  return {
    category: 'model',
    initialState: () => ({ working: undefined, approved: undefined, authors: [], retired: false }),
    decide(command, state) {
      const malformed = firstIssue(id, command.modelId, 'modelId');
      if (malformed) return refuse('MODEL_ID_INVALID', malformed.rule, malformed.field);
      return command.type === 'DefineModel' ? define(command, state, language) : decideLater(command, state, language);
    },
    evolve,
  };
}

function define({ modelId, terms, by }: DefineModel, state: ModelState, language: ModelLanguage): Decision {
  if (state.retired) return retired(modelId);
  const read = readTerms(terms, language);
  if (isRefused(read)) return read;
  if (state.working && !equal(state.working.terms, read))
    return refuse('MODEL_EXISTS', `The model ${modelId} exists with other terms; revise it.`, 'modelId');
  if (state.working) return [];
  return [{ type: 'ModelDefined', data: { modelId, revision: 1, author: by, terms: read } }];
}

function decideLater(command: LaterCommand, state: ModelState, language: ModelLanguage): Decision {
  const { modelId, by } = command;
  if (!state.working) return refuse('MODEL_UNKNOWN', `There is no model ${modelId}.`, 'modelId');
  if (state.retired) return command.type === 'RetireModel' ? [] : retired(modelId);
  const { revision, terms } = state.working;
  switch (command.type) {
    case 'ReviseModel': {
      const read = readTerms(command.terms, language);
      if (isRefused(read)) return read;
      // Before staleness: the same revision sent twice is already so, though its first arrival has made its base stale.
      if (equal(terms, read)) return [];
      return (
        staleness(command, revision) ?? [
          { type: 'ModelRevised', data: { modelId, revision: revision + 1, author: by, terms: read } },
        ]
      );
    }
    case 'ApproveModel':
      return staleness(command, revision) ?? approve(command, revision, state);
    case 'RetireModel':
      return (
        staleness(command, revision) ??
        unfit(command.reason) ?? [{ type: 'ModelRetired', data: { modelId, by, reason: command.reason } }]
      );
  }
}

function approve({ modelId, by }: ApproveModel, revision: number, { authors, approved }: ModelState): Decision {
  if (by === 'anonymous' || by === '') {
    const rule = `An approval has a name; the actor ${JSON.stringify(by)} is nobody in particular.`;
    return refuse('ACTOR_UNKNOWN', rule);
  }
  if (approved === revision) return [];
  if (authors.includes(by)) {
    const rule = `${by} wrote a revision of the model ${modelId} since it was last approved; somebody else approves it.`;
    return refuse('APPROVER_IS_AUTHOR', rule);
  }
  return [{ type: 'ModelApproved', data: { modelId, revision, by } }];
}

function evolve(state: ModelState, event: ModelEvent): ModelState {
  switch (event.type) {
    case 'ModelDefined':
    case 'ModelRevised': {
      const { revision, terms, author } = event.data;
      state.working = { revision, terms };
      if (!state.authors.includes(author)) state.authors.push(author);
      return state;
    }
    case 'ModelApproved':
      state.approved = event.data.revision;
      state.authors = [];
      return state;
    case 'ModelRetired':
      state.retired = true;
      return state;
  }
}

function staleness({ modelId, basedOn }: LaterCommand, revision: number): Refused<ModelReason> | undefined {
  if (basedOn === undefined || basedOn === revision) return undefined;
  const rule = `The model ${modelId} is at revision ${revision}; the command was based on revision ${basedOn}.`;
  return refuse('REVISION_STALE', rule, 'basedOn');
}

function retired(modelId: string): Refused<ModelReason> {
  return refuse('MODEL_RETIRED', `The model ${modelId} is retired for good; define another one.`);
}

function unfit(reason: string): Refused<ModelReason> | undefined {
  if (reason.trim() === '')
    return refuse('REASON_INVALID', 'The record says why in words; the reason is empty.', 'reason');
  if (reason.length > longestReason) {
    const rule = `A reason has ${longestReason} characters at most; this one has ${reason.length}.`;
    return refuse('REASON_INVALID', rule, 'reason');
  }
  return undefined;
}
