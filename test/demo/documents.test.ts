import { readFileSync } from 'node:fs';
import { buildASTSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { readCompleteJourney } from '../../demo/complete-journey.ts';
import { demoQuery } from '../../demo/demo-query.ts';
import * as documents from '../../demo/documents.ts';
import { customerIdOf } from '../../demo/identifiers.ts';

const schema = buildASTSchema(parse(readFileSync('schema.graphql', 'utf8')), { assumeValidSDL: true });

test.each([...Object.entries(documents), ['demoQuery', demoQuery.query]])(
  '%s is valid in the schema',
  (_name, document) => {
    expect(validate(schema, parse(document as string))).toEqual([]);
  },
);

test('the first question is asked for a household that the demo has, with a booklet that runs all week', () => {
  const { targetings } = readCompleteJourney('demo/data');
  const campaigns = targetings
    .filter(({ householdId }) => customerIdOf(householdId) === demoQuery.customerId)
    .map(({ campaignId }) => campaignId);
  expect(campaigns).toContain('18');
  expect(demoQuery.query).toContain(demoQuery.placement);
});
