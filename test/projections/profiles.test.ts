import { describe, expect, test } from 'vitest';
import { profiles } from '../../projections/profiles.ts';
import { folded, recorded, type Told } from './recorded-events.ts';

function entryFrom(...told: Omit<Told, 'stream'>[]) {
  const events = told.map((event) => ({
    ...event,
    stream: 'profile-c1',
    data: { customerId: 'c1', ...event.data },
  }));
  return folded(profiles, 'c1', recorded(events));
}

const attributes = (at: string, values: object) => ({
  type: 'AttributesObserved',
  at,
  data: { attributes: values, source: 'test' },
});

describe('the read model of profiles', () => {
  test('a customer who never registered is in UTC', () => {
    expect(entryFrom(attributes('2026-01-01T00:00:00.000Z', { age: 40 }))).toMatchObject({ timeZone: 'UTC' });
  });

  test('a registration gives the time zone and its instant, and a later observation another zone', () => {
    const registered = {
      type: 'CustomerRegistered',
      at: '2026-01-02T00:00:00.000Z',
      data: { timeZone: 'Europe/Vienna' },
    };
    const moved = { type: 'TimeZoneObserved', data: { timeZone: 'Asia/Tokyo' } };
    expect(entryFrom(registered)).toMatchObject({
      timeZone: 'Europe/Vienna',
      registeredAt: '2026-01-02T00:00:00.000Z',
    });
    expect(entryFrom(registered, moved)).toMatchObject({
      timeZone: 'Asia/Tokyo',
      registeredAt: '2026-01-02T00:00:00.000Z',
    });
  });

  test('attributes have their last value and the instant of their last observation', () => {
    const entry = entryFrom(
      attributes('2026-01-01T00:00:00.000Z', { age: 40, city: 'Graz' }),
      attributes('2026-01-02T00:00:00.000Z', { age: 41 }),
    );
    expect(entry.attributes).toEqual({ age: 41, city: 'Graz' });
    expect(entry.attributeObservedAt).toEqual({ age: '2026-01-02T00:00:00.000Z', city: '2026-01-01T00:00:00.000Z' });
  });

  test('null forgets an attribute', () => {
    const entry = entryFrom(
      attributes('2026-01-01T00:00:00.000Z', { age: 40, constructor: 'Graz' }),
      attributes('2026-01-02T00:00:00.000Z', { age: null }),
    );
    expect(entry.attributes).toEqual({ constructor: 'Graz' });
    expect(Object.keys(entry.attributeObservedAt)).toEqual(['constructor']);
  });

  test('audiences are joined once and left', () => {
    const joined = { type: 'AudiencesJoined', data: { audiences: ['vip', 'fuel'] } };
    const left = { type: 'AudiencesLeft', data: { audiences: ['vip', 'unknown'] } };
    expect(entryFrom(joined, joined).audiences).toEqual(['vip', 'fuel']);
    expect(entryFrom(joined, left).audiences).toEqual(['fuel']);
  });

  test('an identity is linked once and unlinked by kind and value', () => {
    const linked = (kind: string) => ({ type: 'IdentityLinked', data: { identity: { kind, value: '7' } } });
    const unlinked = { type: 'IdentityUnlinked', data: { identity: { kind: 'crm', value: '7' } } };
    expect(entryFrom(linked('crm'), linked('crm'), linked('shop')).identities).toHaveLength(2);
    expect(entryFrom(linked('crm'), linked('shop'), unlinked).identities).toEqual([{ kind: 'shop', value: '7' }]);
  });
});
