// The schema is the manual: it describes everything, and its enums are those of the code.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildASTSchema, type GraphQLEnumType, parse, printSchema } from 'graphql';
import { expect, it } from 'vitest';
import { type Reason, reasons, stages } from '../../src/decisioning/reasons.ts';
import { buildSchema } from '../../src/graphql/schema.ts';
import { schemaText } from '../running-kairos.ts';

const schema = buildSchema();
const valuesOf = (name: string) =>
  (schema.getType(name) as GraphQLEnumType).getValues().map(({ name: value }) => value);

it('lists the reasons and stages of the funnel, in its order', () => {
  expect(valuesOf('Reason')).toEqual(['NO_CANDIDATES', ...reasons] satisfies (Reason | 'NO_CANDIDATES')[]);
  expect(valuesOf('Stage')).toEqual([...stages]);
  const described = (schema.getType('Reason') as GraphQLEnumType).getValues().every(({ description }) => description);
  expect(described).toBe(true);
});

it('lists every reason for which a decider of the API refuses', async () => {
  const folder = join(import.meta.dirname, '../../src/aggregates');
  const known = new Set(valuesOf('RefusalReason'));
  const internal = new Set(['OFFER_REPEATED', 'SLOT_REPEATED', 'EXPIRY_NOT_LATER']);
  const aggregates = readdirSync(folder, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && entry.name !== 'cap',
  );
  expect(aggregates.length).toBeGreaterThanOrEqual(7);
  for (const { name } of aggregates) {
    const decider = (await import(`${folder}/${name}/decider.ts`)) as Record<string, readonly string[]>;
    const listed = decider[`${name}Reasons`];
    expect(listed?.length).toBeGreaterThan(0);
    expect(listed?.filter((reason) => !known.has(reason) && !internal.has(reason))).toEqual([]);
  }
});

it('has a resolver for every root field', () => {
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    expect(
      Object.values(root?.getFields() ?? {}).filter(
        ({ resolve, subscribe, name }) => !resolve && !subscribe && !name.startsWith('_'),
      ),
    ).toEqual([]);
  }
});

it('gives a federated gateway its SDL, which builds by itself', async () => {
  const sdl = printSchema(schema);
  expect(() => buildASTSchema(parse(sdl))).not.toThrow();
  expect(schemaText).toContain('https://specs.apollo.dev/federation/v2.9');
});
