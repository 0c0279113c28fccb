import { describe, expect, test } from 'vitest';
import { contacts } from '../../projections/contacts.ts';
import { folded, recorded, type Told } from './recorded-events.ts';

function entryFrom(...told: Omit<Told, 'stream'>[]) {
  const events = told.map((event) => ({
    ...event,
    stream: 'decision-c1_202611',
    data: { customerId: 'c1', ...event.data },
  }));
  return folded(contacts, 'c1', recorded(events));
}

const instant = (minutes: number) => new Date(Date.UTC(2026, 10, 21, 12, minutes)).toISOString();

function decided(decisionId: string, minutes: number, more: { offerIds?: string[]; requestId?: string } = {}) {
  const { offerIds = ['o1'], requestId } = more;
  return {
    type: 'OfferDecided',
    at: instant(minutes),
    data: {
      decisionId,
      placementId: 'home',
      ...(requestId !== undefined && { requestId }),
      offers: offerIds.map((offerId, slot) => ({ offerId, slot })),
      expiresAt: instant(minutes + 10),
    },
  };
}

function outcome(type: string, decisionId: string, minutes: number, more: object = {}) {
  return { type, at: instant(minutes), data: { decisionId, offerId: 'o1', ...more } };
}

describe('the read model of contacts', () => {
  test('each outcome is counted with its latest instant', () => {
    const entry = entryFrom(
      decided('d1', 0),
      outcome('OfferPresented', 'd1', 1),
      outcome('OfferClicked', 'd1', 2),
      outcome('OfferAccepted', 'd1', 3),
      decided('d2', 5),
      outcome('OfferDeclined', 'd2', 6, { reason: 'no need' }),
      outcome('OfferPostponed', 'd2', 7, { until: instant(30) }),
    );
    expect(entry.offers).toEqual({
      o1: {
        decided: 2,
        presented: 1,
        clicked: 1,
        accepted: 1,
        declined: 1,
        lastDecidedAt: Date.parse(instant(5)),
        lastPresentedAt: Date.parse(instant(1)),
        lastClickedAt: Date.parse(instant(2)),
        lastAcceptedAt: Date.parse(instant(3)),
        lastDeclinedAt: Date.parse(instant(6)),
        postponedUntil: Date.parse(instant(30)),
      },
    });
  });

  test('an outcome that is reported late does not turn the latest instant back', () => {
    const entry = entryFrom(decided('d1', 0), outcome('OfferPresented', 'd1', 5), outcome('OfferPresented', 'd1', 2));
    expect(entry.offers.o1).toMatchObject({ presented: 2, lastPresentedAt: Date.parse(instant(5)) });
  });

  test('a dismissal and an expiry are no contact', () => {
    const entry = entryFrom(
      decided('d1', 0),
      outcome('OfferDismissed', 'd1', 1, { reason: 'x' }),
      outcome('OfferExpired', 'd1', 2),
    );
    expect(entry.offers.o1).toEqual({
      decided: 1,
      presented: 0,
      clicked: 0,
      accepted: 0,
      declined: 0,
      lastDecidedAt: Date.parse(instant(0)),
    });
  });

  test('an offer may be called like something that every object has', () => {
    expect(entryFrom(decided('d1', 0, { offerIds: ['constructor'] })).offers.constructor).toMatchObject({ decided: 1 });
  });

  test('a request finds its decision until the answer has expired', () => {
    const key = 'r1|home';
    expect(entryFrom(decided('d1', 0, { requestId: 'r1' })).requests[key]).toEqual({
      decisionId: 'd1',
      revision: 0,
      expiresAt: instant(10),
    });
    expect(entryFrom(decided('d1', 0, { requestId: 'r1' }), decided('d2', 9)).requests).toHaveProperty([key]);
    expect(entryFrom(decided('d1', 0, { requestId: 'r1' }), decided('d2', 10)).requests).toEqual({});
    expect(entryFrom(decided('d1', 0)).requests).toEqual({});
  });

  test('the newest answer to a request counts', () => {
    const entry = entryFrom(decided('d1', 0, { requestId: 'r1' }), decided('d2', 1, { requestId: 'r1' }));
    expect(entry.requests).toEqual({ 'r1|home': { decisionId: 'd2', revision: 1, expiresAt: instant(11) } });
  });

  test('at least the newest 1,000 requests are kept, and not many more', () => {
    const told = Array.from({ length: 4321 }, (_, index) => decided(`d${index}`, 0, { requestId: String(index) }));
    const keys = Object.keys(entryFrom(...told).requests);
    expect(keys.length).toBeGreaterThanOrEqual(1000);
    expect(keys.length).toBeLessThanOrEqual(1250);
    expect(keys).toEqual(Array.from(keys, (_, index) => `${4321 - keys.length + index}|home`));
  });

  test('a request that was answered again is as new as its last answer', () => {
    const others = Array.from(Array(1300).keys(), String);
    const requestIds = ['again', ...others.slice(0, 800), 'again', ...others.slice(800)];
    const { requests } = entryFrom(...requestIds.map((requestId, n) => decided(`d${n}`, 0, { requestId })));
    expect(requests['again|home']?.decisionId).toBe('d801');
    expect(Object.keys(requests).slice(-501)).toEqual(requestIds.slice(-501).map((requestId) => `${requestId}|home`));
  });

  test('of many requests those whose answers have expired are not kept for long', () => {
    const told = Array.from({ length: 500 }, (_, index) => decided(`d${index}`, 0, { requestId: String(index) }));
    const later = Array.from({ length: 150 }, (_, index) => decided(`e${index}`, 20, { requestId: `later${index}` }));
    expect(Object.keys(entryFrom(...told).requests)).toHaveLength(500);
    const keys = Object.keys(entryFrom(...told, ...later).requests);
    expect(keys).toEqual(Array.from({ length: 150 }, (_, index) => `later${index}|home`));
  });

  test('the newest 50 decisions are kept, newest first, with their offers by slot and what followed', () => {
    const told = Array.from({ length: 60 }, (_, index) => decided(`d${index}`, index, { offerIds: ['o1', 'o2'] }));
    const entry = entryFrom(
      ...told,
      outcome('OfferPresented', 'd59', 61),
      outcome('OfferDeclined', 'd59', 62, { reason: 'no need' }),
      outcome('OfferPresented', 'd0', 63),
    );
    expect(entry.recent).toHaveLength(50);
    expect(entry.recent.at(-1)?.decisionId).toBe('d10');
    expect(entry.recent[0]).toEqual({
      decisionId: 'd59',
      placementId: 'home',
      at: instant(59),
      offerIds: ['o1', 'o2'],
      outcomes: [
        { offerId: 'o1', outcome: 'PRESENTED', at: instant(61) },
        { offerId: 'o1', outcome: 'DECLINED', at: instant(62), reason: 'no need' },
      ],
    });
  });

  test('a decision for nothing is remembered as one', () => {
    const entry = entryFrom(decided('d1', 0, { offerIds: [] }));
    expect(entry.offers).toEqual({});
    expect(entry.recent[0]).toMatchObject({ decisionId: 'd1', offerIds: [] });
  });
});
