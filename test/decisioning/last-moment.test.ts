// Until when an offer may be presented: its end and the consents that it needs.
import { expect, test } from 'vitest';
import type { ConsentFact } from '../../src/decisioning/facts.ts';
import { unknownCustomer } from '../../src/decisioning/facts.ts';
import { lastMomentOf } from '../../src/decisioning/last-moment.ts';
import { mayStillBeShown } from '../../src/decisioning/may-still-be-shown.ts';
import { situation, usually } from './situation.ts';

const noon = '2026-11-22T12:00:00.000Z';
const atNoon = Date.parse(noon);
const granted = (purpose: string, expiresAt?: number, channel: ConsentFact['channel'] = 'WEB'): ConsentFact => ({
  purpose,
  channel,
  state: 'GRANTED',
  ...(expiresAt !== undefined && { expiresAt }),
});

test.each<[string, { endAt?: string; purposes?: string[] }, ConsentFact[], number]>([
  ['an offer without an end has none', {}, [granted('marketing')], Number.POSITIVE_INFINITY],
  ['an offer is over at its end', { endAt: noon }, [granted('marketing')], atNoon - 1],
  ['a consent is over at its expiry', {}, [granted('marketing', atNoon)], atNoon - 1],
  ['the earliest counts', { endAt: noon }, [granted('marketing', atNoon - 7)], atNoon - 8],
  [
    'every purpose needs its consent',
    { purposes: ['marketing', 'service'] },
    [granted('marketing', atNoon), granted('service', atNoon - 7)],
    atNoon - 8,
  ],
  [
    'other purposes and channels do not count',
    {},
    [granted('service', 1), granted('marketing', 1, 'EMAIL'), granted('marketing')],
    Number.POSITIVE_INFINITY,
  ],
])('the last moment of an offer: %s', (_, terms, consents, expected) => {
  const offer = { offerId: 'gas', revision: 1, state: 'LIVE' as const, terms: { ...usually.offer, ...terms } };
  expect(lastMomentOf(offer, { ...unknownCustomer('c1'), consents }, 'WEB')).toBe(expected);
});

test('at its last moment an offer may be shown, a millisecond later it may not', () => {
  const consents = [{ purpose: 'marketing', channel: 'WEB' as const, state: 'GRANTED' as const, expiresAt: noon }];
  for (const given of [{ offers: { gas: { endAt: noon } } }, { offers: { gas: {} }, customer: { consents } }]) {
    const { catalogue, request, facts } = situation(given);
    const offer = catalogue.offers.get('gas');
    const last = offer ? lastMomentOf(offer, facts, 'WEB') : 0;
    expect(mayStillBeShown(catalogue, { ...request, at: last }, facts, 'gas')).toBe(true);
    expect(mayStillBeShown(catalogue, { ...request, at: last + 1 }, facts, 'gas')).toBe(false);
  }
});
