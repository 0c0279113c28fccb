// One decision, end to end: read the facts, decide, reserve, record, answer. Nothing is answered that is not recorded.
import type { CapGate } from '../../projections/cap-gate.ts';
import { type CustomerEntries, customerFacts, customerProjections } from '../../projections/customer-facts.ts';
import type { ReadModels } from '../../projections/read-models.ts';
import { ReadSideUnavailable } from '../../projections/read-side-unavailable.ts';
import { type Refused, refuse } from '../aggregates/decider.ts';
import { decisionIdOf } from '../aggregates/decision/decider.ts';
import { instantOf } from '../aggregates/values.ts';
import { type Catalogue, placementOf } from '../decisioning/compiled-catalogue.ts';
import { decide, type Verdict } from '../decisioning/decide.ts';
import type { ContactFacts, DecisionRequest } from '../decisioning/decision-request.ts';
import type { CustomerFacts } from '../decisioning/facts.ts';
import type { Language } from '../decisioning/language.ts';
import { fillSlots, type Selection } from '../decisioning/selection.ts';
import { totalCapsIn } from '../decisioning/total-caps.ts';
import { recordUsage, type UsageRecord } from '../decisioning/usage-record.ts';
import type { EventStore, Position } from '../event-store/event-store.ts';
import type { CommandContext, Executor } from '../event-store/execute.ts';
import type { CatalogueNow } from './catalogue-now.ts';
import { decidedOffer, expiryOf, holdEndOf } from './decided-offer.ts';
import type { DecisionRecord, OfferDecided } from './decision-records.ts';
import { createEarlierAnswers } from './earlier-answers.ts';
import { entriesFromLog } from './entries-from-log.ts';
import { contextProblem } from './moment-check.ts';
import { randomId } from './random-ids.ts';
import { recordDecision } from './record-decision.ts';
import { reservationOf } from './reservations.ts';
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
  readonly catalogue: CatalogueNow;
  readonly language: Language;
  readonly turns: Turns;
  /** Keeps the customer's next turn back until decisions see what is recorded up to a position, or that takes too long. */
  readonly settle: (customerId: string, position: Position) => void;
}

/** What a decision is made from. Without `contacts` it is what the log says, because the read models cannot be asked. */
interface Seen {
  readonly entries: CustomerEntries;
  readonly contacts?: (timeZone: string) => ContactFacts;
}

export function createNextBestOffer(
  parts: NextBestOfferParts & {
    /** Gives back what a decision offered and nobody answered. */
    dismiss(record: DecisionRecord, context: CommandContext): Promise<unknown>;
  },
): NextBestOffer {
  const { gate, readModels, store } = parts;
  const earlierAnswers = createEarlierAnswers(parts);

  async function decideInTurn(ask: Ask, placements: readonly string[], context: CommandContext): Promise<Decided> {
    const catalogue = await parts.catalogue.current();
    const refused = problemOf(ask, placements, catalogue, parts.language);
    if (refused) return refused;
    let seen: Seen | undefined;
    async function see(placementId: string): Promise<Seen> {
      // Who did not answer is not waited for a second time in one call.
      const isAway = seen !== undefined && seen.contacts === undefined;
      seen = isAway
        ? await seeLog(ask.customerId, context)
        : await seeCustomer(catalogue, ask.customerId, placementId, context);
      return seen;
    }
    const first = await see(placements[0] ?? '');
    // What was seen serves as long as nothing was written since.
    let isUnchanged = true;
    const answered = new Map<string, DecisionRecord>();
    const superseded = new Map<string, string>();
    // Only a request that has a name can be a repeated one.
    for (const placementId of ask.requestId === undefined ? [] : placements) {
      const earlier = await earlierAnswers.find(ask, placementId, first.entries, context);
      if (!earlier) continue;
      const { entries } = isUnchanged ? first : await see(placementId);
      if (await earlierAnswers.isGood(earlier, ask, catalogue, entries, context)) answered.set(placementId, earlier);
      else superseded.set(placementId, earlier.data.decisionId);
      isUnchanged = false;
    }
    // Together with what was answered before, it is still one call: one contact for cooling windows.
    const callId = answered.values().next().value?.data.callId ?? randomId();
    const taken = [...answered.values()].flatMap(offerIdsOf);
    const records: DecisionRecord[] = [];
    for (const placementId of placements) {
      const before = answered.get(placementId);
      if (before) {
        records.push(before);
        continue;
      }
      const place = { placementId, callId, taken: [...taken] };
      const facts = isUnchanged ? first : await see(placementId);
      const record = await decideOne(catalogue, ask, place, facts, context, superseded.get(placementId));
      isUnchanged = false;
      taken.push(...offerIdsOf(record));
      records.push(record);
    }
    return records;
  }

  /** The facts of one instant, in one round trip. */
  async function seeCustomer(
    catalogue: Catalogue,
    customerId: string,
    placementId: string,
    { at }: CommandContext,
  ): Promise<Seen> {
    // What this turn has written itself, the answer of before or an offer that was declined, is to be seen.
    await parts.turns.released(customerId);
    try {
      const [entries, contacts] = await Promise.all([
        readModels.readTogether(customerProjections, customerId),
        gate.look(customerId, Date.parse(at), () => totalCapsIn(catalogue, placementId)),
      ]);
      return { entries, contacts };
    } catch (error) {
      if (!(error instanceof ReadSideUnavailable)) throw error;
      return seeLog(customerId, { at });
    }
  }

  async function seeLog(customerId: string, { at }: Pick<CommandContext, 'at'>): Promise<Seen> {
    return { entries: await entriesFromLog(store, customerId, at) };
  }

  type Place = Pick<DecisionRequest, 'placementId' | 'callId' | 'taken'>;

  async function decideOne(
    known: Catalogue,
    ask: Ask,
    place: Place,
    { entries, contacts: contactsIn }: Seen,
    context: CommandContext,
    supersedes?: string,
  ): Promise<DecisionRecord> {
    const at = Date.parse(context.at);
    const customer = customerFacts(ask.customerId, entries, at);
    const isBlind = contactsIn === undefined;
    const catalogue = isBlind ? await parts.catalogue.logged() : known;
    const { contacts, record: usage } = recordUsage(contactsIn?.(customer.timeZone) ?? noContacts);
    const request: DecisionRequest = { ...place, at, context: ask.attributes, seed: randomId(), isBlind };
    const verdict = decide(catalogue, request, customer, contacts);
    const decisionId = decisionIdOf(ask.customerId, context.at, randomId());
    const withdraw = async () => {
      // It is taken back later, and is not what went wrong here.
      if (!isBlind) await gate.withdraw(ask.customerId, decisionId).catch(unavailable);
    };

    const lost = new Set<string>();
    let selection = fillSlots(verdict, request, lost);
    let expiresAt = expiryOf(selection, customer, at);
    while (!isBlind && selection.chosen.length > 0) {
      const wanted = reservationOf(catalogue, verdict, selection, decisionId, request, customer, holdEndOf(expiresAt));
      const reservation = await gate.reserve(wanted).catch(unavailable);
      if (reservation === undefined) {
        // It may have been made all the same. Nobody waits longer for it: the gate takes it back when it can.
        withdraw().catch(unavailable);
        return decideOne(catalogue, ask, place, await seeLog(ask.customerId, context), context, supersedes);
      }
      if (reservation.reserved) break;
      lost.add(reservation.offerId);
      selection = fillSlots(verdict, request, lost);
      expiresAt = expiryOf(selection, customer, at);
    }

    const facts: RecordedFacts = { customer: verdict.askedFacts(), usage };
    const data = decidedData({ ask, decisionId, catalogue, verdict, selection, request, facts, lost, expiresAt });
    const reservation = { selection, timeZone: customer.timeZone, heldUntil: holdEndOf(expiresAt), withdraw };
    const { record, isNew, reservedAt } = await recordDecision(parts, { data, supersedes }, reservation, context);
    if (isNew) {
      if (isBlind) return record;
      if (reservedAt !== undefined) gate.recorded(decisionId, reservedAt);
      parts.settle(ask.customerId, record.position);
      return record;
    }
    const now = await seeCustomer(catalogue, ask.customerId, place.placementId, context);
    if (await earlierAnswers.isGood(record, ask, catalogue, now.entries, context)) return record;
    // The read models had forgotten an answer that the log still knows, and it is good no more.
    const later = await seeCustomer(catalogue, ask.customerId, place.placementId, context);
    return decideOne(catalogue, ask, place, later, context, record.data.decisionId);
  }

  return {
    decide: (ask, placements, context) =>
      parts.turns.take(ask.customerId, () => decideInTurn(ask, placements, context)),
    decideInTurn,
  };
}

/** Nobody has any: of a decision that may not ask, so that it does not. */
const noContacts: ContactFacts = { usageOf: () => ({ used: 0 }), lastContactAt: () => undefined };

/** @throws what is no outage. */
function unavailable(error: unknown): undefined {
  if (!(error instanceof ReadSideUnavailable)) throw error;
  return undefined;
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

function decidedData(decision: {
  ask: Ask;
  decisionId: string;
  catalogue: Catalogue;
  verdict: Verdict;
  selection: Selection;
  request: DecisionRequest;
  facts: RecordedFacts;
  lost: ReadonlySet<string>;
  /** Epoch milliseconds. */
  expiresAt: number;
}): OfferDecided {
  const { ask, catalogue, verdict, selection, request, facts } = decision;
  return {
    customerId: ask.customerId,
    decisionId: decision.decisionId,
    placementId: request.placementId,
    channel: verdict.placement.terms.channel,
    ...(ask.requestId === undefined ? {} : { requestId: ask.requestId }),
    callId: request.callId,
    ...(ask.interactionId === undefined ? {} : { interactionId: ask.interactionId }),
    offers: selection.chosen.map(decidedOffer),
    resolution: ask.isStale && selection.resolution === 'FRESH' ? 'STALE' : selection.resolution,
    ...(selection.cause === undefined ? {} : { cause: selection.cause }),
    expiresAt: instantOf(decision.expiresAt),
    rejections: selection.counts,
    basis: {
      catalogue: catalogue.position,
      vocabulary: catalogue.language.fingerprint,
      seed: request.seed,
      context: ask.attributes,
      facts: { ...facts },
      taken: [...request.taken],
      lost: [...decision.lost],
      ...(request.isBlind && { isBlind: true as const }),
    },
  };
}

function offerIdsOf({ data }: DecisionRecord): string[] {
  return data.offers.map(({ offerId }) => offerId);
}
