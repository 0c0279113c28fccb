// How far the contacts that a cap gate keeps elsewhere have drifted from the log, and whether the log itself breaks a cap: as figures.
import type { Counts } from '../src/decisioning/caps.ts';
import { beginning, type Position, type RecordedEvent } from '../src/event-store/event-store.ts';
import { categoryOf } from '../src/event-store/stream-names.ts';
import { type CapRecount, recountCaps } from './cap-recount.ts';
import type { ContactSeries } from './contact-series.ts';
import {
  type ContactsOfCustomer,
  type ContactsOfLog,
  createContactsOfLog,
  emptyCustomer,
  holdersAt,
} from './contacts-of-log.ts';
import { type Drift, driftBetween, isDrift, noDrift, sumOf, tallyOf } from './drift.ts';
import { readContacts, type StoredContacts, type StoredCustomer } from './stored-contacts.ts';
import { auditTotals, type TotalsAudit, type TotalsAuditOptions } from './totals-audit.ts';
import { contactsName } from './totals-change.ts';

export interface CapAudit {
  readonly customersCompared: number;
  /** Customers of whom the one has later events than the other: they cannot be compared. */
  readonly customersElsewhere: number;
  /** Series of customers in which contacts or holds are not those of the log. */
  readonly seriesThatDiffer: number;
  readonly contacts: Drift;
  /** Places that are held at the instant of the audit. */
  readonly holds: Drift;
  /** Reservations that the log does not have although their time is over: a later event of the customer makes them forgotten. */
  readonly neverRecorded: number;
  /** Of everybody together; absent when it was not asked for. */
  readonly totals?: TotalsAudit;
  readonly recount: CapRecount;
}

export interface CapAuditOptions {
  /** Those of `recountedCategories` from the beginning of the log. */
  readonly events: AsyncIterable<RecordedEvent>;
  /** Read when the events have been read: customers who have had later ones are not compared. */
  readonly stored: AsyncIterable<StoredCustomer>;
  /**
   * Up to here the log is in what is stored: what is behind has been lost, and counts as too few. Asked when the events have been
   * read; absent: nothing is known of that.
   */
  readonly appliedUpTo?: () => Promise<Position>;
  readonly totals?: Pick<TotalsAuditOptions, 'stored' | 'laterEvents'>;
  /** The instant of the audit, epoch milliseconds. */
  readonly at: number;
}

/** Milliseconds that a reservation in Redis may take to the log: longer than the appends of a decision are tried. */
const overlapMs = 10_000;

const countedEvents: readonly Counts[] = ['DECISION', 'IMPRESSION', 'CLICK', 'ACCEPTANCE'];

export async function auditCaps(options: CapAuditOptions): Promise<CapAudit> {
  const { events, stored, at, totals } = options;
  const ofLog = createContactsOfLog();
  const recount = await recountCaps(noting(events, ofLog), { overlapMs });
  const appliedUpTo = (await options.appliedUpTo?.()) ?? beginning;
  const ofCustomers = await auditCustomers(ofLog, stored, appliedUpTo, at);
  // What it reads goes on with the log.
  const ofEverybody = totals && (await auditTotals({ ...totals, ofLog, appliedUpTo, at }));
  return { ...ofCustomers, ...(ofEverybody && { totals: ofEverybody }), recount };
}

async function auditCustomers(
  ofLog: ContactsOfLog,
  stored: AsyncIterable<StoredCustomer>,
  appliedUpTo: Position,
  at: number,
): Promise<Omit<CapAudit, 'totals' | 'recount'>> {
  let [customersCompared, customersElsewhere, seriesThatDiffer, neverRecorded] = [0, 0, 0, 0];
  let [contacts, holds] = [noDrift, noDrift];

  function compare(customerId: string, fields: readonly string[]): void {
    const { fresh, position } = readContacts(fields);
    neverRecorded += fresh.filter(({ heldUntil }) => heldUntil < at).length;
    const expected = ofLog.customers.get(customerId) ?? emptyCustomer();
    const isLost = position < expected.position && expected.position <= appliedUpTo;
    if (position !== expected.position && !isLost) {
      customersElsewhere += 1;
      return;
    }
    customersCompared += 1;
    const found = readContacts(withoutFresh(fields));
    const names = new Set([
      ...found.series.keys(),
      ...[...expected.reservations.values()].flatMap(({ series }) => series),
    ]);
    for (const name of names) {
      const drift = countedEvents.map((counts) => driftOfContacts(expected, found, counts, name)).reduce(sumOf);
      const held = driftBetween(tallyOf(heldBy(expected, name, at)), tallyOf(heldIn(found, name, at)));
      [contacts, holds] = [sumOf(contacts, drift), sumOf(holds, held)];
      if (isDrift(sumOf(drift, held))) seriesThatDiffer += 1;
    }
  }

  const missing = new Set(ofLog.customers.keys());
  for await (const { customerId, fields } of stored) {
    missing.delete(customerId);
    compare(customerId, fields);
  }
  for (const customerId of missing) compare(customerId, []);
  return { customersCompared, customersElsewhere, seriesThatDiffer, contacts, holds, neverRecorded };
}

/** True when the log breaks no cap, and nothing is kept in such a way that one could be broken. */
export function isSafe({ recount, contacts, holds, totals }: CapAudit): boolean {
  const drifts = [contacts, holds, ...(totals ? [totals.contacts, totals.holds] : [])];
  return recount.violations.length === 0 && drifts.every(({ tooFew }) => tooFew === 0);
}

const violationsShown = 20;

/** For a person to read: a line for each figure, and the first violations. */
export function renderCapAudit(audit: CapAudit): string {
  const { contacts, holds, totals, recount } = audit;
  const drift = ({ tooMany, tooFew }: Drift) => `${tooMany} too many, ${tooFew} too few`;
  const figures: (readonly [string, string | number])[] = [
    ['reservations and confirmations recounted', `${recount.reservations} and ${recount.confirmations}`],
    ['contacts that broke a cap', recount.violations.length],
    ['customers compared with the log', audit.customersCompared],
    ['customers with later events, not compared', audit.customersElsewhere],
    ['series of customers that differ', audit.seriesThatDiffer],
    ['  contacts', drift(contacts)],
    ['  places held', drift(holds)],
    ['reservations over and never recorded', audit.neverRecorded],
  ];
  if (totals) {
    figures.push(
      ['series of everybody compared with the log', totals.seriesCompared],
      ['series of everybody behind the log, not compared', totals.seriesElsewhere],
      ['series of everybody that differ', totals.seriesThatDiffer],
      ['  contacts', drift(totals.contacts)],
      ['  places held', drift(totals.holds)],
    );
  }
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

/** Passes events on and notes what they say of contacts. */
async function* noting(events: AsyncIterable<RecordedEvent>, ofLog: ContactsOfLog): AsyncGenerator<RecordedEvent> {
  for await (const event of events) {
    if (categoryOf(event.stream) === 'cap') ofLog.note(event);
    yield event;
  }
}

function withoutFresh(fields: readonly string[]): string[] {
  return fields.filter((_, index) => fields[index - (index % 2)] !== '+');
}

/** The oldest of many are kept as a number of contacts at the newest instant of them. */
function driftOfContacts(expected: ContactsOfCustomer, found: StoredContacts, counts: Counts, name: string): Drift {
  const instants = (expected.contacts.get(contactsName(counts, name)) ?? []).toSorted((one, other) => one - other);
  const series = found.series.get(name)?.[counts];
  const [first] = series?.chunks ?? [];
  const together = first?.counts?.[0] ?? 0;
  const newest = first?.buckets[0] ?? 0;
  const kept = instants.map((instant, index) => (index < together ? newest : instant));
  return driftBetween(tallyOf(kept), tallyOf(instantsOf(series)));
}

function instantsOf(series: ContactSeries | undefined): number[] {
  return (series?.chunks ?? []).flatMap(({ buckets, counts }) =>
    buckets.flatMap((instant, index) => Array<number>(counts?.[index] ?? 1).fill(instant)),
  );
}

/** Until when and which places, as one number each. */
function heldBy(customer: ContactsOfCustomer, name: string, at: number): number[] {
  return holdersAt(customer, at)
    .filter(({ series }) => series.includes(name))
    .map(({ heldUntil, holding }) => heldUntil * 10 + holding);
}

function heldIn(found: StoredContacts, name: string, at: number): number[] {
  return (found.series.get(name)?.holds ?? [])
    .flatMap((series, places) => instantsOf(series).map((until) => ({ until, places })))
    .filter(({ until }) => until >= at)
    .map(({ until, places }) => until * 10 + places);
}
