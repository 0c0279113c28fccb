// What is recorded of reservations: each confirmed and given back once.
import { describe, expect, test } from 'vitest';
import { type CapCommand, capDecider, capReasons } from '../../src/aggregates/cap/decider.ts';
import { type CapEvent, type Counted, capEvent } from '../../src/aggregates/cap/events.ts';
import { walk } from './random-commands.ts';
import { scenario } from './scenario.ts';

const cap = scenario(capDecider, capEvent);
const heldUntil = '2026-11-21T18:30:00.000Z';
const laterUntil = '2026-11-22T18:00:00.000Z';
const about = { customerId: 'c42', decisionId: 'c42_202611_x', offerId: 'fuel' };

type Reserved = Extract<CapEvent, { type: 'CapReserved' }>['data'];
const reservation = (changes: Partial<Reserved> = {}): Reserved => ({
  customerId: 'c42',
  decisionId: 'c42_202611_x',
  placementId: 'home',
  channel: 'WEB',
  offers: [
    { offerId: 'fuel', tags: ['car'] },
    { offerId: 'bread', tags: [] },
  ],
  callId: 'call1',
  timeZone: 'Europe/Berlin',
  heldUntil,
  ...changes,
});
const reserved: CapEvent = { type: 'CapReserved', data: reservation() };
const confirmed = (counted: Counted): CapEvent => ({
  type: 'CapConfirmed',
  data: { ...about, counted, heldUntil: laterUntil },
});
const released: CapEvent = { type: 'CapReleased', data: { ...about, reason: 'DECLINED' } };
const confirm = (counted: Counted, changes: { decisionId?: string; offerId?: string } = {}): CapCommand => {
  const { decisionId, offerId } = about;
  return { type: 'ConfirmCap', decisionId, offerId, counted, heldUntil: laterUntil, ...changes };
};
const release = (changes: { decisionId?: string; offerId?: string } = {}): CapCommand => {
  const { decisionId, offerId } = about;
  return { type: 'ReleaseCap', decisionId, offerId, reason: 'DECLINED', ...changes };
};

describe('reserving', () => {
  test('a decision reserves its offers together', () =>
    cap.when({ type: 'ReserveCap', data: reservation() }).thenRecorded(reserved));
  test('the same decision again is already so', () =>
    cap.given(reserved).when({ type: 'ReserveCap', data: reservation() }).thenNothing());
  test('another decision reserves for itself', () => {
    const data = reservation({ decisionId: 'c42_202611_y' });
    cap.given(reserved).when({ type: 'ReserveCap', data }).thenRecorded({ type: 'CapReserved', data });
  });
  test('an offer twice in one decision is refused', () => {
    const data = reservation({ offers: [1, 2].map(() => ({ offerId: 'fuel', tags: [] })) });
    cap.when({ type: 'ReserveCap', data }).thenRefused('OFFER_REPEATED', { field: 'offers.1.offerId', rule: 'fuel' });
  });
});

describe('confirming', () => {
  test('an impression, then a click, then an acceptance are each recorded', () => {
    cap.given(reserved).when(confirm('IMPRESSION')).thenRecorded(confirmed('IMPRESSION'));
    cap.given(reserved, confirmed('IMPRESSION')).when(confirm('CLICK')).thenRecorded(confirmed('CLICK'));
  });
  test('the same again is already so, even after a release', () => {
    cap.given(reserved, confirmed('IMPRESSION')).when(confirm('IMPRESSION')).thenNothing();
    cap.given(reserved, confirmed('IMPRESSION'), released).when(confirm('IMPRESSION')).thenNothing();
  });
  test('the offers of a decision are confirmed each for itself', () =>
    cap
      .given(reserved, released)
      .when(confirm('IMPRESSION', { offerId: 'bread' }))
      .thenRecorded({
        type: 'CapConfirmed',
        data: { ...about, offerId: 'bread', counted: 'IMPRESSION', heldUntil: laterUntil },
      }));
  test('what was given back cannot be confirmed', () => {
    cap.given(reserved, released).when(confirm('IMPRESSION')).thenRefused('RESERVATION_RELEASED', { field: 'offerId' });
    cap
      .given(reserved, confirmed('IMPRESSION'), released)
      .when(confirm('ACCEPTANCE'))
      .thenRefused('RESERVATION_RELEASED');
  });
  test('what was never reserved cannot be confirmed', () => {
    cap.when(confirm('IMPRESSION')).thenRefused('RESERVATION_UNKNOWN', { field: 'decisionId' });
    cap
      .given(reserved)
      .when(confirm('CLICK', { offerId: 'tea' }))
      .thenRefused('RESERVATION_UNKNOWN', { rule: 'tea' });
  });
});

describe('releasing', () => {
  test('a reservation is given back once', () => {
    cap.given(reserved).when(release()).thenRecorded(released);
    cap.given(reserved, released).when(release()).thenNothing();
  });
  test('after an impression the click and the acceptance are given back', () =>
    cap.given(reserved, confirmed('IMPRESSION')).when(release()).thenRecorded(released));
  test('what was never reserved cannot be given back', () => {
    cap.when(release()).thenRefused('RESERVATION_UNKNOWN');
    cap
      .given(reserved)
      .when(release({ offerId: 'tea' }))
      .thenRefused('RESERVATION_UNKNOWN');
  });
});

describe('abandoning', () => {
  const { customerId, decisionId, offers } = reservation();
  const abandon: CapCommand = { type: 'AbandonCap', data: { customerId, decisionId, offers } };
  test('what is not there is recorded as given back, so that it comes no more', () => {
    const given = offers.map(({ offerId }): CapEvent => {
      return { type: 'CapReleased', data: { customerId, decisionId, offerId, reason: 'DISMISSED' } };
    });
    cap.when(abandon).thenRecorded(...given);
    cap
      .given({ type: 'CapReserved', data: reservation({ decisionId: 'c42_202611_y' }) })
      .when(abandon)
      .thenRecorded(...given);
  });
  test('what is there stays', () => cap.given(reserved).when(abandon).thenNothing());
});

test('whatever is commanded, nothing is confirmed twice, after its release, or without its reservation', () => {
  const { logs, recorded, refused } = walk<ReturnType<typeof capDecider.initialState>, CapCommand, CapEvent, string>(
    capDecider,
    capEvent,
    {
      walks: 100,
      steps: 40,
      command(random) {
        const decisionId = random.pick(['d1', 'd2']);
        const offerId = random.pick(['fuel', 'bread', 'tea']);
        const offers = random.pick([
          reservation().offers,
          [
            { offerId: 'fuel', tags: [] },
            { offerId: 'fuel', tags: [] },
          ],
        ]);
        return random.pick<CapCommand>([
          { type: 'ReserveCap', data: reservation({ decisionId, offers }) },
          confirm(random.pick(['IMPRESSION', 'CLICK', 'ACCEPTANCE']), { decisionId, offerId }),
          ...(random.whole(4) === 0 ? [release({ decisionId, offerId })] : []),
        ]);
      },
    },
  );
  expect([...recorded].sort()).toEqual(['CapConfirmed', 'CapReleased', 'CapReserved']);
  expect([...refused].sort()).toEqual([...capReasons].sort());
  for (const log of logs) {
    const seen = new Set<string>();
    const once = (key: string) => {
      expect(seen.has(key), key).toBe(false);
      seen.add(key);
    };
    for (const { type, data } of log) {
      if (type === 'CapReserved') {
        for (const { offerId } of data.offers) once(`${data.decisionId} ${offerId}`);
        continue;
      }
      const key = `${data.decisionId} ${data.offerId}`;
      expect(seen.has(key)).toBe(true);
      if (type === 'CapConfirmed') expect(seen.has(`${key} released`)).toBe(false);
      once(type === 'CapReleased' ? `${key} released` : `${key} ${data.counted}`);
    }
  }
});
