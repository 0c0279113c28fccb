// The cap gate as plainly as it can be said: lists that are filtered. Slow, and obviously right.
import type { CapGate, ReservableOffer, Reservation, ReservationRequest } from '../../projections/cap-gate.ts';
import type { CapEvent, Counted } from '../../src/aggregates/cap/events.ts';
import { type BoundCap, type CapUsage, type Counts, seriesOf, windowStart } from '../../src/decisioning/caps.ts';
import type { RecordedEvent } from '../../src/event-store/event-store.ts';

interface Contact {
  readonly customerId: string;
  readonly series: readonly string[];
  readonly counts: Counts;
  readonly at: number;
  readonly reservation: Reserved;
}

interface Reserved {
  readonly customerId: string;
  readonly decisionId: string;
  readonly offerId: string;
  readonly callId: string;
  readonly series: readonly string[];
  readonly at: number;
  heldUntil: number;
  confirmed: Counted[];
  over: boolean;
  recorded: boolean;
}

const everything: readonly Counted[] = ['IMPRESSION', 'CLICK', 'ACCEPTANCE'];
const minute = 60_000;

export function createCapGateModel(): CapGate {
  const contacts: Contact[] = [];
  const reservations: Reserved[] = [];

  const find = (customerId: string, decisionId: string, offerId: string) =>
    reservations.find(
      (each) => each.customerId === customerId && each.decisionId === decisionId && each.offerId === offerId,
    );
  const isOpen = (each: Reserved, at: number) => !each.over && at <= each.heldUntil;

  function usageOf(cap: BoundCap, customerId: string, timeZone: string, at: number): CapUsage {
    const { rule, series } = cap;
    const total = rule.subject === 'TOTAL';
    const bucket = (instant: number) => (total ? Math.floor(instant / minute) * minute : instant);
    const limited = (each: { customerId: string; series: readonly string[] }) =>
      (total || each.customerId === customerId) && each.series.some((name) => series.includes(name));
    const times = contacts
      .filter((each) => each.counts === rule.counts && limited(each))
      .map((each) => bucket(each.at));
    const within = (start: number, end: number) =>
      times.filter((time) => time >= bucket(start) && time <= bucket(end)).length;
    const held = reservations.filter(
      (each) =>
        rule.counts !== 'DECISION' && limited(each) && isOpen(each, at) && !each.confirmed.includes(rule.counts),
    );
    const used = within(windowStart(rule, at, timeZone), Number.MAX_SAFE_INTEGER) + held.length;
    if (rule.pauseDays === undefined) return { used };
    const pause = rule.pauseDays * 86_400_000;
    const lastInstant = (time: number) => (total ? time + minute - 1 : time);
    const pauses = times
      .filter((time) => within(windowStart(rule, time, timeZone), time) >= rule.limit)
      .map((time) => lastInstant(time) + pause)
      .filter((until) => until > at);
    return pauses.length === 0 ? { used } : { used, pausedUntil: Math.max(...pauses) };
  }

  function lastContactAt(customerId: string, series: string, callId: string, at: number): number | undefined {
    const impressions = contacts
      .filter((each) => each.counts === 'IMPRESSION')
      .map((each) => ({ ...each.reservation, at: each.at }));
    const open = reservations.filter((each) => each.confirmed.length === 0 && isOpen(each, at));
    const times = [...impressions, ...open]
      .filter((each) => each.customerId === customerId && each.callId !== callId && each.series.includes(series))
      .map((each) => each.at);
    return times.length === 0 ? undefined : Math.max(...times);
  }

  function reserve(request: ReservationRequest): Reservation {
    const { customerId, decisionId, at, heldUntil } = request;
    const before = { reservations: [...reservations], contacts: [...contacts] };
    for (const offer of request.offers) {
      const known = find(customerId, decisionId, offer.offerId);
      const alive = known && (known.confirmed.length > 0 || isOpen(known, at));
      if (alive) continue;
      const by = known ? 'RESERVATION_OVER' : inTheWay(request, offer);
      if (by !== undefined) {
        reservations.splice(0, reservations.length, ...before.reservations);
        contacts.splice(0, contacts.length, ...before.contacts);
        return { reserved: false, offerId: offer.offerId, by };
      }
      const contact = { ...request, ...offer };
      add({ ...contact, series: seriesOf(contact), at, heldUntil, recorded: false });
    }
    return { reserved: true };
  }

  function inTheWay(request: ReservationRequest, offer: ReservableOffer): string | undefined {
    const { customerId, callId, timeZone, cooling, at } = request;
    for (const cap of offer.caps) {
      const { used, pausedUntil = at } = usageOf(cap, customerId, timeZone, at);
      if (used >= cap.rule.limit || pausedUntil > at) return cap.rule.name;
    }
    const last = cooling && lastContactAt(customerId, cooling.series, callId, at);
    return cooling && last !== undefined && last > at - cooling.seconds * 1000 ? 'COOLING_WINDOW' : undefined;
  }

  function add(reserved: Omit<Reserved, 'confirmed' | 'over'>): void {
    const { customerId, decisionId, offerId, callId, series, at, heldUntil, recorded } = reserved;
    const reservation = {
      customerId,
      decisionId,
      offerId,
      callId,
      series,
      at,
      heldUntil,
      recorded,
      confirmed: [],
      over: false,
    };
    reservations.push(reservation);
    contacts.push({ customerId, series, counts: 'DECISION', at, reservation });
  }

  function confirm(reservation: Reserved, counted: Counted, at: number, heldUntil: number): void {
    if (reservation.confirmed.includes(counted)) return;
    reservation.confirmed.push(counted);
    contacts.push({ ...reservation, counts: counted, at, reservation });
    if (counted === 'IMPRESSION') {
      reservation.heldUntil = heldUntil;
      reservation.over = false;
    }
    if (everything.every((each) => reservation.confirmed.includes(each))) reservation.over = true;
  }

  function applyOne(event: RecordedEvent & CapEvent): void {
    const at = Date.parse(event.metadata.at);
    if (event.type === 'CapReserved') {
      for (const offer of event.data.offers) {
        const known = find(event.data.customerId, event.data.decisionId, offer.offerId);
        if (known) known.recorded = true;
        const contact = { ...event.data, ...offer, heldUntil: Date.parse(event.data.heldUntil) };
        if (!known) add({ ...contact, series: seriesOf(contact), at, recorded: true });
      }
      return;
    }
    const known = find(event.data.customerId, event.data.decisionId, event.data.offerId);
    if (!known) return;
    if (event.type === 'CapReleased') known.over = true;
    else confirm(known, event.data.counted, at, Date.parse(event.data.heldUntil));
  }

  return {
    look: async (customerId, at) => (timeZone) => ({
      usageOf: (cap) => usageOf(cap, customerId, timeZone, at),
      lastContactAt: (series, callId) => lastContactAt(customerId, series, callId, at),
    }),
    reserve: async (request) => reserve(request),
    async withdraw(customerId, decisionId) {
      const isGone = (each: Reserved) =>
        each.customerId === customerId && each.decisionId === decisionId && !each.recorded;
      const gone = new Set(reservations.filter(isGone));
      contacts.splice(0, contacts.length, ...contacts.filter(({ reservation }) => !gone.has(reservation)));
      reservations.splice(0, reservations.length, ...reservations.filter((each) => !gone.has(each)));
    },
    doubted() {},
    recorded() {},
    apply(events) {
      for (const event of events) applyOne(event as RecordedEvent & CapEvent);
    },
    async expired(at) {
      const lapsed = reservations.filter((each) => !each.over && each.heldUntil < at);
      for (const each of lapsed) each.over = true;
      return lapsed
        .filter((each) => each.confirmed.length === 0)
        .map(({ customerId, decisionId, offerId }) => ({ customerId, decisionId, offerId }));
    },
  };
}
