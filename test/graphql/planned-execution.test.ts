// Our own execution gives the answers of graphql-js: the same data, errors, order of errors and order of calls, whatever happens.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type ExecutionResult, execute, parse, validate } from 'graphql';
import { expect, it } from 'vitest';
import { createDocuments } from '../../src/graphql/documents.ts';
import { createErrorPublisher } from '../../src/graphql/errors.ts';
import { createOperations, publicResult } from '../../src/graphql/operations.ts';
import { seededRandom } from '../projections/random.ts';
import { type Mood, moodySchema } from './moody-schema.ts';
import { randomOperation } from './random-operations.ts';

const schema = moodySchema();
const operations = createOperations(schema, createDocuments({ schema }));
const publish = createErrorPublisher(() => {});
const told = (result: ExecutionResult, { calls }: Mood) => ({
  answer: JSON.stringify(publicResult(result, publish, 'call-1')),
  calls: calls.join(' '),
});

async function compare(query: string, variables: Readonly<Record<string, unknown>>, seed: number): Promise<string> {
  const [theirs, ours] = [
    { seed, calls: [] as string[] },
    { seed, calls: [] as string[] },
  ];
  const expected = await execute({ schema, document: parse(query), variableValues: variables, contextValue: theirs });
  const prepared = operations.prepare({ query, variables });
  if ('errors' in prepared) throw prepared.errors[0];
  const actual = await operations.execute(prepared, ours);
  // What an error left behind goes on without an answer to wait for it.
  await nextTurn();
  const { answer, calls } = told(expected, theirs);
  expect({ query, variables, seed, ...told(actual, ours) }).toEqual({ query, variables, seed, answer, calls });
  return answer;
}

it('in thousands of random operations whose resolvers wait, fail and answer nonsense', async () => {
  const random = seededRandom(7);
  let compared = 0;
  let withErrors = 0;
  let withData = 0;
  for (let round = 0; round < 500; round++) {
    const query = randomOperation(schema, random);
    if (validate(schema, parse(query)).length > 0) continue;
    for (const variables of [
      { yes: true },
      { yes: false, no: true, text: null },
      { yes: true, no: true, text: 'given' },
    ]) {
      const answer = await compare(query, variables, round);
      compared += 1;
      if (answer.startsWith('{"errors"')) withErrors += 1;
      if (!answer.endsWith('"data":null}')) withData += 1;
    }
  }
  expect(compared).toBeGreaterThan(1000);
  expect(withErrors / compared).toBeGreaterThan(0.2);
  expect(withData / compared).toBeGreaterThan(0.5);
});
