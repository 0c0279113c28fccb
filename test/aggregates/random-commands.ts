// Random but repeatable commands for deciders, and a walk that checks what must hold whatever the commands are.
import { expect } from 'vitest';
import type { z } from 'zod';
import { type Decider, type DomainEvent, isRefused } from '../../src/aggregates/decider.ts';
import { decideOnly, expectStorable, type Given, stateAfter } from './scenario.ts';

export interface Random {
  /** A whole number from 0 up to, not including, `below`. */
  whole(below: number): number;
  pick<Value>(values: readonly Value[]): Value;
}

/** mulberry32: the same seed draws the same numbers. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  function whole(below: number): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  }
  function pick<Value>(values: readonly Value[]): Value {
    if (values.length === 0) throw new RangeError('nothing to pick from');
    return values[whole(values.length)] as Value;
  }
  return { whole, pick };
}

const oddities: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  0.5,
  1e308,
  Number.MAX_SAFE_INTEGER + 2,
  '',
  ' ',
  '\u0000',
  '\ud800',
  '👍'.repeat(3000),
  '__proto__',
  'a@b.example',
  '2026-02-30T00:00:00.000Z',
  'javascript:alert(1)',
  'http://',
  [],
  [null],
  [[[[[]]]]],
  {},
  { kind: 'ROLLING' },
  { toString: 1, length: 3 },
  JSON.parse('{"__proto__":{"polluted":true}}'),
];

/** A copy of plain JSON in which one value somewhere was replaced by an oddity, taken away, added or doubled. */
export function spoiled(value: unknown, random: Random): unknown {
  if (typeof value !== 'object' || value === null || random.whole(8) === 0)
    return structuredClone(random.pick(oddities));
  if (Array.isArray(value)) {
    const copy: unknown[] = structuredClone(value);
    const index = random.whole(copy.length + 1);
    if (index === copy.length) copy.push(random.pick([...oddities, ...copy]));
    else copy[index] = spoiled(copy[index], random);
    return copy;
  }
  const copy: Record<string, unknown> = structuredClone(value) as Record<string, unknown>;
  const key = random.pick([...Object.keys(copy), 'extra', 'constructor']);
  if (random.whole(6) === 0) delete copy[key];
  else copy[key] = spoiled(Object.hasOwn(copy, key) ? copy[key] : 1, random);
  return copy;
}

/**
 * Sends random commands to a decider, `walks` times from an empty stream, and checks at each step that deciding neither throws nor
 * changes its state, that what is recorded is storable, and at the end that the log folds to the very state decided on.
 * Answers the logs, and every type of event and reason of refusal that occurred.
 */
export function walk<State, Command, Event extends DomainEvent, Reason extends string>(
  decider: Decider<State, Command, Event, Reason>,
  eventSchema: z.ZodType<Event>,
  options: {
    readonly walks: number;
    readonly steps: number;
    readonly command: (random: Random, step: number) => Command;
  },
): { readonly logs: readonly Event[][]; readonly recorded: Set<string>; readonly refused: Set<string> } {
  const logs: Event[][] = [];
  const [recorded, refused] = [new Set<string>(), new Set<string>()];
  for (let seed = 0; seed < options.walks; seed++) {
    const random = randomFrom(seed);
    const log: Given<Event>[] = [];
    let state = decider.initialState();
    for (let step = 0; step < options.steps; step++) {
      const at = new Date(Date.UTC(2026, 10, 21, 18, 0, step)).toISOString();
      const outcome = decideOnly(decider, options.command(random, step), state);
      if (isRefused<Reason>(outcome)) {
        expect(outcome.rule).toMatch(/^\S.* .*\.$/s);
        refused.add(outcome.refused);
        continue;
      }
      for (const event of outcome) {
        expectStorable(event, eventSchema);
        const stored = JSON.parse(JSON.stringify(event)) as Event;
        state = decider.evolve(state, structuredClone(stored), at);
        log.push([stored, at]);
        recorded.add(event.type);
      }
    }
    expect(stateAfter(decider, log), `the log of seed ${seed} folds to the state that was decided on`).toEqual(state);
    logs.push(log.map((given) => (given as readonly [Event, string])[0]));
  }
  return { logs, recorded, refused };
}
