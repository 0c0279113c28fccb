// One decision, end to end: read the facts, decide, reserve, record, answer. Nothing is answered that is not recorded.
import { randomUUID } from 'node:crypto';
import type { CapGate } from '../../projections/cap-gate.ts';
import { customerFacts, customerProjections } from '../../projections/customer-facts.ts';
import type { ReadModels } from '../../projections/read-models.ts';
import { type Refused, refuse } from '../aggregates/decider.ts';
import { decisionIdOf } from '../aggregates/decision/decider.ts';
import { noteAsked } from '../decisioning/asked-facts.ts';
import { type Catalogue, placementOf } from '../decisioning/compiled-catalogue.ts';
import { decide, type Verdict } from '../decisioning/decide.ts';
import type { DecisionRequest } from '../decisioning/decision-request.ts';
import type { CustomerFacts } from '../decisioning/facts.ts';
import type { Language } from '../decisioning/language.ts';
import { fillSlots, type Selection } from '../decisioning/selection.ts';
import { recordUsage, type UsageRecord } from '../decisioning/usage-record.ts';
import type { EventStore } from '../event-store/event-store.ts';
import type { CommandContext, Executor } from '../event-store/execute.ts';
import { decidedOffer, expiryOf } from './decided-offer.ts';
import { type DecisionRecord, type OfferDecided, readDecision } from './decision-records.ts';
import { recordDecision } from './record-decision.ts';
import { reserveAll, withdrawAll } from './reservations.ts';
import type { Turns } from './turns.ts';

/** Who asks, and what is known of the moment. */
export interface Ask {
  readonly customerId: string;
  /** Repeating it while its decision lives returns that decision. */
  readonly requestId?: string | undefined;
  readonly attributes: Record<string, unknown>;
  readonly interactionId?: string | undefined;
}

export type AskRefusal = 'PLACEMENT_UNKNOWN' | 'CONTEXT_INVALID';
export type Decided = readonly DecisionRecord[] | Refused<AskRefusal>;

export interface NextBestOffer {
  /** One decision per placement, in order, no offer twice; waits for the customer's turn. */
  decide(ask: Ask, placements: readonly string[], context: CommandContext): Promise<Decided>;
  /** The same for a caller who already has the customer's turn. */
  decideInTurn(ask: Ask, placements: readonly string[], context: CommandContext): Promise<Decided>;
}

/** The facts that a decision looked at, as it stores them: with them it can be computed again. */
export interface RecordedFacts {
  readonly customer: CustomerFacts;
  readonly usage: UsageRecord;
}

export interface NextBestOfferParts {
  readonly store: EventStore;
  readonly executor: Executor;
  readonly readModels: ReadModels;
  readonly gate: CapGate;
  readonly catalogue: { current(): Catalogue | Promise<Catalogue> };
  readonly language: Language;
  readonly turns: Turns;
}

export function createNextBestOffer(parts: NextBestOfferParts): NextBestOffer {
  const { gate } = parts;

  async function decideInTurn(ask: Ask, placements: readonly string[], context: CommandContext): Promise<Decided> {
    const catalogue = await parts.catalogue.current();
    const refused = problemOf(ask, placements, catalogue, parts.language);
    if (refused) return refused;
    const callId = randomId();
    const taken: string[] = [];
    const records: DecisionRecord[] = [];
    for (const placementId of placements) {
      const record = await decideOne(catalogue, ask, { placementId, callId, taken: [...taken] }, context);
      for (const { offerId } of record.data.offers) taken.push(offerId);
      records.push(record);
    }
    return records;
  }

  type Place = Pick<DecisionRequest, 'placementId' | 'callId' | 'taken'>;

  async function decideOne(
    catalogue: Catalogue,
    ask: Ask,
    place: Place,
    context: CommandContext,
  ): Promise<DecisionRecord> {
    const at = Date.parse(context.at);
    const entries = await parts.readModels.readTogether(customerProjections, ask.customerId);
    const earlier = await repeated(parts.store, ask, place.placementId, entries[3]?.entry.requests, at);
    if (earlier) return earlier;

    const customer = customerFacts(ask.customerId, entries, at);
    const { contacts, record: usage } = recordUsage(await gate.usage(ask.customerId, customer.timeZone, at));
    const request: DecisionRequest = { ...place, at, context: ask.attributes, seed: randomId() };
    const noted = noteAsked(customer);
    const verdict = decide(catalogue, request, noted.facts, contacts);
    const decisionId = decisionIdOf(ask.customerId, context.at, randomId());

    const lost = new Set<string>();
    let selection = fillSlots(verdict, request, lost);
    for (;;) {
      const loser = await reserveAll(gate, verdict, selection, decisionId, request, customer);
      if (loser === undefined) break;
      lost.add(loser);
      selection = fillSlots(verdict, request, lost);
    }

    const facts: RecordedFacts = { customer: noted.asked(), usage };
    const data = decidedData({ ask, decisionId, catalogue, verdict, selection, request, facts, lost, at: context.at });
    const withdraw = () => withdrawAll(gate, selection, ask.customerId, decisionId);
    return recordDecision(parts, data, { selection, timeZone: customer.timeZone, withdraw }, context);
  }

  return {
    decide: (ask, placements, context) =>
      parts.turns.take(ask.customerId, () => decideInTurn(ask, placements, context)),
    decideInTurn,
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
  const wrong = language.checkContext(ask.attributes);
  if (wrong) return refuse('CONTEXT_INVALID', `${wrong.name} ${wrong.problem}.`, `context.attributes.${wrong.name}`);
  return undefined;
}

/** The decision that answered the same request id in the same placement, while it lives. */
async function repeated(
  store: EventStore,
  ask: Ask,
  placementId: string,
  requests: Readonly<Record<string, { decisionId: string; expiresAt: string }>> | undefined,
  at: number,
): Promise<DecisionRecord | undefined> {
  if (ask.requestId === undefined) return undefined;
  const earlier = requests?.[`${ask.requestId}|${placementId}`];
  if (!earlier || Date.parse(earlier.expiresAt) <= at) return undefined;
  return readDecision(store, earlier.decisionId);
}

function decidedData(decision: {
  ask: Ask;
  decisionId: string;
  catalogue: Catalogue;
  verdict: Verdict;
  selection: Selection;
  request: DecisionRequest;
  facts: RecordedFacts;
  lost: ReadonlySet<string>;
  at: string;
}): OfferDecided {
  const { ask, catalogue, verdict, selection, request, facts, at } = decision;
  return {
    customerId: ask.customerId,
    decisionId: decision.decisionId,
    placementId: request.placementId,
    channel: verdict.placement.terms.channel,
    ...(ask.requestId === undefined ? {} : { requestId: ask.requestId }),
    callId: request.callId,
    ...(ask.interactionId === undefined ? {} : { interactionId: ask.interactionId }),
    offers: selection.chosen.map(decidedOffer),
    resolution: selection.resolution,
    ...(selection.cause === undefined ? {} : { cause: selection.cause }),
    expiresAt: expiryOf(selection, at),
    rejections: selection.counts,
    basis: {
      catalogue: catalogue.position,
      seed: request.seed,
      context: ask.attributes,
      facts: { ...facts },
      taken: [...request.taken],
      lost: [...decision.lost],
    },
  };
}

function randomId(): string {
  return randomUUID().replaceAll('-', '').slice(0, 16);
}
