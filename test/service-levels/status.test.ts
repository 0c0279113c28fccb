// What the page says of circuit breakers, of which there may be as many as placements.
import { expect, it } from 'vitest';
import { createStatus, watchBreakers } from '../../src/service-levels/status.ts';

function pageAfter(states: readonly (readonly [string, string])[]): string {
  const { names, observer } = watchBreakers();
  for (const [name, state] of states) observer.breaker?.(name, state as never);
  const serviceLevels = { levels: () => [] };
  return createStatus({ serviceLevels, ready: () => ({ ready: true }), openBreakers: () => names })().body;
}

it('names those that are not closed, and of very many the first', () => {
  const few = pageAfter([
    ['redis', 'OPEN'],
    ['model m1', 'OPEN'],
    ['redis', 'CLOSED'],
  ]);
  expect(few).toContain('The circuit breaker of model m1 is open');
  expect(few).not.toContain('redis');
  const many = pageAfter(Array.from({ length: 250 }, (_, index) => [`placement p${index}`, 'OPEN'] as const));
  expect(many.match(/The circuit breaker of/g)).toHaveLength(11);
  expect(many).toContain('The circuit breaker of 240 more is open');
});
