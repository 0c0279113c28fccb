// One call, end to end: the customer's turn, what was answered before, and a decision for each placement.
import type { CapGate } from '../../projections/cap-gate.ts';
import type { ReadModels } from '../../projections/read-models.ts';
import { type Refused, refuse } from '../aggregates/decider.ts';
import type { Budgets } from '../aggregates/placement/stage-budgets.ts';
import { type Catalogue, placementOf } from '../decisioning/compiled-catalogue.ts';
import type { Language } from '../decisioning/language.ts';
import type { EventStore, Position } from '../event-store/event-store.ts';
import type { CommandContext, Executor } from '../event-store/execute.ts';
import type { CatalogueNow } from './catalogue-now.ts';
import { createCustomerSight, type Seen } from './customer-sight.ts';
import { type DecisionRecord, offerIdsOf, type ReadDecision } from './decision-records.ts';
import { DecisionTrail } from './decision-trail.ts';
import type { DoubtfulRecords } from './doubtful-records.ts';
import { createEarlierAnswers } from './earlier-answers.ts';
import { createLateAnswers } from './late-answers.ts';
import type { LateDecisions } from './late-decisions.ts';
import { contextProblem } from './moment-check.ts';
import type { Observations } from './observations.ts';
import { createOneDecision } from './one-decision.ts';
import { type AmongOthers, createPlacementsTogether } from './placements-together.ts';
import type { Propensities } from './propensities.ts';
import { randomId } from './random-ids.ts';
import type { AskReadSide } from './read-side-calls.ts';
import { noTurn } from './time-budget.ts';
import type { Turns } from './turns.ts';

/** Who asks, and what is known of the moment. */
export interface Ask {
  readonly customerId: string;
  /** Repeating it while its decision lives returns that decision. */
  readonly requestId?: string | undefined;
  readonly attributes: Record<string, unknown>;
  /** The caller knows of writes that the read models have not seen in time. */
  readonly isStale?: boolean | undefined;
  readonly interactionId?: string | undefined;
}

export type AskRefusal = 'PLACEMENT_UNKNOWN' | 'CONTEXT_INVALID';
export type Decided = readonly DecisionRecord[] | Refused<AskRefusal>;

export interface NextBestOffer {
  /** One decision per placement, in order, no offer twice, recorded together; waits for the customer's turn. */
  decide(ask: Ask, placements: readonly string[], context: CommandContext): Promise<Decided>;
  /** The same for a caller who already has the customer's turn. */
  decideInTurn(ask: Ask, placements: readonly string[], context: CommandContext): Promise<Decided>;
}

export interface NextBestOfferParts {
  readonly store: EventStore;
  readonly executor: Executor;
  readonly readModels: ReadModels;
  readonly gate: CapGate;
  readonly catalogue: CatalogueNow;
  readonly language: Language;
  readonly turns: Turns;
  readonly readDecision: ReadDecision;
  readonly doubtful: DoubtfulRecords;
  /** Absent: nothing is answered before it is recorded. */
  readonly late?: LateDecisions | undefined;
  /** Keeps the customer's next turn back until decisions see what is recorded up to a position, or that takes too long. */
  readonly settle: (customerId: string, position: Position) => void;
  readonly askReadSide: AskReadSide;
  /** As `Following`. */
  readonly behindMs: () => number;
  readonly observations: Required<Observations>;
  /** Calls that were found not to repeat what was answered before. */
  readonly firstAsked: WeakSet<Ask>;
  readonly propensities: Propensities;
  /** Told of what goes wrong when nobody waits for it any more, and is no outage. */
  readonly onError: (error: unknown) => void;
}

export function createNextBestOffer(
  parts: NextBestOfferParts & {
    /** Gives back what a decision offered and nobody answered. */
    dismiss(record: DecisionRecord, context: CommandContext): Promise<unknown>;
  },
): NextBestOffer {
  const { observations } = parts;
  const sight = createCustomerSight(parts);
  const lateAnswers = createLateAnswers(parts);
  const earlierAnswers = createEarlierAnswers(parts);
  const decideOne = createOneDecision({ ...parts, sight, lateAnswers, earlierAnswers, seeCustomer });

  async function decideInTurn(
    ask: Ask,
    placements: readonly string[],
    context: CommandContext,
    startedAt = performance.now(),
    known?: DecisionTrail,
  ): Promise<Decided> {
    const call = known ?? deadlineOf(placements, startedAt) ?? new DecisionTrail(performance.now(), unknownTerms);
    const catalogue = await parts.catalogue.inForce(call, ask.isStale);
    const refused = problemOf(ask, placements, catalogue, parts.language);
    if (refused) return refused;
    const trails = new Map<string, DecisionTrail>();
    const trailOf = (placementId: string) => {
      const trail =
        trails.get(placementId) ?? new DecisionTrail(startedAt, termsOf(catalogue, placementId) ?? unknownTerms);
      trails.set(placementId, trail);
      return trail;
    };
    let underWay = placements[0] ?? '';
    const tell = (
      placementId: string,
      result: { record: DecisionRecord; isRepeated?: boolean } | { error: unknown },
    ) => {
      const trail = trailOf(placementId);
      const { customerId } = ask;
      observations.decided({ placementId, customerId, context, trail, endedAt: performance.now(), ...result });
    };
    let failed: string | undefined;
    let seen: Seen | undefined;
    async function see(placementId: string): Promise<Seen> {
      // Who did not answer is not waited for a second time in one call.
      const cause = seen?.blind?.cause;
      const trail = trailOf(placementId);
      seen = cause
        ? await trail.time('LOAD', () => sight.seeLog({ customerId: ask.customerId, at: context.at }, cause, trail))
        : await seeCustomer(catalogue, ask, placementId, context, trail);
      return seen;
    }
    try {
      const first = await see(underWay);
      // What was seen serves as long as nothing was written since.
      let isUnchanged = true;
      const answered = new Map<string, DecisionRecord>();
      const superseded = new Map<string, string>();
      // Only a request that has a name can be a repeated one.
      for (const placementId of ask.requestId === undefined ? [] : placements) {
        underWay = placementId;
        const trail = trailOf(placementId);
        const earlier = await earlierAnswers.find(ask, placementId, first.entries, context, trail);
        if (!earlier) continue;
        const { entries } = isUnchanged ? first : await see(placementId);
        const isGood = await earlierAnswers.isGood(earlier, ask, catalogue, entries, context, trail);
        if (isGood) answered.set(placementId, earlier);
        else superseded.set(placementId, earlier.data.decisionId);
        isUnchanged = false;
      }
      if (answered.size + superseded.size === 0) parts.firstAsked.add(ask);
      // Together with what was answered before, it is still one call: one contact for cooling windows.
      const callId = answered.values().next().value?.data.callId ?? randomId();
      const together = createPlacementsTogether(placements.length);
      for (const [placementId, record] of answered) together.shows(placementId, offerIdsOf(record));
      const decideFor = async (placementId: string, others: AmongOthers): Promise<DecisionRecord> => {
        const before = answered.get(placementId);
        if (before) return before;
        const seen = isUnchanged ? first : await see(placementId);
        isUnchanged = false;
        const supersedes = superseded.get(placementId);
        const trail = trailOf(placementId);
        return decideOne({ catalogue, ask, placementId, callId, others, seen, context, supersedes, trail });
      };
      for (const placementId of placements) {
        underWay = placementId;
        const mayGoOn = await together.begin(placementId, async (others) => {
          try {
            const record = await decideFor(placementId, others);
            tell(placementId, { record, isRepeated: answered.has(placementId) });
            return record;
          } catch (error) {
            failed ??= placementId;
            throw error;
          }
        });
        if (!mayGoOn) break;
      }
      return await together.records();
    } catch (error) {
      tell(failed ?? underWay, { error });
      throw error;
    }
  }

  async function seeCustomer(
    catalogue: Catalogue,
    ask: Ask,
    placementId: string,
    context: CommandContext,
    trail: DecisionTrail,
  ): Promise<Seen> {
    const { at } = context;
    return trail.time('LOAD', async () => {
      await lateAnswers.settleDoubts(catalogue, ask, placementId, trail);
      const isLate = lateAnswers.isAnsweredFirst(catalogue, ask, placementId);
      const { customerId, isStale = false } = ask;
      return sight.see({ catalogue, customerId, placementId, at, isLate, isStale }, trail);
    });
  }

  /** Of a call as a whole: that of its strictest placement; undefined while one of them is not known. */
  function deadlineOf(placements: readonly string[], startedAt: number): DecisionTrail | undefined {
    const known = parts.catalogue.known();
    let strictest: Budgets | undefined;
    for (const placementId of placements) {
      const terms = termsOf(known, placementId);
      if (!terms) return undefined;
      if (!strictest || terms.timeBudgetMs < strictest.timeBudgetMs) strictest = terms;
    }
    return strictest && new DecisionTrail(startedAt, strictest);
  }

  return {
    decide(ask, placements, context) {
      const startedAt = performance.now();
      // A placement that was defined a moment ago may give its decisions as long as any.
      const known = deadlineOf(placements, startedAt);
      const call = known ?? new DecisionTrail(startedAt, mostPatientTerms);
      const task = () => decideInTurn(ask, placements, context, startedAt, known);
      return parts.turns.takeWithin(ask.customerId, call.left(), task, () => noTurn(call));
    },
    decideInTurn: (ask, placements, context) => decideInTurn(ask, placements, context),
  };
}

function problemOf(
  ask: Ask,
  placements: readonly string[],
  catalogue: Catalogue,
  language: Language,
): Refused<AskRefusal> | undefined {
  for (const placement of placements) {
    if (!placementOf(catalogue, placement)) {
      return refuse('PLACEMENT_UNKNOWN', `There is no placement ${placement}.`, 'placement');
    }
  }
  return contextProblem(language, ask.attributes, 'context.attributes');
}

/** How long the catalogue is waited for where it is not known what the placements say. */
const unknownTerms: Budgets = { timeBudgetMs: 5000 };
/** No placement may be more patient. */
const mostPatientTerms: Budgets = { timeBudgetMs: 60_000 };

function termsOf(catalogue: Catalogue | undefined, placementId: string): Budgets | undefined {
  return catalogue && placementOf(catalogue, placementId)?.terms;
}
