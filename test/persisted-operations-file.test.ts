// The file of the operations that are run and no others: a mistake in it is told at the start, not by callers.
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readConfig } from '../src/config.ts';

const folder = mkdtempSync(join(tmpdir(), 'kairos-persisted-'));
afterAll(() => rmSync(folder, { recursive: true }));

function configured(content: string) {
  const file = join(folder, 'operations.json');
  writeFileSync(file, content);
  return readConfig({ KAIROS_PERSISTED_OPERATIONS: file }).persistedOperations;
}

const query = '{ readModels { position } }';
const hash = createHash('sha256').update(query).digest('hex');

test('queries are read by their SHA-256', () => {
  expect(configured(JSON.stringify({ [hash]: query }))).toEqual(new Map([[hash, query]]));
  expect(readConfig({}).persistedOperations).toBeUndefined();
});

test.each([
  ['{', 'cannot be read as JSON'],
  ['[]', 'must be an object of queries by their SHA-256'],
  ['{}', 'has no operation'],
  [JSON.stringify({ [hash]: `${query} ` }), 'must be the SHA-256 of its query'],
  [JSON.stringify({ [hash]: 1 }), 'must be the SHA-256 of its query'],
])('%s is refused: %s', (content, rule) => {
  expect(() => configured(content)).toThrow(rule);
});

test('a file that is not there is refused', () => {
  expect(() => readConfig({ KAIROS_PERSISTED_OPERATIONS: join(folder, 'none.json') })).toThrow(
    'KAIROS_PERSISTED_OPERATIONS',
  );
});
