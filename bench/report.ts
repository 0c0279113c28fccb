// What a bench found out: tables of figures, and the bars that were set for some of them.

export interface Report {
  readonly bench: string;
  readonly sections: readonly Section[];
  readonly bars: readonly Bar[];
}

export interface Section {
  readonly title: string;
  /** What somebody must know to read the figures. */
  readonly notes: readonly string[];
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

export interface Column {
  /** Of the rows' values; the name in the line of JSON. */
  readonly key: string;
  readonly heading: string;
}

/** Values by column; absent where there is none. */
export type Row = Readonly<Record<string, string | number | undefined>>;

/** A figure and what is demanded of it. A missed one fails nothing: it is there to be seen. */
export interface Bar {
  readonly bar: string;
  readonly demand: 'AT_LEAST' | 'AT_MOST';
  readonly limit: number;
  readonly unit: string;
  /** Absent: it could not be measured here. */
  readonly value: number | undefined;
  readonly met: boolean | undefined;
}

export function atLeast(bar: string, limit: number, unit: string, value: number | undefined): Bar {
  return { bar, demand: 'AT_LEAST', limit, unit, value, met: value === undefined ? undefined : value >= limit };
}

export function atMost(bar: string, limit: number, unit: string, value: number | undefined): Bar {
  return { bar, demand: 'AT_MOST', limit, unit, value, met: value === undefined ? undefined : value <= limit };
}

/** What was measured, divided by something else that was measured; undefined where one of them was not. */
export function ratio(dividend: number | undefined, divisor: number | undefined): number | undefined {
  return dividend === undefined || divisor === undefined ? undefined : dividend / divisor;
}
