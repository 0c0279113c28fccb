// What the functions and methods compute, by the types of what they are given; undefined is CEL's error.
import { doubleOfText, intOfDouble, intOfText, lowerAscii, sizeOfText } from './conversions.ts';
import type { Value } from './evaluation.ts';
import type { Part } from './part.ts';
import {
  durationOfText,
  faultOfDuration,
  partsOfDuration,
  partsOfTimestamp,
  timestampOfSeconds,
  timestampOfText,
} from './times.ts';

export interface Known {
  /** Of one or two values. */
  readonly apply: (first: Value, second: Value) => Value | undefined;
  readonly cost: number;
  readonly canFail?: true;
  /** Why it fails of a value, in the library's words; absent or undefined: only the library can say. */
  readonly fault?: (value: Value) => string | undefined;
  /** What it makes of a value that is read counts as read. */
  readonly ofRead?: true;
}

// The types were checked, so each function meets only the values that it is for.
type Apply = Known['apply'];
const ofText = (apply: (text: string, other: string) => Value | undefined) => apply as Apply;
const ofNumber = (apply: (number: number) => Value | undefined) => apply as Apply;

const itself: Known = { apply: (value) => value, cost: 0 };
const sizeOfList: Known = { apply: (list) => (list as readonly Value[]).length, cost: 1, ofRead: true };
const written: Known = { apply: (value) => String(value), cost: 3 };
const less: Known = { apply: (a, b) => (a < b ? a : b), cost: 1 };
const greater: Known = { apply: (a, b) => (a > b ? a : b), cost: 1 };

const known: Readonly<Record<string, Known>> = {
  'size(string)': { apply: ofText(sizeOfText), cost: 5, ofRead: true },
  'size(list)': sizeOfList,
  'size(map)': { apply: (map) => (map as ReadonlyMap<string, Value>).size, cost: 1 },
  'int(int)': itself,
  'int(double)': { apply: ofNumber(intOfDouble), cost: 5, canFail: true },
  'int(string)': { apply: ofText(intOfText), cost: 20, canFail: true },
  'double(double)': itself,
  'double(int)': { apply: Number, cost: 1 },
  'double(string)': { apply: ofText(doubleOfText), cost: 20, canFail: true },
  'string(string)': itself,
  'string(bool)': written,
  'string(int)': written,
  'min(int, int)': less,
  'max(int, int)': greater,
  'min(double, double)': { apply: (a, b) => Math.min(a as number, b as number), cost: 1 },
  'max(double, double)': { apply: (a, b) => Math.max(a as number, b as number), cost: 1 },
  'contains(string, string)': { apply: ofText((text, part) => text.includes(part)), cost: 5 },
  'startsWith(string, string)': { apply: ofText((text, part) => text.startsWith(part)), cost: 2 },
  'endsWith(string, string)': { apply: ofText((text, part) => text.endsWith(part)), cost: 2 },
  'lowerAscii(string)': { apply: ofText(lowerAscii), cost: 10, ofRead: true },
  'timestamp(string)': { apply: ofText(timestampOfText), cost: 50, canFail: true },
  'timestamp(int)': { apply: timestampOfSeconds as Apply, cost: 1, canFail: true },
  'duration(string)': {
    apply: ofText(durationOfText),
    cost: 50,
    canFail: true,
    fault: (text) => faultOfDuration(text as string),
  },
  ...partsOf('google.protobuf.Timestamp', partsOfTimestamp),
  ...partsOf('google.protobuf.Duration', partsOfDuration),
};

function partsOf(type: string, parts: Readonly<Record<string, (value: number) => number>>): Record<string, Known> {
  return Object.fromEntries(
    Object.entries(parts).map(([name, part]) => [`${name}(${type})`, { apply: ofNumber(part), cost: 3, ofRead: true }]),
  );
}

/** The functions and methods that there are, by name and types. */
export const functionForms: readonly string[] = Object.keys(known);

/** A function or method by name and what it is given, the receiver first; undefined: there is none. */
export function functionOf(name: string, given: readonly Part[]): Known | undefined {
  const types = given.map(({ type }) => (type.kind === 'list' || type.kind === 'map' ? type.kind : type.name));
  return known[`${name}(${types.join(', ')})`];
}
