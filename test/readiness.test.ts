// What a process says of itself to everybody who asks.
import { expect, test } from 'vitest';
import { withDegradations } from '../src/readiness.ts';

test('says how many decisions cannot be recorded, and names none: their ids have those of customers in them', () => {
  const aside = [{ id: 'carl_202611_00257ba756744ded', why: 'decision-carl_202611 is too large' }];
  const parts = {
    store: { health: () => ({ answers: true as const }) },
    late: { status: () => ({ waiting: 2, aside }) },
  };
  const { ready, degraded } = withDegradations({ ready: true }, parts);
  expect(ready).toBe(true);
  expect(degraded?.map(({ part }) => part)).toEqual(['LATE_DECISIONS', 'LATE_DECISIONS']);
  expect(JSON.stringify(degraded)).toContain('1 decisions cannot be recorded');
  expect(JSON.stringify(degraded)).not.toContain('carl');
});
