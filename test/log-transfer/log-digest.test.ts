// The hash of a log: equal for equal events in the same order, and for nothing else.
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { WrittenEvent } from '../../src/event-store/event-store.ts';
import { createLogDigest } from '../../src/log-transfer/log-digest.ts';

const metadata = { at: '2026-11-21T18:00:00.000Z', v: 1, correlationId: 'c', causationId: 'd', actor: 'ann' };
const first: WrittenEvent = {
  stream: 'offer-1',
  revision: 0,
  id: '0a1b2c3d-0000-8000-8000-000000000001',
  type: 'OfferDrafted',
  data: { b: 'text', a: [1, { y: null, x: true }], 10: -0, 9: 'ü"' },
  metadata,
};
const second: WrittenEvent = { ...first, revision: 1, id: '0a1b2c3d-0000-8000-8000-000000000002', data: {} };

function hashOf(...events: readonly WrittenEvent[]): string {
  const digest = createLogDigest();
  for (const event of events) digest.add(event);
  return digest.summary().sha256;
}

test('it is a chain of SHA-256 over the canonical JSON of the events', () => {
  const chained = (before: string, text: string) => createHash('sha256').update(before).update(text).digest('hex');
  const canonicalMetadata =
    '{"actor":"ann","at":"2026-11-21T18:00:00.000Z","causationId":"d","correlationId":"c","v":1}';
  const one = `["offer-1",0,"${first.id}","OfferDrafted",{"10":0,"9":"ü\\"","a":[1,{"x":true,"y":null}],"b":"text"},${canonicalMetadata}]`;
  const other = `["offer-1",1,"${second.id}","OfferDrafted",{},${canonicalMetadata}]`;
  expect(hashOf()).toBe('0'.repeat(64));
  expect(hashOf(first)).toBe(chained('0'.repeat(64), one));
  expect(hashOf(first, second)).toBe(chained(chained('0'.repeat(64), one), other));
});

test('it counts events and streams', () => {
  const digest = createLogDigest();
  for (const event of [first, second, { ...first, stream: 'offer-2' }]) digest.add(event);
  expect(digest.summary()).toMatchObject({ events: 3, streams: 2 });
});

test('it is the same however the keys of an object are ordered', () => {
  const data = { 9: 'ü"', 10: 0, a: [1, { x: true, y: null }], b: 'text' };
  const turned = Object.fromEntries(Object.entries(metadata).reverse()) as unknown as WrittenEvent['metadata'];
  expect(hashOf({ ...first, data, metadata: turned })).toBe(hashOf(first));
});

test.each<[string, Partial<WrittenEvent>]>([
  ['one letter of a text', { data: { ...first.data, b: 'texT' } }],
  ['a number that becomes a text', { data: { ...first.data, 10: '0' } }],
  ['the order of a list', { data: { ...first.data, a: [{ y: null, x: true }, 1] } }],
  ['a key more', { data: { ...first.data, c: null } }],
  ['a key that is special elsewhere', { data: JSON.parse('{"__proto__":{"c":1}}') }],
  ['an empty object', { data: {} }],
  ['an empty list', { data: [] }],
  ['the metadata', { metadata: { ...metadata, v: 2 } }],
  ['the id', { id: second.id }],
  ['the type', { type: 'OfferDraftee' }],
  ['the stream', { stream: 'offer-2' }],
  ['the revision', { revision: 2 }],
])('it is another when something else is %s', (_, change) => {
  expect(hashOf({ ...first, ...change })).not.toBe(hashOf(first));
  expect(hashOf({ ...first, ...change }, second)).not.toBe(hashOf(first, second));
});

test('it is another in another order, and with an event less or twice', () => {
  const hashes = [hashOf(first, second), hashOf(second, first), hashOf(first), hashOf(second), hashOf(first, first)];
  expect(new Set(hashes).size).toBe(hashes.length);
});
