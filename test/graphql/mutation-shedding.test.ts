// Which operations are shed, and that what was let in is let go again, however it ends.
import { expect, test } from 'vitest';
import { fail } from '../../src/graphql/errors.ts';
import { shedMutations } from '../../src/graphql/mutation-shedding.ts';
import type { Operations, PreparedOperation } from '../../src/graphql/operations.ts';

const context = {};
const fields = ['pauseOffer', 'recordSignals'].map((name) => ({ definition: { name } }));
const planned = { plan: () => ({ root: () => ({ fields }) }) };
const operation = (kind: string, coerced?: object) =>
  ({ kind, planned, variables: { coerced } }) as unknown as PreparedOperation;

function rig(result: () => ReturnType<Operations['execute']>, most = 1) {
  let underWay = 0;
  const turnedAway: (readonly string[])[] = [];
  const operations = { execute: result, excess: () => undefined } as unknown as Operations;
  const isFull = () => underWay >= most;
  const shed = shedMutations(operations, {
    enter: () => !isFull() && ++underWay > 0,
    leave: () => void underWay--,
    isFull,
    refusal(fields) {
      turnedAway.push(fields);
      return fail('OVERLOADED', 'too much');
    },
  });
  return { ...shed, turnedAway, underWay: () => underWay };
}

test('a mutation is under way until it is answered, or has failed', async () => {
  const answered = rig(async () => ({ data: {} }));
  const answer = answered.execute(operation('mutation'), context);
  expect(answered.underWay()).toBe(1);
  await answer;
  expect(answered.underWay()).toBe(0);
  const failing = rig(() => Promise.reject(new Error('broken')));
  await expect(failing.execute(operation('mutation'), context)).rejects.toThrow('broken');
  expect(failing.underWay()).toBe(0);
  const atOnce = rig(() => ({ data: {} }));
  expect(atOnce.execute(operation('mutation'), context)).toEqual({ data: {} });
  expect(atOnce.underWay()).toBe(0);
});

test('a mutation too many is refused, also where something else would run it; a query is not', async () => {
  const { execute, excess } = rig(async () => ({ data: {} }), 0);
  expect(await execute(operation('mutation'), context)).toMatchObject({ errors: [{ message: 'too much' }] });
  expect(excess(operation('mutation'), context)?.message).toBe('too much');
  expect(await execute(operation('query'), context)).toEqual({ data: {} });
  expect(excess(operation('query'), context)).toBeUndefined();
});

test('of a mutation too many is told which fields it has, where its variables have the values that they should', async () => {
  const { execute, excess, turnedAway } = rig(async () => ({ data: {} }), 0);
  await execute(operation('mutation', {}), context);
  excess(operation('mutation', {}), context);
  await execute(operation('query', {}), context);
  await execute(operation('mutation'), context);
  const both = ['pauseOffer', 'recordSignals'];
  expect(turnedAway).toEqual([both, both, []]);
});
