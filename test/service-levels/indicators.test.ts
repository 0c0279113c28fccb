// Which happening counts as what: a decision, a default, a failure, an event that became readable, a contact that came too soon.
import { describe, expect, it } from 'vitest';
import { DecisionTrail } from '../../src/application/decision-trail.ts';
import { observeIndicators } from '../../src/service-levels/indicators.ts';
import { createServiceLevels } from '../../src/service-levels/service-levels.ts';

const at = '2026-11-01T12:00:00.000Z';
const context = { at, actor: 'ann', correlationId: 'c' };

function stage() {
  const now = () => 3_600_000;
  const serviceLevels = createServiceLevels({ now });
  const coolingWindowOf = (placementId: string) =>
    placementId === 'home' ? ({ milliseconds: 3_600_000, scope: 'EVERYTHING' } as const) : undefined;
  const observer = observeIndicators({ serviceLevels, coolingWindowOf, now });
  const applied = (events: readonly object[], readableAt = Date.parse(at)) =>
    observer.applied?.(events.map((event) => ({ recordedAt: at, metadata: { at }, ...event })) as never, readableAt);
  return {
    observer,
    applied,
    reserved: (customerId: string, callId: string, placementId: string, minutes: number) =>
      applied([
        {
          type: 'CapReserved',
          metadata: { at: new Date(Date.parse(at) + minutes * 60_000).toISOString() },
          data: {
            ...{ customerId, callId, placementId, channel: 'WEB', decisionId: `${callId}-${placementId}` },
            offers: [{ offerId: 'fuel', tags: [] }],
            heldUntil: new Date(Date.parse(at) + 3_600_000).toISOString(),
          },
        },
      ]),
    /** Events and bad ones of an objective. */
    counted(id: string) {
      const { events, bad } = serviceLevels.totals().find(({ objective }) => objective.id === id) ?? {};
      return [events, bad];
    },
  };
}

function decision(milliseconds: number, isDegraded = false) {
  const trail = new DecisionTrail(3_600_000 - milliseconds, { timeBudgetMs: 5000 });
  if (isDegraded) trail.degrade('LOAD', 'UNAVAILABLE', 'LOG');
  const record = { data: { resolution: 'FRESH' } } as never;
  return { placementId: 'home', customerId: 'ann', context, trail, endedAt: 3_600_000, record };
}

describe('a decision', () => {
  it('is answered, took its time, and is whole when nothing was done instead', () => {
    const { observer, counted } = stage();
    observer.decided?.(decision(5));
    observer.decided?.(decision(50));
    observer.decided?.(decision(500, true));
    expect(counted('answers-available')).toEqual([3, 0]);
    expect(counted('decision-latency')).toEqual([3, 2]);
    expect(counted('decision-latency-field')).toEqual([3, 1]);
    expect(counted('whole-answers')).toEqual([3, 1]);
    observer.decided?.({ ...decision(5), record: { data: { resolution: 'STALE' } } as never });
    expect(counted('whole-answers')).toEqual([4, 2]);
  });

  it('that was answered before is answered again, and not judged a second time', () => {
    const { observer, counted } = stage();
    observer.decided?.({ ...decision(5, true), isRepeated: true });
    expect(counted('answers-available')).toEqual([1, 0]);
    expect(counted('whole-answers')).toEqual([0, 0]);
  });

  it('that failed is bad only when nothing was answered instead; a default is an answer, but not a whole one', () => {
    const { observer, counted } = stage();
    const { record: _, ...failed } = { ...decision(5), error: new Error('away') };
    observer.decided?.(failed);
    expect(counted('answers-available')).toEqual([0, 0]);
    const degradation = { stage: 'LOAD', cause: 'UNAVAILABLE', instead: 'DEFAULT' } as const;
    observer.defaulted?.({ placementIds: ['home', 'hero'], customerId: 'ann', context, degradation });
    const error = new Error('away');
    observer.unanswered?.({ customerId: 'bob', placements: 1, context, error });
    expect(counted('answers-available')).toEqual([3, 1]);
    expect(counted('whole-answers')).toEqual([2, 2]);
    // As many as would have been good.
    observer.unanswered?.({ customerId: 'bob', placements: 3, context, error });
    expect(counted('answers-available')).toEqual([6, 4]);
  });
});

describe('an event', () => {
  it('is as old as from its record to its being readable; a clock that goes before makes it no younger than new', () => {
    const { applied, counted } = stage();
    const written = Date.parse(at);
    applied([{ type: 'AttributesObserved' }], written + 900);
    applied([{ type: 'SignalObserved' }, { type: 'ConsentGranted' }], written + 1100);
    applied([{ type: 'SignalObserved' }], written + 61_000);
    applied([{ type: 'SignalObserved' }], written - 5000);
    expect(counted('freshness')).toEqual([5, 3]);
    expect(counted('freshness-field')).toEqual([5, 1]);
    expect(counted('features-field')).toEqual([3, 1]);
  });
});

describe('a contact', () => {
  it('collides with one of another call within the cooling window of its placement; without a window it is not judged', () => {
    const { reserved, counted } = stage();
    reserved('ann', 'one', 'home', 0);
    reserved('ann', 'one', 'home', 0);
    reserved('ann', 'two', 'banner', 10);
    reserved('bob', 'three', 'home', 10);
    expect(counted('no-collisions')).toEqual([3, 0]);
    reserved('ann', 'four', 'home', 20);
    expect(counted('no-collisions')).toEqual([4, 1]);
    expect(counted('collisions-field')).toEqual([4, 1]);
  });
});
