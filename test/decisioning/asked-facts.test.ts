// What a decision did not look at is not kept with it, and is not missed when it is computed again.
import { expect, it } from 'vitest';
import { noteAsked } from '../../src/decisioning/asked-facts.ts';
import { unknownCustomer } from '../../src/decisioning/facts.ts';

const contact = { decided: 1, presented: 1, clicked: 0, accepted: 0, declined: 0 };
const customer = { ...unknownCustomer('c'), contacts: { seen: contact, asked: contact, unasked: contact } };

it('keeps the contacts that were asked about by name, and leaves the others out', () => {
  const { facts, asked } = noteAsked(customer);
  expect(facts.contacts.seen).toEqual(contact);
  expect(Object.hasOwn(facts.contacts, 'asked')).toBe(true);
  expect(Object.hasOwn(facts.contacts, 'nobody')).toBe(false);
  expect(Object.keys(asked().contacts)).toEqual(['seen', 'asked']);
  expect(asked()).toEqual({ ...customer, contacts: { seen: contact, asked: contact } });
});

it('keeps all of them when all were counted', () => {
  const { facts, asked } = noteAsked(customer);
  expect(Object.values(facts.contacts)).toHaveLength(3);
  expect(asked()).toEqual(customer);
});
