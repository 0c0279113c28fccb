// A placement: a place in one channel, for ever; how it chooses may be defined anew until it is retired.
import { capIssue, recordedCaps } from '../cap-rule.ts';
import { type Decider, isRefused, type Refused, refuse } from '../decider.ts';
import { equal, firstIssue, type Issue, id, issue } from '../values.ts';
import { type PlacementEvent, type PlacementTerms, placementTerms } from './events.ts';
import { type BudgetedStage, derivedBudget, type StageBudgets } from './stage-budgets.ts';

interface PlacementCommandOf<Type extends string> {
  readonly type: Type;
  readonly placementId: string;
  /** Who asks for it. */
  readonly by: string;
}

export type DefinePlacement = PlacementCommandOf<'DefinePlacement'> & { readonly terms: PlacementTerms };
export type RedefinePlacement = PlacementCommandOf<'RedefinePlacement'> & {
  readonly terms: PlacementTerms;
  /** The newest revision that the caller knew; absent: whatever is the newest. */
  readonly basedOn?: number | undefined;
};
export type RetirePlacement = PlacementCommandOf<'RetirePlacement'> & { readonly basedOn?: number | undefined };
export type PlacementCommand = DefinePlacement | RedefinePlacement | RetirePlacement;

export const placementReasons = [
  'PLACEMENT_ID_INVALID',
  'PLACEMENT_EXISTS',
  'PLACEMENT_UNKNOWN',
  'PLACEMENT_RETIRED',
  'PLACEMENT_TERMS_INVALID',
  'PLACEMENT_FORMULA_INVALID',
  'PLACEMENT_CHANNEL_FIXED',
  'REVISION_STALE',
] as const;
export type PlacementReason = (typeof placementReasons)[number];

/** What a deployment knows and this aggregate does not: its language of formulas. Pure. */
export interface PlacementLanguage {
  /** What is wrong with a ranking formula, and at which offset in it, from 0; undefined when it is a number of known things. */
  readonly checkFormula: (expression: string) => { readonly problem: string; readonly at: number } | undefined;
}

export interface PlacementState {
  /** Undefined: never defined. */
  defined: { revision: number; terms: PlacementTerms } | undefined;
  retired: boolean;
}

type Decision = readonly PlacementEvent[] | Refused<PlacementReason>;

/** The decider of `placement-<placementId>`. */
export function createPlacementDecider(
  language: PlacementLanguage,
): Decider<PlacementState, PlacementCommand, PlacementEvent, PlacementReason> {
  return {
    category: 'placement',
    initialState: () => ({ defined: undefined, retired: false }),
    decide(command, state) {
      const malformed = firstIssue(id, command.placementId, 'placementId');
      if (malformed) return refuse('PLACEMENT_ID_INVALID', malformed.rule, malformed.field);
      switch (command.type) {
        case 'DefinePlacement':
          return define(command, state, language);
        case 'RedefinePlacement':
          return redefine(command, state, language);
        case 'RetirePlacement':
          return retire(command, state);
      }
    },
    evolve,
  };
}

function define(
  { placementId, terms, by }: DefinePlacement,
  state: PlacementState,
  language: PlacementLanguage,
): Decision {
  if (state.retired) return retired(placementId);
  const read = readTerms(terms, language);
  if (isRefused(read)) return read;
  if (state.defined && !equal(state.defined.terms, read))
    return refuse(
      'PLACEMENT_EXISTS',
      `The placement ${placementId} exists with other terms; redefine it.`,
      'placementId',
    );
  if (state.defined) return [];
  return [{ type: 'PlacementDefined', data: { placementId, revision: 1, by, terms: read } }];
}

function redefine(command: RedefinePlacement, state: PlacementState, language: PlacementLanguage): Decision {
  const { placementId, terms, by } = command;
  if (!state.defined) return unknown(placementId);
  if (state.retired) return retired(placementId);
  const read = readTerms(terms, language);
  if (isRefused(read)) return read;
  // Before staleness: the same definition sent twice is already so, though its first arrival has made its base stale.
  if (equal(state.defined.terms, read)) return [];
  const stale = staleness(command, state.defined.revision);
  if (stale) return stale;
  const { channel } = state.defined.terms;
  if (read.channel !== channel) {
    const rule = `The placement ${placementId} is in the channel ${channel} for ever; define another one for ${read.channel}.`;
    return refuse('PLACEMENT_CHANNEL_FIXED', rule, 'channel');
  }
  const revision = state.defined.revision + 1;
  return [{ type: 'PlacementRedefined', data: { placementId, revision, by, terms: read } }];
}

function retire(command: RetirePlacement, state: PlacementState): Decision {
  const { placementId, by } = command;
  if (!state.defined) return unknown(placementId);
  if (state.retired) return [];
  const stale = staleness(command, state.defined.revision);
  if (stale) return stale;
  return [{ type: 'PlacementRetired', data: { placementId, by } }];
}

function evolve(state: PlacementState, event: PlacementEvent): PlacementState {
  switch (event.type) {
    case 'PlacementDefined':
    case 'PlacementRedefined':
      state.defined = { revision: event.data.revision, terms: event.data.terms };
      return state;
    case 'PlacementRetired':
      state.retired = true;
      return state;
  }
}

/** Reads terms that came from outside: a copy that may be recorded, or the first rule they break. */
function readTerms(input: unknown, language: PlacementLanguage): PlacementTerms | Refused<PlacementReason> {
  const malformed = firstIssue(placementTerms, input, 'terms');
  if (malformed) return refuse('PLACEMENT_TERMS_INVALID', malformed.rule, malformed.field);
  const { recording, defaultAnswer, stageBudgets, ...parsed } = placementTerms.parse(input);
  // What is said by being absent is left out: placements of before it could be said are the same placements.
  const budgets = ownBudgets(stageBudgets, parsed.timeBudgetMs);
  const terms = {
    ...parsed,
    caps: recordedCaps(parsed.caps),
    ...(recording === 'LATE' && { recording }),
    ...(defaultAnswer === 'ON' && { defaultAnswer }),
    ...(budgets && { stageBudgets: budgets }),
  };
  const contradiction = slots(terms) ?? quietHours(terms) ?? tooLongBudget(terms) ?? capIssue(terms.caps);
  if (contradiction) return refuse('PLACEMENT_TERMS_INVALID', contradiction.rule, contradiction.field);
  const { ranking } = terms;
  const wrong = ranking.method === 'FORMULA' ? language.checkFormula(ranking.formula) : undefined;
  if (wrong && ranking.method === 'FORMULA') {
    const rule = `The ranking formula cannot be used: ${wrong.problem}, at offset ${wrong.at} of "${ranking.formula}".`;
    return refuse('PLACEMENT_FORMULA_INVALID', rule, 'ranking.formula');
  }
  return terms;
}

function slots({ slots, perCategoryLimit }: PlacementTerms): Issue | undefined {
  if (perCategoryLimit === undefined || perCategoryLimit <= slots) return undefined;
  return issue('perCategoryLimit', perCategoryLimit, `there are only ${slots} slots to fill`);
}

/** Those that are not as they are derived anyway. */
function ownBudgets(budgets: StageBudgets | undefined, timeBudgetMs: number): StageBudgets | undefined {
  const own = entriesOf(budgets).filter(([stage, budget]) => budget !== derivedBudget(stage, timeBudgetMs));
  return own.length > 0 ? Object.fromEntries(own) : undefined;
}

function tooLongBudget({ stageBudgets, timeBudgetMs }: PlacementTerms): Issue | undefined {
  const tooLong = entriesOf(stageBudgets).find(([stage, budget]) => stage !== 'features' && budget > timeBudgetMs);
  if (!tooLong) return undefined;
  const [stage, budget] = tooLong;
  return issue(`stageBudgets.${stage}`, budget, `a stage has at most the ${timeBudgetMs} ms of timeBudgetMs`);
}

function entriesOf(budgets: StageBudgets = {}): [BudgetedStage, number][] {
  const entries = Object.entries(budgets) as [BudgetedStage, number | undefined][];
  return entries.flatMap(([stage, budget]) => (budget === undefined ? [] : [[stage, budget]]));
}

// The same time twice could mean always as well as never.
function quietHours({ quietHours }: PlacementTerms): Issue | undefined {
  if (!quietHours || quietHours.from !== quietHours.to) return undefined;
  return issue('quietHours.to', quietHours.to, 'quiet hours end at another time than they begin');
}

function staleness(
  { placementId, basedOn }: RedefinePlacement | RetirePlacement,
  revision: number,
): Refused<PlacementReason> | undefined {
  if (basedOn === undefined || basedOn === revision) return undefined;
  const rule = `The placement ${placementId} is at revision ${revision}; the command was based on revision ${basedOn}.`;
  return refuse('REVISION_STALE', rule, 'basedOn');
}

function unknown(placementId: string): Refused<PlacementReason> {
  return refuse('PLACEMENT_UNKNOWN', `There is no placement ${placementId}.`, 'placementId');
}

function retired(placementId: string): Refused<PlacementReason> {
  return refuse('PLACEMENT_RETIRED', `The placement ${placementId} is retired for good; define another one.`);
}
