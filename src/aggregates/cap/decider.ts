// Reservations under frequency caps, as recorded: each confirmed once per counted event, each given back once.
import { type Decider, type Refused, refuse } from '../decider.ts';
import { firstRepeated } from '../values.ts';
import type { CapEvent, Counted } from './events.ts';

type DataOf<Type extends CapEvent['type']> = Extract<CapEvent, { type: Type }>['data'];

/** Records what the cap gate has admitted: the offers of one decision, in the order in which they were reserved. */
export interface ReserveCap {
  readonly type: 'ReserveCap';
  readonly data: DataOf<'CapReserved'>;
}

/** The contact took place. */
export interface ConfirmCap {
  readonly type: 'ConfirmCap';
  readonly decisionId: string;
  readonly offerId: string;
  readonly counted: Counted;
  /** After an impression: how long the click and the acceptance that may follow stay reserved. */
  readonly heldUntil: string;
}

/** What is still held is not needed any more. What was confirmed stays counted. */
export interface ReleaseCap {
  readonly type: 'ReleaseCap';
  readonly decisionId: string;
  readonly offerId: string;
  readonly reason: DataOf<'CapReleased'>['reason'];
}

/**
 * Nobody has heard of a decision, or will, and its reservation may be on its way to the log or there already. If it is not there, its offers
 * are recorded as given back: what is under way expects the revision before that, and comes no more.
 */
export interface AbandonCap {
  readonly type: 'AbandonCap';
  readonly data: Pick<DataOf<'CapReserved'>, 'customerId' | 'decisionId' | 'offers'>;
}

export type CapCommand = ReserveCap | ConfirmCap | ReleaseCap | AbandonCap;

export const capReasons = ['RESERVATION_UNKNOWN', 'RESERVATION_RELEASED', 'OFFER_REPEATED'] as const;
export type CapReason = (typeof capReasons)[number];

interface ReservedOffer {
  readonly customerId: string;
  readonly confirmed: Counted[];
  released: boolean;
}

export interface CapState {
  /** By decision id, then by offer id. */
  readonly reservations: Map<string, Map<string, ReservedOffer>>;
}

type Decision = readonly CapEvent[] | Refused<CapReason>;

/** The decider of `cap-<customerId>_<yyyymm>`. Whether a cap admits a contact is the gate's to say, not this one's. */
export const capDecider: Decider<CapState, CapCommand, CapEvent, CapReason> = {
  category: 'cap',
  initialState: () => ({ reservations: new Map() }),
  decide(command, state) {
    switch (command.type) {
      case 'ReserveCap':
        return reserve(command, state);
      case 'ConfirmCap':
        return confirm(command, state);
      case 'ReleaseCap':
        return release(command, state);
      case 'AbandonCap':
        return abandon(command, state);
    }
  },
  evolve,
};

function reserve({ data }: ReserveCap, state: CapState): Decision {
  if (state.reservations.has(data.decisionId)) return [];
  const repeated = firstRepeated(data.offers.map(({ offerId }) => offerId));
  if (repeated) {
    const rule = `The offer ${repeated.value} can be reserved only once in a decision.`;
    return refuse('OFFER_REPEATED', rule, `offers.${repeated.index}.offerId`);
  }
  return [{ type: 'CapReserved', data }];
}

function confirm({ decisionId, offerId, counted, heldUntil }: ConfirmCap, state: CapState): Decision {
  const reserved = state.reservations.get(decisionId)?.get(offerId);
  if (!reserved) return unknown(decisionId, offerId);
  if (reserved.confirmed.includes(counted)) return [];
  if (reserved.released) {
    const rule = `The reservation of the offer ${offerId} by the decision ${decisionId} was given back.`;
    return refuse('RESERVATION_RELEASED', rule, 'offerId');
  }
  const { customerId } = reserved;
  return [{ type: 'CapConfirmed', data: { customerId, decisionId, offerId, counted, heldUntil } }];
}

function release({ decisionId, offerId, reason }: ReleaseCap, state: CapState): Decision {
  const reserved = state.reservations.get(decisionId)?.get(offerId);
  if (!reserved) return unknown(decisionId, offerId);
  if (reserved.released) return [];
  return [{ type: 'CapReleased', data: { customerId: reserved.customerId, decisionId, offerId, reason } }];
}

function abandon({ data: { customerId, decisionId, offers } }: AbandonCap, state: CapState): Decision {
  if (state.reservations.has(decisionId)) return [];
  return offers.map(({ offerId }) => ({
    type: 'CapReleased',
    data: { customerId, decisionId, offerId, reason: 'DISMISSED' },
  }));
}

function unknown(decisionId: string, offerId: string): Refused<CapReason> {
  const rule = `The decision ${decisionId} has no reservation of the offer ${offerId}.`;
  return refuse('RESERVATION_UNKNOWN', rule, 'decisionId');
}

function evolve(state: CapState, event: CapEvent): CapState {
  switch (event.type) {
    case 'CapReserved': {
      const { customerId, decisionId, offers } = event.data;
      const reserved = offers.map(({ offerId }): [string, ReservedOffer] => [
        offerId,
        { customerId, confirmed: [], released: false },
      ]);
      state.reservations.set(decisionId, new Map(reserved));
      return state;
    }
    case 'CapConfirmed':
      state.reservations.get(event.data.decisionId)?.get(event.data.offerId)?.confirmed.push(event.data.counted);
      return state;
    case 'CapReleased': {
      const reserved = state.reservations.get(event.data.decisionId)?.get(event.data.offerId);
      if (reserved) reserved.released = true;
      return state;
    }
  }
}
