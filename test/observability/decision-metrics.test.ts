// What the engine tells, as series: what leans on others, what is away, and a catalogue that is larger than anybody wants to collect.
import { describe, expect, it } from 'vitest';
import { DecisionTrail } from '../../src/application/decision-trail.ts';
import type { DecisionObservation, Observations } from '../../src/application/observations.ts';
import type { RecordedEvent } from '../../src/event-store/event-store.ts';
import { createDecisionMetrics } from '../../src/observability/decision-metrics.ts';
import { createMetrics } from '../../src/observability/metrics.ts';

const context = { at: '2026-11-21T12:00:00.000Z', actor: 'ann', correlationId: 'call-7' };

function counting(): { told: Required<Observations>; lines: (metric: string) => Promise<string[]> } {
  const metrics = createMetrics(false);
  return {
    told: createDecisionMetrics(metrics) as Required<Observations>,
    async lines(metric) {
      const { body } = await metrics.text(undefined);
      return body.split('\n').filter((line) => line.startsWith(metric));
    },
  };
}

function failed(placementId: string, more: (trail: DecisionTrail) => void = () => {}): DecisionObservation {
  const trail = new DecisionTrail(100, { timeBudgetMs: 50 });
  more(trail);
  return { placementId, customerId: 'carl', context, trail, endedAt: 107.5, error: new Error('the log is away') };
}

describe('what is told', () => {
  it('of a decision that failed is counted as such, with its time and what was done instead', async () => {
    const { told, lines } = counting();
    told.decided(failed('home', (trail) => trail.degrade('LOAD', 'OVERRUN', 'LOG')));
    expect(await lines('kairos_decisions_total')).toEqual([
      'kairos_decisions_total{placement="home",resolution="FAILED"} 1',
    ]);
    expect(await lines('kairos_decision_degradations_total')).toEqual([
      'kairos_decision_degradations_total{placement="home",stage="LOAD",cause="OVERRUN",instead="LOG"} 1',
    ]);
    const buckets = await lines('kairos_decision_duration_seconds_bucket');
    expect(buckets.filter((line) => line.endsWith(' 1'))[0]).toContain('le="0.0075"');
    expect(await lines('kairos_decision_duration_seconds_sum')).toEqual([
      'kairos_decision_duration_seconds_sum{placement="home"} 0.0075',
    ]);
  });

  it('of breakers is their last state', async () => {
    const { told, lines } = counting();
    expect(await lines('kairos_breaker_state')).toEqual([]);
    told.breaker('redis', 'OPEN');
    told.breaker('model m1', 'OPEN');
    told.breaker('model m1', 'HALF_OPEN');
    const states = ['kairos_breaker_state{breaker="redis"} 2', 'kairos_breaker_state{breaker="model m1"} 1'];
    expect(await lines('kairos_breaker_state')).toEqual(states);
    told.breaker('redis', 'CLOSED');
    expect((await lines('kairos_breaker_state'))[0]).toBe('kairos_breaker_state{breaker="redis"} 0');
  });

  it('of calls that got an error is counted by what they lacked', async () => {
    const { told, lines } = counting();
    for (const cause of ['OVERLOAD', 'UNAVAILABLE', 'UNAVAILABLE', undefined] as const) {
      told.unanswered({ customerId: 'carl', placements: 2, context, error: new Error('away'), cause });
    }
    expect(await lines('kairos_unanswered_calls_total')).toEqual([
      'kairos_unanswered_calls_total{cause="OVERLOAD"} 1',
      'kairos_unanswered_calls_total{cause="UNAVAILABLE"} 2',
      'kairos_unanswered_calls_total{cause="FAILED"} 1',
    ]);
  });

  it('of more breakers than anybody wants to collect is not told', async () => {
    const { told, lines } = counting();
    for (let index = 0; index < 250; index++) told.breaker(`placement ${index}`, 'OPEN');
    told.breaker('placement 0', 'CLOSED');
    const states = await lines('kairos_breaker_state');
    expect([states.length, states[0]]).toEqual([200, 'kairos_breaker_state{breaker="placement 0"} 0']);
  });

  it('of default answers and of models is counted by why, and by what was gone by', async () => {
    const { told, lines } = counting();
    const degradation = { stage: 'LOAD', cause: 'OVERLOAD', instead: 'CACHED' } as never;
    told.defaulted({ placementIds: ['home', 'home'], customerId: 'carl', context, degradation });
    told.scored({
      ...{ model: 'm1', revision: 2, placementId: 'home', milliseconds: 4 },
      ...{ scored: 3, lastKnown: 2, prior: 0, cause: 'OVERRUN' },
    });
    expect(await lines('kairos_default_answers_total')).toEqual([
      'kairos_default_answers_total{placement="home",cause="OVERLOAD"} 2',
    ]);
    expect(await lines('kairos_model_offers_total')).toEqual([
      'kairos_model_offers_total{model="m1",source="SERVICE"} 3',
      'kairos_model_offers_total{model="m1",source="LAST_KNOWN"} 2',
      'kairos_model_offers_total{model="m1",source="PRIOR"} 0',
    ]);
    expect(await lines('kairos_model_failures_total')).toEqual([
      'kairos_model_failures_total{model="m1",cause="OVERRUN"} 1',
    ]);
  });

  it('of events is how old they were, by what they are about; a clock that runs ahead makes none younger than new', async () => {
    const { told, lines } = counting();
    const event = (stream: string, recordedAt: string) =>
      ({ stream, recordedAt, metadata: context }) as unknown as RecordedEvent;
    const at = Date.parse('2026-11-21T12:00:00.040Z');
    told.applied(
      [event('signal-carl_20261121', '2026-11-21T12:00:00.000Z'), event('offer-a', '2026-11-21T12:00:01.000Z')],
      at,
    );
    told.applied([event('canary-7', '2026-11-21T12:00:00.000Z')], at);
    expect(await lines('kairos_event_to_read_model_seconds_sum')).toEqual([
      'kairos_event_to_read_model_seconds_sum{category="signal"} 0.04',
      'kairos_event_to_read_model_seconds_sum{category="offer"} 0',
      'kairos_event_to_read_model_seconds_sum{category="other"} 0.04',
    ]);
  });

  it('of more placements than anybody wants to collect is counted together', async () => {
    const { told, lines } = counting();
    for (let index = 0; index < 250; index++) told.decided(failed(`placement-${index}`));
    told.decided(failed('placement-0'));
    const counts = await lines('kairos_decisions_total');
    expect(counts).toHaveLength(201);
    expect(counts).toContain('kairos_decisions_total{placement="placement-0",resolution="FAILED"} 2');
    expect(counts).toContain('kairos_decisions_total{placement="other",resolution="FAILED"} 50');
  });
});
