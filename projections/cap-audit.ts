// How far the contacts that a cap gate keeps elsewhere have drifted from the log, and whether the log itself breaks a cap: as figures.
import type { CapEvent } from '../src/aggregates/cap/events.ts';
import { type Counts, seriesOf } from '../src/decisioning/caps.ts';
import type { RecordedEvent } from '../src/event-store/event-store.ts';
import { categoryOf } from '../src/event-store/stream-names.ts';
import { type CapRecount, recountCaps } from './cap-recount.ts';
import { allPlaces, type Places, placeOf } from './contact-book.ts';
import type { ContactSeries } from './contact-series.ts';
import { readContacts, type StoredContacts, type StoredCustomer } from './stored-contacts.ts';

export interface CapAudit {
  readonly customersCompared: number;
  /** Customers that are not at the last event that the log had of them: they cannot be compared. */
  readonly customersElsewhere: number;
  /** Series of customers in which contacts or holds are not those of the log. */
  readonly seriesThatDiffer: number;
  readonly contacts: Drift;
  /** Places that are held at the instant of the audit. */
  readonly holds: Drift;
  /** Reservations that the log does not have although their time is over: a later event of the customer makes them forgotten. */
  readonly neverRecorded: number;
  readonly recount: CapRecount;
}

export interface Drift {
  readonly tooMany: number;
  readonly tooFew: number;
}

/** What the log says of a customer, in plain lists. */
interface Expected {
  position: string;
  /** By counted event and series: instants. */
  readonly contacts: Map<string, number[]>;
  /** By decision and offer. */
  readonly reservations: Map<
    string,
    { readonly series: readonly string[]; heldUntil: number; holding: Places; confirmed: Places }
  >;
}

const countedEvents: readonly Counts[] = ['DECISION', 'IMPRESSION', 'CLICK', 'ACCEPTANCE'];

/**
 * @param events those of `recountedCategories` from the beginning of the log
 * @param stored read when the events have been read: customers who have had later ones are not compared
 * @param at the instant of the audit, epoch milliseconds
 */
export async function auditCaps(
  events: AsyncIterable<RecordedEvent>,
  stored: AsyncIterable<StoredCustomer>,
  at: number,
): Promise<CapAudit> {
  const expected = new Map<string, Expected>();
  const recount = await recountCaps(noting(events, expected));
  let [customersCompared, customersElsewhere, seriesThatDiffer, neverRecorded] = [0, 0, 0, 0];
  const [contacts, holds] = [
    { tooMany: 0, tooFew: 0 },
    { tooMany: 0, tooFew: 0 },
  ];
  const missing = new Set(expected.keys());

  for await (const { customerId, fields } of stored) {
    missing.delete(customerId);
    const { fresh, position } = readContacts(fields);
    neverRecorded += fresh.filter(({ heldUntil }) => heldUntil < at).length;
    const ofLog = expected.get(customerId) ?? nothing();
    if (position !== ofLog.position) {
      customersElsewhere += 1;
      continue;
    }
    customersCompared += 1;
    const found = readContacts(withoutFresh(fields));
    const names = new Set([
      ...found.series.keys(),
      ...[...ofLog.reservations.values()].flatMap(({ series }) => series),
    ]);
    for (const name of names) {
      const drifts = [
        ...countedEvents.map((counts) => addDrift(contacts, ...contactsOf(ofLog, found, counts, name))),
        addDrift(holds, heldBy(ofLog, name, at), heldIn(found, name, at)),
      ];
      if (drifts.includes(true)) seriesThatDiffer += 1;
    }
  }
  customersElsewhere += missing.size;
  return { customersCompared, customersElsewhere, seriesThatDiffer, contacts, holds, neverRecorded, recount };
}

/** True when what is kept is what the log says, and the log breaks no cap. */
export function isSound({ seriesThatDiffer, neverRecorded, recount }: CapAudit): boolean {
  return seriesThatDiffer === 0 && neverRecorded === 0 && recount.violations.length === 0;
}

const violationsShown = 20;

/** For a person to read: a line for each figure, and the first violations. */
export function renderCapAudit(audit: CapAudit): string {
  const { contacts, holds, recount } = audit;
  const drift = ({ tooMany, tooFew }: Drift) => `${tooMany} too many, ${tooFew} too few`;
  const figures: readonly (readonly [string, string | number])[] = [
    ['customers compared with the log', audit.customersCompared],
    ['customers at another event than the log', audit.customersElsewhere],
    ['series that differ', audit.seriesThatDiffer],
    ['contacts', drift(contacts)],
    ['places held', drift(holds)],
    ['reservations over and never recorded', audit.neverRecorded],
    ['reservations and confirmations recounted', `${recount.reservations} and ${recount.confirmations}`],
    ['contacts that broke a cap', recount.violations.length],
  ];
  const width = Math.max(...figures.map(([what]) => what.length));
  const lines = figures.map(([what, figure]) => `${what.padEnd(width)}  ${figure}`);
  const violations = recount.violations
    .slice(0, violationsShown)
    .map(({ rule, scope, counted, limit, found, at, decisionId, offerId }) => {
      return `  ${at} ${rule}: ${found} × ${counted} of ${limit} in ${scope}, by ${decisionId} ${offerId}`;
    });
  const more = recount.violations.length - violations.length;
  return [...lines, ...violations, ...(more > 0 ? [`  and ${more} more`] : [])].join('\n');
}

function nothing(): Expected {
  return { position: '', contacts: new Map(), reservations: new Map() };
}

/** Passes events on and notes what they say of customers. */
async function* noting(
  events: AsyncIterable<RecordedEvent>,
  expected: Map<string, Expected>,
): AsyncGenerator<RecordedEvent> {
  for await (const event of events) {
    if (categoryOf(event.stream) === 'cap') note(expected, event as RecordedEvent & CapEvent);
    yield event;
  }
}

function note(all: Map<string, Expected>, event: RecordedEvent & CapEvent): void {
  const { customerId, decisionId } = event.data;
  const expected = all.get(customerId) ?? nothing();
  all.set(customerId, expected);
  expected.position = event.position;
  const at = Date.parse(event.metadata.at);
  const count = (counts: Counts, series: readonly string[]) => {
    for (const name of series) {
      const key = `${counts} ${name}`;
      const instants = expected.contacts.get(key);
      if (instants) instants.push(at);
      else expected.contacts.set(key, [at]);
    }
  };
  if (event.type === 'CapReserved') {
    const heldUntil = Date.parse(event.data.heldUntil);
    for (const offer of event.data.offers) {
      const series = seriesOf({ ...event.data, ...offer });
      count('DECISION', series);
      expected.reservations.set(`${decisionId} ${offer.offerId}`, {
        series,
        heldUntil,
        holding: allPlaces,
        confirmed: 0,
      });
    }
    return;
  }
  const reservation = expected.reservations.get(`${decisionId} ${event.data.offerId}`);
  if (!reservation) return;
  if (event.type === 'CapReleased') {
    reservation.holding = 0;
    return;
  }
  const { counted, heldUntil } = event.data;
  if ((reservation.confirmed & placeOf[counted]) > 0) return;
  count(counted, reservation.series);
  reservation.confirmed |= placeOf[counted];
  reservation.holding &= ~placeOf[counted];
  if (counted !== 'IMPRESSION') return;
  reservation.holding = allPlaces & ~reservation.confirmed;
  reservation.heldUntil = Date.parse(heldUntil);
}

function withoutFresh(fields: readonly string[]): string[] {
  return fields.filter((_, index) => fields[index - (index % 2)] !== '+');
}

/** Instants by the log and as they are kept; the oldest of many are not told apart any more. */
function contactsOf(ofLog: Expected, found: StoredContacts, counts: Counts, name: string): [number[], number[]] {
  const expected = (ofLog.contacts.get(`${counts} ${name}`) ?? []).toSorted((one, other) => one - other);
  const series = found.series.get(name)?.[counts];
  const [first] = series?.chunks ?? [];
  const together = first?.counts?.[0] ?? 0;
  const newest = first?.buckets[0] ?? 0;
  return [expected.map((instant, index) => (index < together ? newest : instant)), instantsOf(series)];
}

function instantsOf(series: ContactSeries | undefined): number[] {
  return (series?.chunks ?? []).flatMap(({ buckets, counts }) =>
    buckets.flatMap((instant, index) => Array<number>(counts?.[index] ?? 1).fill(instant)),
  );
}

/** Until when and which places, as one number each, ascending. */
function heldBy({ reservations }: Expected, name: string, at: number): number[] {
  return [...reservations.values()]
    .filter(({ series, holding, heldUntil }) => holding > 0 && heldUntil >= at && series.includes(name))
    .map(({ heldUntil, holding }) => heldUntil * 10 + holding)
    .sort((one, other) => one - other);
}

function heldIn(found: StoredContacts, name: string, at: number): number[] {
  return (found.series.get(name)?.holds ?? [])
    .flatMap((series, places) => instantsOf(series).map((until) => ({ until, places })))
    .filter(({ until }) => until >= at)
    .map(({ until, places }) => until * 10 + places)
    .sort((one, other) => one - other);
}

/** Compares two ascending lists. Whether they differ. */
function addDrift(
  drift: { tooMany: number; tooFew: number },
  expected: readonly number[],
  found: readonly number[],
): boolean {
  let [index, differs] = [0, false];
  const add = (what: 'tooMany' | 'tooFew') => {
    drift[what] += 1;
    differs = true;
  };
  for (const each of found) {
    while (index < expected.length && (expected[index] ?? each) < each) {
      add('tooFew');
      index += 1;
    }
    if (expected[index] === each) index += 1;
    else add('tooMany');
  }
  for (; index < expected.length; index += 1) add('tooFew');
  return differs;
}
