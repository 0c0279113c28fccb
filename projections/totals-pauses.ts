// Until when caps of everybody are shut by a hit of their limit: worked out from all their contacts, which are asked for when there are more.
import { type BoundCap, windowStart } from '../src/decisioning/caps.ts';
import { addContact, type ContactBook, createContactBook, entriesOf, removeContact, usageIn } from './contact-book.ts';
import type { TotalsAnswer, TotalsHistory } from './redis-totals-questions.ts';

export interface TotalsPauses {
  /** What is known and needed of a cap at an instant; undefined when its rule has no pause. */
  known(cap: BoundCap, at: number): TotalsHistory | undefined;
  /** Brings in what was answered to that. */
  learn(cap: BoundCap, at: number, answer: TotalsAnswer): void;
  /** Epoch milliseconds; `others` are instants of contacts besides those known. */
  pausedUntil(cap: BoundCap, at: number, others: readonly number[]): number | undefined;
}

const [minute, day] = [60_000, 86_400_000];

/**
 * Contacts of days whose hours are not kept count together at the end of their day: a pause that reaches back further than a year
 * is never too short.
 */
export function createTotalsPauses(): TotalsPauses {
  const histories = new Map<string, { readonly ever: number; readonly from: number; readonly book: ContactBook }>();
  return {
    known(cap, at) {
      if (cap.rule.pauseDays === undefined) return undefined;
      const from = firstDay(cap, at);
      const history = histories.get(cap.key);
      return { ever: history && history.from <= from ? history.ever : -1, ...(Number.isFinite(from) && { from }) };
    },
    learn(cap, at, { ever, history }) {
      if (!history) return;
      const { key, rule, series } = cap;
      const book = createContactBook(minute);
      for (const [index, name] of series.entries()) {
        const entries = entriesOf(book, [name]);
        for (const [instant, contacts] of contactsIn(history[index] ?? [])) {
          for (let contact = 0; contact < contacts; contact += 1) addContact(entries, rule.counts, instant);
        }
      }
      histories.set(key, { ever, from: firstDay(cap, at), book });
    },
    pausedUntil(cap, at, others) {
      if (cap.rule.pauseDays === undefined) return undefined;
      const book = histories.get(cap.key)?.book ?? createContactBook(minute);
      const entries = entriesOf(book, cap.series.slice(0, 1));
      for (const instant of others) addContact(entries, cap.rule.counts, instant);
      const { pausedUntil } = usageIn(book, cap, at, 'UTC');
      for (const instant of others) removeContact(entries, cap.rule.counts, instant);
      return pausedUntil;
    },
  };
}

/** The day in which the window began of a contact that may have begun a pause which is not over. */
function firstDay({ rule }: BoundCap, at: number): number {
  return Math.floor(windowStart(rule, at - (rule.pauseDays ?? 0) * day - minute, 'UTC') / day);
}

/** Instants and how many contacts, in order, from the days and hours of a hash that `apply-totals.lua` has written. */
function contactsIn(fields: readonly string[]): [number, number][] {
  const found: [number, number][] = [];
  const days = new Map<number, number>();
  for (let index = 0; index < fields.length; index += 2) {
    const [kind = '', number = ''] = (fields[index] ?? '').split(':');
    const [all = '0', ...cells] = (fields[index + 1] ?? '').split(' ');
    if (kind === 'day') days.set(Number(number), (days.get(Number(number)) ?? 0) + Number(all));
    if (kind !== 'hour') continue;
    const hour = Number(number);
    days.set(Math.floor(hour / 24), (days.get(Math.floor(hour / 24)) ?? 0) - Number(all));
    for (const cell of cells) {
      const [ofHour = '0', contacts = '0'] = cell.split('=');
      found.push([(hour * 60 + Number(ofHour)) * minute, Number(contacts)]);
    }
  }
  for (const [number, contacts] of days) if (contacts > 0) found.push([(number + 1) * day - minute, contacts]);
  return found.sort(([one], [other]) => one - other);
}
