// The short way and our own execution answer as Apollo Server and graphql-js do: over the whole schema, byte for byte.
import { type ExecutionResult, parse, subscribe } from 'graphql';
import { describe, expect, it } from 'vitest';
import { createContext } from '../../src/graphql/context.ts';
import { createDocuments } from '../../src/graphql/documents.ts';
import { createOperations } from '../../src/graphql/operations.ts';
import { buildSchema } from '../../src/graphql/schema.ts';
import {
  conditionalQueryOf,
  fieldsAskedFor,
  fieldsOf,
  objectTypes,
  operationOf,
  rootFields,
  typesIn,
} from './selections.ts';
import { type Answers, given, type Step, steps } from './surface-steps.ts';
import { at, twoSides } from './two-sides.ts';

const schema = buildSchema();
const { sides, compare } = twoSides();
const nameOf = ({ name, field }: Step) => name ?? field;
const asked: string[] = [];
const seen = new Set<string>();

describe('the whole schema, asked by variables', () => {
  it.each(steps.map((step) => [`${step.kind} ${step.field}: ${nameOf(step)}`, step] as const))(
    '%s',
    async (_, step) => {
      const query = operationOf(schema, step.kind, step.field, given);
      asked.push(query);
      const body = (answers: Answers) => ({ query, variables: step.variables(answers) });
      const headers = { 'x-kairos-actor': step.actor ?? 'ann' };
      const { ours: one, apollo: other } = await compare(body, headers);
      expect(one.data).toBeTruthy();
      sides.ours.answers.set(nameOf(step), one.data[step.field]);
      sides.apollo.answers.set(nameOf(step), other.data[step.field]);
      typesIn(one.data, seen);
      if (step.kind !== 'query') return;
      const conditional = conditionalQueryOf(schema, step.field, given);
      await compare(
        (answers) => ({ query: conditional, variables: { ...step.variables(answers), yes: true } }),
        headers,
      );
      await compare(
        (answers) => ({ query: conditional, variables: { ...step.variables(answers), yes: false, no: true } }),
        headers,
      );
    },
  );

  it('subscription screenPop', async () => {
    const query = operationOf(schema, 'subscription', 'screenPop', given);
    asked.push(query);
    const variables = { agentId: 'agent-1', after: '' };
    const context = () =>
      createContext(sides.ours.kairos.app.kairos, { headers: { 'x-kairos-at': at }, correlationId: 'call-1' });
    const operations = createOperations(schema, createDocuments({ schema }));
    const prepared = operations.prepare({ query, variables });
    if ('errors' in prepared) throw prepared.errors[0];
    const theirs = { schema, document: parse(query), variableValues: variables, contextValue: context() };
    const expected = await firstOf(await subscribe(theirs));
    expect(expected).toContain('"__typename":"ScreenPop"');
    expect(await firstOf(await operations.subscribe(prepared, context(), context, 'websocket'))).toBe(expected);
  });

  it('leaves out no root field, no field and no type', () => {
    const called = new Set(steps.map(({ kind, field }) => `${kind} ${field}`));
    for (const kind of ['query', 'mutation'] as const) {
      expect(rootFields(schema, kind).filter(({ name }) => !called.has(`${kind} ${name}`))).toEqual([]);
    }
    const all = fieldsAskedFor(schema, asked);
    expect(fieldsOf(schema).filter((field) => !all.has(field))).toEqual([]);
    const roots = ['Query', 'Mutation', 'Subscription'];
    // Only met where something is away: log-away.test.ts asks for it.
    const elsewhere = ['Degradation'];
    const unseen = objectTypes(schema).filter(({ name }) => !seen.has(name));
    expect(unseen.map(({ name }) => name).filter((name) => !roots.includes(name))).toEqual(elsewhere);
  });
});

async function firstOf(events: ExecutionResult | AsyncIterable<ExecutionResult>): Promise<string> {
  if (!(Symbol.asyncIterator in events)) throw new Error(JSON.stringify(events));
  for await (const event of events) return JSON.stringify(event);
  throw new Error('there was no event');
}
