// Arbitration and reservation: which of the ranked survivors fill the slots, and with which probability.
import { type Cause, type Counts, causeOf, stageOf } from './cause.ts';
import type { Verdict } from './decide.ts';
import type { DecisionRequest } from './decision-request.ts';
import type { Reason, Rejection, Stage } from './reasons.ts';
import { unitOf } from './seeded-random.ts';
import { createSlotLimits, type SlotLimits } from './slot-limits.ts';
import type { Candidate, Survivors } from './survivors.ts';

/** Of survivors. */
type Places = number[];

export interface Chosen {
  readonly candidate: Candidate;
  readonly slot: number;
  /** That this offer and no other survivor got the slot, given the slots before it and the offers that were lost. */
  readonly selectionProbability: number;
}

export interface Selection {
  /** In the order of the slots. */
  readonly chosen: readonly Chosen[];
  readonly resolution: 'FRESH' | 'FALLBACK';
  /** Why nothing was chosen; absent when something was. */
  readonly cause?: Cause;
  /** Of all stages; together with the chosen ones they account for every candidate. */
  readonly counts: Counts;
  /** The same one by one, if the verdict was explained and this is to be. */
  readonly rejections: readonly Rejection[];
}

/**
 * Fills the slots of a placement from a verdict.
 *
 * Epsilon-greedy: with probability ε, the placement's exploration share, a slot goes to a uniform draw from what is left, else to
 * the best of it. All chance comes from the seed. A draw takes the first in one shuffle of all offers, so that losing an offer
 * disturbs little: the slots before it keep theirs and, limits of categories and shared caps aside, whatever else was chosen
 * stays chosen.
 *
 * @param lost offers whose reservation another decision won meanwhile
 */
export function fillSlots(
  verdict: Verdict,
  request: DecisionRequest,
  lost: ReadonlySet<string>,
  options?: { readonly explain?: boolean },
): Selection {
  const { survivors } = verdict;
  const { taken } = request;
  const { slots, explorationShare } = verdict.placement.terms;
  const tally = createTally(verdict, options?.explain === true);
  /** Places of the survivors that a slot can still be given to. */
  let left = survivors.places();
  if (taken.length + lost.size > 0) {
    left = left.filter((place) => {
      const { offerId } = survivors.offerAt(place);
      if (taken.includes(offerId)) tally.count(offerId, 'SHOWN_ELSEWHERE', noDetail);
      else if (lost.has(offerId)) tally.count(offerId, 'RESERVATION_LOST', noDetail);
      else return true;
      return false;
    });
  }
  const chosen: Chosen[] = [];
  // The funnel has asked for room for one.
  const limits = slots > 1 ? createSlotLimits(verdict) : undefined;
  for (let slot = 0; slot < slots; slot++) {
    if (limits) leaveThoseWhoFit(left, survivors, limits, tally);
    const best = survivors.bestOf(left);
    if (best === undefined) break;
    const explores = explorationShare > 0 && unitOf(`explore|${request.seed}|${slot}`) < explorationShare;
    const place = explores ? drawn(left, survivors, request.seed, best) : best;
    const selectionProbability = explorationShare / left.length + (place === best ? 1 - explorationShare : 0);
    chosen.push({ candidate: survivors.candidateAt(place), slot, selectionProbability });
    takeOut(left, place);
    if (slot + 1 < slots) limits?.choose(place);
  }
  tally.countOutranked(left);
  if (chosen.length > 0) return { chosen, resolution: 'FRESH', ...tally.result() };
  return fallenBack(verdict, taken, lost, tally);
}

const noDetail = () => '';

/** In place, and nothing is made of it. */
function takeOut(places: Places, taken: number): void {
  for (let index = places.indexOf(taken); index + 1 < places.length; index++) {
    places[index] = places[index + 1] as number;
  }
  places.pop();
}

function fallenBack(verdict: Verdict, taken: readonly string[], lost: ReadonlySet<string>, tally: Tally): Selection {
  const { fallback } = verdict;
  if (!fallback || taken.includes(fallback.offerId) || lost.has(fallback.offerId)) {
    const result = tally.result();
    return { chosen: [], resolution: 'FRESH', cause: causeOf(result.counts), ...result };
  }
  tally.forgive(fallback.offerId, fallback.removedBy);
  return {
    chosen: [{ candidate: fallback.candidate(), slot: 0, selectionProbability: 1 }],
    resolution: 'FALLBACK',
    ...tally.result(),
  };
}

function leaveThoseWhoFit(places: Places, survivors: Survivors, limits: SlotLimits, tally: Tally): void {
  const against = limits.against();
  if (!against) return;
  let fitting = 0;
  for (const place of places) {
    const reason = against(place);
    if (reason) tally.count(survivors.offerAt(place).offerId, reason, () => limits.detailOf(place, reason));
    else places[fitting++] = place;
  }
  places.length = fitting;
}

function drawn(places: Places, survivors: Survivors, seed: string, best: number): number {
  let winner = best;
  let smallest = 1;
  for (const place of places) {
    const ticket = unitOf(`draw|${seed}|${survivors.offerAt(place).offerId}`);
    if (ticket >= smallest) continue;
    smallest = ticket;
    winner = place;
  }
  return winner;
}

/** There can be thousands of them, and of most nobody reads the words. */
class Outranked implements Rejection {
  readonly survivors: Survivors;
  readonly place: number;
  constructor(survivors: Survivors, place: number) {
    this.survivors = survivors;
    this.place = place;
  }
  get offerId(): string {
    return this.survivors.offerAt(this.place).offerId;
  }
  get reason(): Reason {
    return 'OUTRANKED';
  }
  get stage(): Stage {
    return stageOf.OUTRANKED;
  }
  /** The score. */
  detailIn(): string {
    return String(this.survivors.scoreAt(this.place));
  }
}

interface Tally {
  /** The words are made only for an explanation. */
  count(offerId: string, reason: Reason, detail: () => string): void;
  /** The survivors that no slot was left for. */
  countOutranked(places: Places): void;
  /** Takes back a rejection of the funnel: the offer is shown after all. */
  forgive(offerId: string, reason: Reason): void;
  result(): Pick<Selection, 'counts' | 'rejections'>;
}

const none: Verdict['rejections'] = [];

function createTally(verdict: Verdict, explain: boolean): Tally {
  const counts: Partial<Record<Reason, number>> = { ...verdict.counts };
  const rejections: Rejection[] = [];
  let ofFunnel = explain ? verdict.rejections : none;
  return {
    count(offerId, reason, detail) {
      counts[reason] = (counts[reason] ?? 0) + 1;
      if (!explain) return;
      // What is full now may be less full than later.
      const words = detail();
      rejections.push({ offerId, stage: stageOf[reason], reason, detailIn: () => words });
    },
    countOutranked(places) {
      if (places.length === 0) return;
      counts.OUTRANKED = places.length;
      if (!explain) return;
      for (const place of places) rejections.push(new Outranked(verdict.survivors, place));
    },
    forgive(offerId, reason) {
      const remaining = (counts[reason] ?? 1) - 1;
      if (remaining > 0) counts[reason] = remaining;
      else delete counts[reason];
      ofFunnel = ofFunnel.map((list) => list.filter((rejection) => rejection.offerId !== offerId));
    },
    result: () => ({ counts, rejections: explain ? ([] as Rejection[]).concat(...ofFunnel, rejections) : rejections }),
  };
}
