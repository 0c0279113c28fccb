// Reads one csv file with a header line into typed rows; what is wrong is said with file, line and column.
import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'csv-parse/sync';

/** The cells of one line, each asked for by its kind. Every getter throws an Error that names file, line and column. */
export interface Row {
  /** The cell as it is; may be empty. */
  text(column: string): string;
  /** The cell, which must not be empty. */
  word(column: string): string;
  whole(column: string): number;
  /** Major units, rounded to minor units. */
  cents(column: string): number;
  /** An ISO day. */
  day(column: string): string;
  /** Epoch milliseconds of an ISO instant in UTC. */
  instant(column: string): number;
}

/**
 * All rows of `<folder>/<name>`, made by `rowOf`.
 * @throws Error when the file, a column or a cell is missing or malformed.
 */
export function readTable<Made>(
  folder: string,
  name: string,
  columns: readonly string[],
  rowOf: (row: Row) => Made,
): Made[] {
  const path = join(folder, name);
  if (!existsSync(path)) throw new Error(`${name} is missing in ${folder}`);
  const lines = parsed(path);
  const header = lines[0] ?? [];
  const places = new Map(header.map((column, place) => [column, place]));
  for (const column of columns) {
    if (!places.has(column)) throw new Error(`${name} has no column ${column} (it has: ${header.join(', ')})`);
  }
  let line: readonly string[] = [];
  let number = 1;
  const cell = (column: string) => line[places.get(column) ?? -1] ?? '';
  const wrong = (column: string, wanted: string) =>
    new Error(`${name} line ${number}: ${column} is ${JSON.stringify(cell(column))}, not ${wanted}`);
  const row: Row = {
    text: cell,
    word(column) {
      const value = cell(column);
      if (value === '') throw wrong(column, 'a value');
      return value;
    },
    whole(column) {
      const value = Number(cell(column));
      if (cell(column) === '' || !Number.isInteger(value)) throw wrong(column, 'a whole number');
      return value;
    },
    cents(column) {
      // The data has rounding dust (4.440892e-16), so any number is taken and rounded.
      const value = Number(cell(column));
      if (cell(column) === '' || !Number.isFinite(value)) throw wrong(column, 'an amount');
      return Math.round(value * 100);
    },
    day(column) {
      const value = cell(column);
      if (!/^\d{4}-\d\d-\d\d$/.test(value) || Number.isNaN(Date.parse(value))) throw wrong(column, 'an ISO day');
      return value;
    },
    instant(column) {
      const value = Date.parse(cell(column));
      if (!/^\d{4}-\d\d-\d\dT.*Z$/.test(cell(column)) || Number.isNaN(value))
        throw wrong(column, 'an ISO instant in UTC');
      return value;
    },
  };
  return lines.slice(1).map((cells, index) => {
    line = cells;
    number = index + 2;
    return rowOf(row);
  });
}

function parsed(path: string): string[][] {
  try {
    return parse(readFileSync(path), { bom: true, skip_empty_lines: true });
  } catch (error) {
    throw new Error(`${basename(path)} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
