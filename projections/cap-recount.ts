// The proof that no cap was exceeded: counts the whole log again, without the gate and apart from its code.
import type { CapEvent } from '../src/aggregates/cap/events.ts';
import type { OfferEvent } from '../src/aggregates/offer/events.ts';
import type { PlacementEvent } from '../src/aggregates/placement/events.ts';
import { binds, type Counts, seriesOf, windowStart } from '../src/decisioning/caps.ts';
import type { RecordedEvent } from '../src/event-store/event-store.ts';
import { createCapsInForce, type LimitedCap } from './caps-in-force.ts';

/** A contact that a rule in force at its reservation did not admit. */
export interface CapViolation {
  readonly decisionId: string;
  readonly offerId: string;
  /** Name of the rule. */
  readonly rule: string;
  /** The series it limits, of one customer or of everybody. */
  readonly scope: string;
  readonly counted: Counts;
  readonly limit: number;
  /** Contacts in the window that ends with this one. */
  readonly found: number;
  /** End of that window. */
  readonly at: string;
  /** The limit was reached before, and the cap shut until then. */
  readonly pausedUntil?: string;
}

export interface CapRecount {
  /** Offers reserved. */
  readonly reservations: number;
  readonly confirmations: number;
  readonly decisionsChecked: number;
  readonly violations: readonly CapViolation[];
}

/** The categories of the events that a recount needs. */
export const recountedCategories: readonly string[] = ['offer', 'placement', 'cap'];

interface Reservation {
  /** Its place among all reservations of the log. */
  readonly order: number;
  /** Epoch milliseconds. */
  readonly recordedAt: number;
  readonly customerId: string;
  readonly decisionId: string;
  readonly offerId: string;
  readonly timeZone: string;
  readonly series: readonly string[];
  readonly caps: readonly LimitedCap[];
}

interface Contact {
  readonly at: number;
  readonly by: Reservation;
}

/** Contacts by subject ('' is everybody), counted event and series, each list in order of time. */
type Contacts = Map<string, Map<string, Contact[]>>;

export interface CapRecountOptions {
  /**
   * Milliseconds that a reservation may take to the log, where several processes reserve: what another recorded so shortly before may
   * have been reserved after. 0 when absent: the log has the order of the gate.
   */
  readonly overlapMs?: number;
}

/**
 * Counts every contact again, in the order of the log and to the millisecond.
 *
 * A reservation must have had room under the rules of its offer and placement that its decision saw. Decisions
 * are counted with their reservation, the others when they are confirmed. Not counted against a contact are those reserved after
 * it by decisions that its rule did not bind: they came later, and nothing forbade them.
 */
export async function recountCaps(
  events: AsyncIterable<RecordedEvent>,
  { overlapMs = 0 }: CapRecountOptions = {},
): Promise<CapRecount> {
  const rules = createCapsInForce();
  const contacts: Contacts = new Map();
  const reservations = new Map<string, Reservation>();
  const violations: CapViolation[] = [];
  let reserved = 0;
  let confirmations = 0;
  let decisionsChecked = 0;

  for await (const recorded of events) {
    const event = recorded as RecordedEvent & (CapEvent | OfferEvent | PlacementEvent);
    const at = Date.parse(event.metadata.at);
    switch (event.type) {
      case 'CapReserved': {
        decisionsChecked += 1;
        const { customerId, decisionId, placementId, timeZone, catalogue: asOf = event.position } = event.data;
        for (const offer of event.data.offers) {
          const series = seriesOf({ ...event.data, ...offer });
          const caps = rules.capsOf(offer.offerId, placementId, asOf).filter((cap) => binds(cap, series));
          reserved += 1;
          const { offerId } = offer;
          const recordedAt = Date.parse(recorded.recordedAt);
          const by = { order: reserved, recordedAt, customerId, decisionId, offerId, timeZone, series, caps };
          reservations.set(`${decisionId}|${offerId}`, by);
          violations.push(...pausesBroken(contacts, by, at));
          violations.push(...limitsBroken(contacts, by, 'DECISION', at, overlapMs));
        }
        break;
      }
      case 'CapConfirmed': {
        confirmations += 1;
        const by = reservations.get(`${event.data.decisionId}|${event.data.offerId}`);
        if (!by) throw new Error(`the log confirms a reservation that it does not have, at position ${event.position}`);
        violations.push(...limitsBroken(contacts, by, event.data.counted, at, overlapMs));
        break;
      }
      case 'CapReleased':
        // Nothing of it can be confirmed any more.
        reservations.delete(`${event.data.decisionId}|${event.data.offerId}`);
        break;
      default:
        rules.evolve(event, event.position);
    }
  }
  return { reservations: reserved, confirmations, decisionsChecked, violations };
}

/** Adds a contact and tells which limits it breaks. */
function limitsBroken(
  contacts: Contacts,
  by: Reservation,
  counted: Counts,
  at: number,
  overlapMs: number,
): CapViolation[] {
  for (const subject of ['', by.customerId]) {
    for (const name of by.series) insert(listOf(contacts, subject, counted, name), { at, by });
  }
  const broken: CapViolation[] = [];
  for (const cap of by.caps) {
    if (cap.rule.counts !== counted) continue;
    for (const end of endsOf(contacts, cap, by, at)) {
      const start = windowStart(cap.rule, end, by.timeZone);
      const found =
        countIn(contacts, cap, by, start, end) > cap.rule.limit
          ? countBound(contacts, cap, by, start, end, overlapMs)
          : 0;
      if (found > cap.rule.limit) broken.push(violationOf(cap, by, found, end));
    }
  }
  return broken;
}

/** The windows that a contact at `at` is counted in end with it, or with a later contact that was recorded earlier. */
function endsOf(contacts: Contacts, cap: LimitedCap, by: Reservation, at: number): number[] {
  const ends = new Set([at]);
  for (const list of listsOf(contacts, cap, by)) {
    for (let index = list.length - 1; index >= 0; index -= 1) {
      const later = list[index]?.at ?? at;
      if (later <= at) break;
      if (windowStart(cap.rule, later, by.timeZone) <= at) ends.add(later);
    }
  }
  return [...ends];
}

/** A rule that pauses: whether the limit had been reached so shortly before that the cap was shut. */
function pausesBroken(contacts: Contacts, by: Reservation, at: number): CapViolation[] {
  const broken: CapViolation[] = [];
  for (const cap of by.caps) {
    if (cap.pauseDays === undefined) continue;
    const pause = cap.pauseDays * 86_400_000;
    const ends = listsOf(contacts, cap, by).flatMap((list) =>
      list.slice(firstFrom(list, at - pause + 1), firstFrom(list, at)),
    );
    for (const end of ends.map((contact) => contact.at).sort((one, other) => other - one)) {
      const found = countIn(contacts, cap, by, windowStart(cap.rule, end, by.timeZone), end);
      if (found < cap.rule.limit) continue;
      broken.push({ ...violationOf(cap, by, found, at), pausedUntil: new Date(end + pause).toISOString() });
      break;
    }
  }
  return broken;
}

function countIn(contacts: Contacts, cap: LimitedCap, by: Reservation, start: number, end: number): number {
  return listsOf(contacts, cap, by).reduce((sum, list) => sum + firstFrom(list, end + 1) - firstFrom(list, start), 0);
}

/** Without the contacts that were reserved later, or may have been, and that the rule did not bind. */
function countBound(
  contacts: Contacts,
  cap: LimitedCap,
  by: Reservation,
  start: number,
  end: number,
  overlapMs: number,
): number {
  let count = 0;
  for (const list of listsOf(contacts, cap, by)) {
    for (const other of list.slice(firstFrom(list, start), firstFrom(list, end + 1))) {
      const isBefore = other.by.order < by.order && other.by.recordedAt <= by.recordedAt - overlapMs;
      if (other.by === by || isBefore || isBound(other.by, cap, by)) count += 1;
    }
  }
  return count;
}

/** True when a reservation was under this rule, with this limit or a lower one. */
function isBound(other: Reservation, cap: LimitedCap, by: Reservation): boolean {
  if (cap.rule.window.kind === 'CALENDAR' && cap.rule.subject === 'CUSTOMER' && other.timeZone !== by.timeZone)
    return false;
  return other.caps.some((each) => each.key === cap.key && each.rule.limit <= cap.rule.limit);
}

function violationOf(cap: LimitedCap, { decisionId, offerId }: Reservation, found: number, at: number): CapViolation {
  const { name: rule, counts: counted, limit } = cap.rule;
  return {
    decisionId,
    offerId,
    rule,
    scope: cap.series.join(' + '),
    counted,
    limit,
    found,
    at: new Date(at).toISOString(),
  };
}

function listsOf(contacts: Contacts, cap: LimitedCap, by: Reservation): Contact[][] {
  const ofSubject = contacts.get(cap.rule.subject === 'TOTAL' ? '' : by.customerId);
  return cap.series.flatMap((name) => {
    const list = ofSubject?.get(`${cap.rule.counts} ${name}`);
    return list ? [list] : [];
  });
}

function listOf(contacts: Contacts, subject: string, counted: Counts, name: string): Contact[] {
  const ofSubject = contacts.get(subject) ?? new Map<string, Contact[]>();
  contacts.set(subject, ofSubject);
  const key = `${counted} ${name}`;
  const list = ofSubject.get(key) ?? [];
  ofSubject.set(key, list);
  return list;
}

function insert(list: Contact[], contact: Contact): void {
  const last = list.at(-1);
  if (!last || last.at <= contact.at) list.push(contact);
  else list.splice(firstFrom(list, contact.at + 1), 0, contact);
}

/** Index of the first contact at or after an instant. */
function firstFrom(list: readonly Contact[], instant: number): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((list[middle]?.at ?? instant) < instant) low = middle + 1;
    else high = middle;
  }
  return low;
}
