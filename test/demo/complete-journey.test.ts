import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readCompleteJourney } from '../../demo/complete-journey.ts';
import { writeCompleteJourney } from '../../demo/trim.ts';
import { smallJourney } from './small-journey.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'kairos-journey-'));
  writeCompleteJourney(smallJourney, folder);
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Changes a file of the folder, as a person with an editor would. */
function edit(name: string, from: string, to: string): void {
  const path = join(folder, name);
  const before = readFileSync(path, 'utf8');
  expect(before).toContain(from);
  writeFileSync(path, before.replace(from, to));
}

test('what was written is read again, row for row', () => {
  expect(readCompleteJourney(folder)).toEqual(smallJourney);
});

test('a missing file is named, with the folder', () => {
  rmSync(join(folder, 'coupons.csv'));
  expect(() => readCompleteJourney(folder)).toThrow(`coupons.csv is missing in ${folder}`);
});

test('a missing column is named, with the file', () => {
  edit('campaigns.csv', 'household_id', 'house');
  expect(() => readCompleteJourney(folder)).toThrow(
    'campaigns.csv has no column household_id (it has: campaign_id, house)',
  );
});

test('a malformed cell is named, with file, line and column', () => {
  edit('transactions_sample.csv', '10,7001,200,2,', '10,7001,200,two,');
  expect(() => readCompleteJourney(folder)).toThrow(
    'transactions_sample.csv line 3: quantity is "two", not a whole number',
  );
});

test('a day that no calendar has is malformed', () => {
  edit('campaign_descriptions.csv', '2017-03-31', '2017-13-31');
  expect(() => readCompleteJourney(folder)).toThrow(
    'campaign_descriptions.csv line 2: end_date is "2017-13-31", not an ISO day',
  );
});

test('a line with a cell too many is told with its file', () => {
  edit('campaigns.csv', '1,10\n', '1,10,5\n');
  expect(() => readCompleteJourney(folder)).toThrow(/^campaigns\.csv cannot be read: .*line 2/);
});

test('amounts with rounding dust are rounded to cents', () => {
  edit('transactions_sample.csv', ',2.5,', ',4.440892e-16,');
  expect(readCompleteJourney(folder).basketLines.at(-1)?.amount).toBe(0);
});

test('a targeting that is listed twice counts once', () => {
  edit('campaigns.csv', '1,10\n', '1,10\n1,10\n');
  expect(readCompleteJourney(folder).targetings).toHaveLength(3);
});

test('basket lines come by time, whatever their order in the file', () => {
  edit('transactions_sample.csv', '2017-03-04T15:05:00Z', '2017-01-04T15:05:00Z');
  expect(readCompleteJourney(folder).basketLines[0]?.basketId).toBe('7002');
});
