// What is wrapped to be observed does what it did before, and its calls are counted by how they end.
import { expect, it, onTestFinished } from 'vitest';
import { noStream, type RevisionConflict, StoreUnavailable } from '../../src/event-store/event-store.ts';
import { createSqliteEventStore } from '../../src/event-store/sqlite-event-store.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { observeEventStore } from '../../src/observability/observed-event-store.ts';
import { createScriptObserver } from '../../src/observability/observed-scripts.ts';
import type { GuardedScripts } from '../../src/redis/guarded-scripts.ts';
import { newEvent } from '../event-store/event-samples.ts';
import { temporaryPath } from '../event-store/temporary-log.ts';

it('an event store gives the same answers and the same errors', async () => {
  const metrics = createMetrics(false);
  const bare = createSqliteEventStore({ path: temporaryPath() });
  const store = observeEventStore(bare, metrics);
  onTestFinished(() => store.close());
  const event = newEvent(1);
  const appended = await store.append('offer-a', noStream, [event]);
  expect(appended.revision).toBe(0);
  expect(await bare.readStream('offer-a')).toMatchObject([{ id: event.id, stream: 'offer-a' }]);
  const conflict = await store.append('offer-a', noStream, [newEvent(1)]).catch((error: unknown) => error);
  expect((conflict as RevisionConflict).actual).toBe(0);
  await store.appendAll([{ stream: 'offer-b', expectedRevision: noStream, events: [newEvent(1)] }]);
  await bare.close();
  await expect(store.append('offer-c', noStream, [newEvent(1)])).rejects.toThrow(StoreUnavailable);
  const { body } = await metrics.text(undefined);
  const count = (outcome: string) =>
    new RegExp(`^kairos_event_store_append_duration_seconds_count\\{outcome="${outcome}"\\} (\\d+)$`, 'm').exec(
      body,
    )?.[1];
  expect([count('DONE'), count('CONFLICT'), count('UNAVAILABLE')]).toEqual(['2', '1', '1']);
});

it('scripts give the same answers and the same errors', async () => {
  const metrics = createMetrics(false);
  const calls: unknown[] = [];
  const bare = {
    async call(name: string, keys: readonly string[], args: readonly unknown[]) {
      calls.push([name, keys, args]);
      if (name === 'breaks') throw new Error('no script');
      return 'answer';
    },
  } as unknown as GuardedScripts<'reads' | 'breaks'>;
  const scripts = createScriptObserver(metrics)(bare);
  expect(await scripts.call('reads', ['{carl}'], [1])).toBe('answer');
  await expect(scripts.call('breaks', [], [])).rejects.toThrow('no script');
  expect(calls).toEqual([
    ['reads', ['{carl}'], [1]],
    ['breaks', [], []],
  ]);
  const { body } = await metrics.text(undefined);
  expect(body).toContain('kairos_redis_script_duration_seconds_count{script="reads"} 1');
  expect(body).toContain('kairos_redis_script_failures_total{script="breaks"} 1');
  expect(body).not.toContain('carl');
});

it('a gauge that fails, or takes too long, is absent, and everything else is there', async () => {
  const metrics = createMetrics(false);
  metrics.gauge('kairos_ready', () => [{ value: 1 }]);
  metrics.gauge('kairos_event_store_up', () => {
    throw new Error('not now');
  });
  metrics.gauge('kairos_read_model_lag_seconds', () => new Promise(() => {}));
  const { body } = await metrics.text(undefined);
  expect(body).toMatch(/^kairos_ready 1$/m);
  expect(body).not.toMatch(/^kairos_event_store_up /m);
  expect(body).not.toMatch(/^kairos_read_model_lag_seconds /m);
});
