// What the log tells of any period, by events that were written by hand, so that also a broken promise can be looked at.
import { describe, expect, it } from 'vitest';
import type { RecordedEvent } from '../../src/event-store/event-store.ts';
import { readReportArguments } from '../../src/report/report-arguments.ts';
import { type SloReportOptions, sloReport } from '../../src/report/slo-report.ts';
import { isBroken, judged, linesOf } from '../../src/report/slo-report-lines.ts';

const hour = 3_600_000;
const begin = Date.parse('2026-11-01T00:00:00Z');
const instant = (hours: number) => new Date(begin + hours * hour).toISOString();

/** A log whose events happen at so many hours since its beginning, and are recorded a given time after that. */
function log() {
  const events: RecordedEvent[] = [];
  function add(type: string, hours: number, data: object, recordedAfterMs = 0): string {
    const position = String(events.length + 1).padStart(16, '0');
    const at = instant(hours);
    events.push({
      id: position,
      type,
      data,
      stream: 'cap-x',
      revision: events.length,
      position,
      recordedAt: new Date(begin + hours * hour + recordedAfterMs).toISOString(),
      metadata: { at, v: 1, correlationId: 'c', causationId: 'c', actor: 'ann' },
    });
    return position;
  }
  return {
    place: (placementId: string, coolingWindow?: object) =>
      add('PlacementDefined', 0, { placementId, revision: 1, by: 'ann', terms: { caps: [], coolingWindow } }),
    /** One offer in one placement, held for ten minutes. */
    contact(customerId: string, callId: string, hours: number, placementId = 'home', channel = 'WEB') {
      const decisionId = `${customerId}_202611_${callId}${placementId}`;
      const heldUntil = instant(hours + 1 / 6);
      const offers = [{ offerId: 'fuel', tags: [] }];
      add('CapReserved', hours, {
        customerId,
        decisionId,
        placementId,
        channel,
        offers,
        callId,
        timeZone: 'UTC',
        heldUntil,
      });
      return {
        present: (at = hours) =>
          add('CapConfirmed', at, { customerId, decisionId, offerId: 'fuel', counted: 'IMPRESSION', heldUntil }),
        release: (at = hours) => add('CapReleased', at, { customerId, decisionId, offerId: 'fuel', reason: 'EXPIRED' }),
      };
    },
    decide: (customerId: string, hours: number, data: object, position = '', recordedAfterMs = 0) => {
      const basis = { facts: { customer: { features: { position } } } };
      add('OfferDecided', hours, { customerId, resolution: 'FRESH', offers: [{}], basis, ...data }, recordedAfterMs);
    },
    signal: (customerId: string, hours: number) => add('SignalObserved', hours, { customerId }),
    report: (options: Partial<SloReportOptions> = {}) =>
      sloReport(
        (async function* () {
          yield* events;
        })(),
        { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, coolingWindowMs: 24 * hour, ...options },
      ),
  };
}

describe('collisions', () => {
  it('are contacts of another call within the window, in whatever channel', async () => {
    const { contact, report } = log();
    contact('ann', 'one', 0).present();
    contact('ann', 'two', 5, 'desk', 'CALL_CENTER').present();
    contact('bob', 'three', 5).present();
    contact('ann', 'four', 40).present();
    const { collisions } = await report();
    expect(collisions.decided).toEqual({ contacts: 4, collisions: 1 });
    expect(collisions.presented).toEqual({ contacts: 4, collisions: 1 });
    expect((await report({ coolingWindowMs: 5 * hour })).collisions.presented.collisions).toBe(0);
    expect((await report({ coolingWindowMs: 36 * hour })).collisions.presented.collisions).toBe(2);
  });

  it('are none within one call, and none with what was given back or not presented in time', async () => {
    const { contact, report } = log();
    contact('ann', 'one', 0);
    contact('ann', 'one', 0, 'banner');
    contact('bob', 'two', 0).release(0.1);
    contact('bob', 'three', 0.1);
    contact('cid', 'four', 0);
    contact('cid', 'five', 1);
    const { decided, presented } = (await report()).collisions;
    expect(decided).toEqual({ contacts: 6, collisions: 0 });
    expect(presented).toEqual({ contacts: 0, collisions: 0 });
  });

  it('count what was decided while another offer could still be presented', async () => {
    const { contact, report } = log();
    contact('ann', 'one', 0);
    contact('ann', 'two', 0.1);
    expect((await report()).collisions.decided).toEqual({ contacts: 2, collisions: 1 });
  });

  it('in a placement that has a window are judged by that, of its scope and as it was when it was decided', async () => {
    const { place, contact, report } = log();
    place('home', { seconds: 3600, scope: 'PLACEMENT' });
    place('desk');
    contact('ann', 'one', 1).present();
    contact('ann', 'two', 1.5, 'desk').present();
    contact('ann', 'three', 1.9).present();
    place('home', { seconds: 600, scope: 'EVERYTHING' });
    contact('ann', 'four', 2.3).present();
    const found = await report();
    expect(found.collisions.ownWindows).toEqual({ contacts: 3, collisions: 1 });
    expect(isBroken(found, undefined)).toBe(true);
  });

  it('before the period count for those in it', async () => {
    const { contact, report } = log();
    contact('ann', 'one', 0).present();
    contact('ann', 'two', 5).present();
    contact('ann', 'three', 50).present();
    const options = { from: begin + 4 * hour, to: begin + 50 * hour };
    expect((await report(options)).collisions.presented).toEqual({ contacts: 1, collisions: 1 });
    expect(await report(options)).toMatchObject({ firstAt: instant(5), lastAt: instant(5) });
  });
});

describe('freshness', () => {
  it('is what decisions did not know although it was recorded before them', async () => {
    const { signal, decide, report } = log();
    const first = signal('ann', 0);
    decide('ann', 0, {}, first, 300);
    signal('ann', 1);
    decide('ann', 1, {}, first, 700);
    decide('ann', 1, {}, first, 2000);
    decide('bob', 1, {});
    expect((await report()).freshness).toEqual({
      ...{ decisions: 3, unseenAfter1s: 1, unseenAfter5s: 0, unseenAfter60s: 0, longestUnseenMs: 2000 },
    });
  });
});

describe('decisions', () => {
  it('are told by how they were resolved, what was done instead, and why nothing was offered', async () => {
    const { decide, report } = log();
    const degradations = [{ stage: 'LOAD', cause: 'UNAVAILABLE', instead: 'LOG' }];
    decide('ann', 0, {});
    decide('ann', 1, { resolution: 'FALLBACK', degradations });
    decide('ann', 2, { offers: [], cause: 'NO_CANDIDATES', recorded: 'LATE' });
    const found = await report();
    expect(found.decisions).toEqual({
      all: 3,
      byResolution: { FRESH: 2, FALLBACK: 1 },
      degraded: 1,
      byDegradation: { 'LOAD UNAVAILABLE: LOG': 1 },
      withoutOffer: { NO_CANDIDATES: 1 },
      recordedLate: 1,
    });
    expect(linesOf(found, undefined)).toMatch(/FALLBACK +1 \(33.33 %\)/);
  });

  it('of an empty period are none, and nothing is judged', async () => {
    const found = await log().report();
    expect(judged(found, undefined).map(({ kept }) => kept)).toEqual(Array(6).fill(undefined));
    expect(linesOf(found, undefined)).toMatch(/^period +no events/);
  });
});

describe('what is asked', () => {
  it('has a period, a window and a place, each of which may be left out', () => {
    expect(readReportArguments(['slo', '--from', '2026-11-01', '--cooling-window', '90s', '--no-caps'])).toEqual({
      from: begin,
      to: Number.POSITIVE_INFINITY,
      coolingWindowMs: 90_000,
      data: undefined,
      caps: false,
      json: false,
    });
  });

  it.each([
    [[], 'say which report'],
    [['profits'], 'there is no report profits'],
    [['slo', '--from', 'yesterday'], '--from: must be an instant'],
    [['slo', '--from', '2026-13-01'], '--from: must be an instant'],
    [['slo', '--to', '2026-11-01 10:00'], '--to: must be an instant'],
    [['slo', '--from', '2026-11-02', '--to', '2026-11-01'], '--to: must be later than --from'],
    [['slo', '--cooling-window', '24'], '--cooling-window: must be a time'],
    [['slo', '--cooling-window', '0h'], '--cooling-window: must be a time'],
    [['slo', '--data', ''], '--data: is empty'],
    [['slo', '--since', '1'], '--since'],
  ])('%j is refused: %s', (words, rule) => {
    expect(() => readReportArguments(words)).toThrow(rule);
  });
});
