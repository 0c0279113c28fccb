import { describe, expect, test } from 'vitest';
import { createUnappliedContacts } from '../../projections/unapplied-contacts.ts';
import { asking, capOf, noon } from './cap-gate-samples.ts';

const cap = capOf({ subject: 'TOTAL', counts: 'DECISION' });
const book = { position: '5', upTo: 1000 };
const never = Number.POSITIVE_INFINITY;

/** Contacts of which one was made: by when it is recorded, if ever. */
function withOne(recordedBy: number) {
  const contacts = createUnappliedContacts();
  contacts.learn(book, 0);
  const request = asking({ decisionId: 'd1', caps: [cap] });
  for (const offer of request.offers) contacts.add(request, offer, recordedBy);
  return contacts;
}

describe('contacts that the book of totals does not have', () => {
  test('one that is recorded behind what the book has counts until the book is there', () => {
    const contacts = withOne(never);
    contacts.recorded('d1', '6');
    contacts.learn(book, 10);
    expect(contacts.countOf(cap, noon)).toBe(1);
    contacts.learn({ ...book, position: '6' }, 20);
    expect(contacts.countOf(cap, noon)).toBe(0);
    expect(contacts.countOf(cap, noon, '5')).toBe(1);
  });

  test('one that is recorded where the book is already is forgotten two seconds after the same book was met again', () => {
    const contacts = withOne(never);
    contacts.learn(book, 10);
    contacts.recorded('d1', '4');
    contacts.learn(book, 20);
    contacts.learn(book, 2020);
    expect(contacts.size()).toBe(1);
    contacts.learn(book, 2021);
    expect(contacts.size()).toBe(0);
    expect(contacts.has('d1', 'o1')).toBe(false);
  });

  test('one that must be in a book by now, or nowhere, counts no more, also when the book was known before', () => {
    const contacts = withOne(900);
    expect(contacts.countOf(cap, noon)).toBe(1);
    contacts.learn(book, 10);
    expect(contacts.countOf(cap, noon)).toBe(0);
  });

  test('one that is given back is gone, and the others of the same offer stay', () => {
    const contacts = withOne(never);
    const other = asking({ decisionId: 'd2', caps: [cap] });
    for (const offer of other.offers) contacts.add(other, offer, never);
    expect(contacts.countOf(cap, noon)).toBe(2);
    contacts.giveBack('d1');
    expect(contacts.countOf(cap, noon)).toBe(1);
    expect(contacts.instantsOf(cap)).toEqual([noon]);
    contacts.giveBack('d2');
    expect(contacts.size()).toBe(0);
  });
});
