// What the script is asked that reserves a decision's offers (`lua/reserve-offers.lua`), and what its answer means.
import { type BoundCap, type Counts, seriesOf, windowStart } from '../src/decisioning/caps.ts';
import type { ReservableOffer, Reservation, ReservationRequest } from './cap-gate.ts';
import { cellOf } from './contact-cells.ts';
import type { StoredContacts } from './stored-contacts.ts';

/** Number of the list of a series in which each contact counts. */
export const listOf: Record<Counts, number> = { DECISION: 1, IMPRESSION: 2, CLICK: 3, ACCEPTANCE: 4 };

/** RESERVED; the first offer without a place, from 1, and what is in the way; or all contacts, which have changed. */
export type CapReply = 'RESERVED' | readonly [number, 'OVER' | 'COOLING' | number] | readonly ['CHANGED', string[]];

export interface CapQuestion {
  readonly text: string;
  /** Undefined: it has to be asked again with the contacts as they are now. */
  answerIn(reply: CapReply): Reservation | undefined;
}

/** Of a decision whose own reservation has lapsed or was given back. */
export const reservationOver = 'RESERVATION_OVER';

/** Whether a pause has to be worked out before the question can be asked: the script knows no calendars. */
export function hasPauses({ offers }: ReservationRequest): boolean {
  return offers.some(({ caps }) => caps.some(isPausing));
}

/**
 * @param contacts from which pauses are worked out; the question is answered only while they are the same. Not needed without pauses
 * @param refused by the caps of everybody: in the way at its place
 */
export function askForReservation(
  request: ReservationRequest,
  contacts: StoredContacts | undefined,
  refused: (Reservation & { readonly reserved: false }) | undefined,
): CapQuestion {
  const { decisionId, callId, timeZone, cooling, at } = request;
  const names = new Set<string>(cooling ? [cooling.series] : []);
  const isShut = (cap: BoundCap) => (contacts?.usageOf(cap, at, timeZone).pausedUntil ?? at) > at;

  const offers = request.offers.map((offer) => {
    const full = refused?.offerId === offer.offerId ? totalNamed(refused.by, offer) : undefined;
    const caps = offer.caps.filter((cap) => !isTotal(cap) || cap === full);
    const series = seriesOf({ ...request, ...offer });
    for (const cap of caps) for (const name of cap.series) names.add(name);
    const asked = caps.map((cap) => [
      cap.rule.limit,
      listOf[cap.rule.counts],
      cellOf(windowStart(cap.rule, at, timeZone)),
      cap === full || (isPausing(cap) && isShut(cap)) ? 1 : 0,
      ...cap.series,
    ]);
    return {
      offerId: offer.offerId,
      caps,
      question: { offerId: offer.offerId, series: `,${series.join()},`, caps: asked },
    };
  });

  const text = JSON.stringify({
    decisionId,
    callId,
    at: cellOf(at),
    heldUntil: cellOf(request.heldUntil),
    names: [...names],
    ...(hasPauses(request) && { version: contacts?.version ?? 'unknown' }),
    ...(cooling && { cooling: { series: cooling.series, since: cellOf(at - cooling.seconds * 1000) } }),
    offers: offers.map(({ question }) => question),
  });

  return {
    text,
    answerIn(reply) {
      if (reply === 'RESERVED') return { reserved: true };
      const [number, what] = reply;
      if (number === 'CHANGED') return undefined;
      const offer = offers[number - 1];
      const by =
        what === 'OVER'
          ? reservationOver
          : what === 'COOLING'
            ? 'COOLING_WINDOW'
            : offer?.caps[(what as number) - 1]?.rule.name;
      if (!offer || by === undefined) throw new Error(`the caps of ${decisionId} answer what was not asked: ${reply}`);
      return { reserved: false, offerId: offer.offerId, by };
    },
  };
}

function isTotal({ rule }: BoundCap): boolean {
  return rule.subject === 'TOTAL';
}

/** @throws Error when the offer is under none: without it in the way, it might be reserved. */
function totalNamed(name: string, { offerId, caps }: ReservableOffer): BoundCap {
  const total = caps.find((cap) => isTotal(cap) && cap.rule.name === name);
  if (!total) throw new Error(`the caps of everybody refuse ${offerId} by ${name}, which it is not under`);
  return total;
}

function isPausing(cap: BoundCap): boolean {
  return cap.rule.pauseDays !== undefined && !isTotal(cap);
}
