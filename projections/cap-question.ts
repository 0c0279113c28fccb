// What the script is asked that reserves a decision's offers (`lua/reserve-offers.lua`), and what its answer means.
import { type BoundCap, type Counts, windowStart } from '../src/decisioning/caps.ts';
import type { ReservableOffer, Reservation, ReservationRequest } from './cap-gate.ts';
import { cellOf } from './contact-cells.ts';
import { isPausing, preparedOffer } from './prepared-offers.ts';
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

/** The parts of the question about a cap that are always the same, as JSON. */
interface AskedCap {
  readonly cap: BoundCap;
  /** Before the cell of its window's beginning, and behind whether it is shut. */
  readonly before: string;
  readonly after: string;
}

/** The same of a list of caps. */
interface AskedCaps {
  readonly caps: readonly AskedCap[];
  /** Of their series. */
  readonly names: ReadonlySet<string>;
  readonly namesText: string;
}

const known = new WeakMap<readonly BoundCap[], AskedCaps>();

function askedCaps(caps: readonly BoundCap[]): AskedCaps {
  let asked = known.get(caps);
  if (!asked) {
    const names = new Set(caps.flatMap(({ series }) => series.map((name) => JSON.stringify(name))));
    asked = { caps: caps.map(askedCap), names, namesText: [...names].join() };
    known.set(caps, asked);
  }
  return asked;
}

function askedCap(cap: BoundCap): AskedCap {
  const { rule, series } = cap;
  const names = series.map((name) => `,${JSON.stringify(name)}`);
  return { cap, before: `[${rule.limit},${listOf[rule.counts]},"`, after: `${names.join('')}]` };
}

/**
 * @param contacts from which pauses are worked out, as the script knows no calendars; with pauses the question is answered only while they
 * are the same
 * @param refused by the caps of everybody: in the way at its place
 */
export function askForReservation(
  request: ReservationRequest,
  contacts: StoredContacts | undefined,
  refused: (Reservation & { readonly reserved: false }) | undefined,
): CapQuestion {
  const { decisionId, callId, timeZone, cooling, at } = request;
  const isPaused = (cap: BoundCap) => (contacts?.usageOf(cap, at, timeZone).pausedUntil ?? at) > at;
  const asked: AskedCaps[] = [];
  let hasPauses = false;

  // Written piece by piece: it is most of what reserving costs this process.
  let offers = '';
  for (const offer of request.offers) {
    const { own, question, pauses } = preparedOffer(request, offer);
    hasPauses ||= pauses;
    const full = refused?.offerId === offer.offerId ? totalNamed(refused.by, offer) : undefined;
    const ofOffer = askedCaps(full ? offer.caps.filter((cap) => !isTotal(cap) || cap === full) : own);
    asked.push(ofOffer);
    offers += offers === '' ? question : `,${question}`;
    let comma = '';
    for (const { cap, before, after } of ofOffer.caps) {
      const isShut = cap === full || (isPausing(cap) && isPaused(cap));
      offers += `${comma}${before}${cellOf(windowStart(cap.rule, at, timeZone))}",${isShut ? 1 : 0}${after}`;
      comma = ',';
    }
    offers += ']}';
  }

  const silent = cooling && JSON.stringify(cooling.series);
  const version = hasPauses ? `,"version":${JSON.stringify(contacts?.version ?? 'unknown')}` : '';
  const since = cooling ? cellOf(at - cooling.seconds * 1000) : '';
  const silence = cooling ? `,"cooling":{"series":${silent},"since":"${since}"}` : '';
  const ids = `"decisionId":${JSON.stringify(decisionId)},"callId":${JSON.stringify(callId)}`;
  const instants = `"at":"${cellOf(at)}","heldUntil":"${cellOf(request.heldUntil)}"`;
  const text = `{${ids},${instants},"names":[${namesIn(asked, silent)}]${version}${silence},"offers":[${offers}]}`;

  return {
    text,
    answerIn(reply) {
      if (reply === 'RESERVED') return { reserved: true };
      const [number, what] = reply;
      if (number === 'CHANGED') return undefined;
      const offer = request.offers[number - 1];
      const by =
        what === 'OVER'
          ? reservationOver
          : what === 'COOLING'
            ? 'COOLING_WINDOW'
            : asked[number - 1]?.caps[(what as number) - 1]?.cap.rule.name;
      if (!offer || by === undefined) throw new Error(`the caps of ${decisionId} answer what was not asked: ${reply}`);
      return { reserved: false, offerId: offer.offerId, by };
    },
  };
}

/** Each once. */
function namesIn(asked: readonly AskedCaps[], silent: string | undefined): string {
  let text = silent ?? '';
  for (let index = 0; index < asked.length; index += 1) {
    const { names, namesText } = asked[index] as AskedCaps;
    if (text === '') {
      text = namesText;
      continue;
    }
    for (const name of names) {
      let isNew = name !== silent;
      for (let before = 0; isNew && before < index; before += 1) isNew = !asked[before]?.names.has(name);
      if (isNew) text += `,${name}`;
    }
  }
  return text;
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
