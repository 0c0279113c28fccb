// Reports as text for people: aligned tables, figures with three significant digits, bars met or missed.
import type { Bar, Report, Section } from './report.ts';

/** A report as lines of text. */
export function printed({ sections, bars }: Report): string {
  return [...sections.map(sectionText), ...(bars.length === 0 ? [] : [barsText(bars)])].join('\n');
}

function sectionText({ title, notes, columns, rows }: Section): string {
  const table = [
    columns.map(({ heading }) => heading),
    ...rows.map((row) => columns.map(({ key }) => cellText(row[key]))),
  ];
  return [`\n${title}`, ...notes.map((note) => `  ${note}`), '', ...aligned(table)].join('\n').concat('\n');
}

function barsText(bars: readonly Bar[]): string {
  const table = bars.map(({ bar, demand, limit, unit, value, met }) => [
    met === undefined ? 'not measured' : met ? 'met' : 'MISSED',
    bar,
    `${demand === 'AT_LEAST' ? '≥' : '≤'} ${figure(limit)} ${unit}`,
    value === undefined ? '' : `${figure(value)} ${unit}`,
  ]);
  return ['\nBars\n', ...aligned(table, 2)].join('\n').concat('\n');
}

/** Rows of equal length as lines; the first columns are text and begin at the left, the others are figures and end at the right. */
function aligned(table: readonly (readonly string[])[], textColumns = 1): string[] {
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table.map((row) => {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column < textColumns ? cell.padEnd(width) : cell.padStart(width);
    });
    return `  ${cells.join('   ').trimEnd()}`;
  });
}

function cellText(value: string | number | undefined): string {
  return typeof value === 'number' ? figure(value) : (value ?? '—');
}

/** Three significant digits, and whole numbers whole: 12,346 · 123 · 12.3 · 0.0123. */
export function figure(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US');
  return value.toLocaleString('en-US', { maximumSignificantDigits: 3 });
}
