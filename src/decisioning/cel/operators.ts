// What the operators compute, by the types of their operands.
import { ordersByUnits, textOrder } from './conversions.ts';
import type { Value } from './evaluation.ts';
import { difference, type Int, product, quotient, remainder, sum } from './integers.ts';
import type { Part } from './part.ts';
import { between, earlier, later, longer, shorter } from './times.ts';

/** Undefined is CEL's error. */
export type Operation = (left: Value, right: Value) => Value | undefined;

// The types were checked, so each function meets only the values that it is for.
const ints = (apply: (left: Int, right: Int) => Int | undefined) => apply as Operation;
const numbers = (apply: (left: number, right: number) => number | undefined) => apply as Operation;
const texts = (apply: (left: string, right: string) => Value) => apply as Operation;

const timestamp = 'google.protobuf.Timestamp';
const duration = 'google.protobuf.Duration';

const arithmetic: Readonly<Record<string, Operation>> = {
  'int + int': ints(sum),
  'int - int': ints(difference),
  'int * int': ints(product),
  'int / int': ints(quotient),
  'int % int': ints(remainder),
  [`${timestamp} + ${duration}`]: numbers(later),
  [`${timestamp} - ${duration}`]: numbers(earlier),
  [`${timestamp} - ${timestamp}`]: numbers(between),
  [`${duration} + ${duration}`]: numbers(longer),
  [`${duration} - ${duration}`]: numbers(shorter),
};

const withoutFailure: Readonly<Record<string, Operation>> = {
  'double + double': numbers((left, right) => left + right),
  'double - double': numbers((left, right) => left - right),
  'double * double': numbers((left, right) => left * right),
  'double / double': numbers((left, right) => left / right),
  'string + string': texts((left, right) => left + right),
  'list + list': (left, right) => [...(left as readonly Value[]), ...(right as readonly Value[])],
};

// Of numbers, also of an int with a double, which JavaScript compares exactly, and of booleans.
const orders: Readonly<Record<string, Operation>> = {
  '<': (left, right) => left < right,
  '<=': (left, right) => left <= right,
  '>': (left, right) => left > right,
  '>=': (left, right) => left >= right,
};

const orderOfTexts: Readonly<Record<string, Operation>> = {
  '<': texts((left, right) => textOrder(left, right) < 0),
  '<=': texts((left, right) => textOrder(left, right) <= 0),
  '>': texts((left, right) => textOrder(left, right) > 0),
  '>=': texts((left, right) => textOrder(left, right) >= 0),
};

const scalarEqualities: Readonly<Record<string, Operation>> = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
};

const equalities: Readonly<Record<string, Operation>> = {
  '==': equal,
  '!=': (left, right) => !equal(left, right),
};

/** The arithmetic that there is, by operator and types. */
export const arithmeticForms: readonly string[] = Object.keys({ ...arithmetic, ...withoutFailure });

/** The operation of a binary operator other than `in`, and whether it can fail; undefined: there is none. */
export function operationOf(
  operator: string,
  left: Part,
  right: Part,
): { readonly apply: Operation; readonly canFail: boolean } | undefined {
  const equality = (left.type.kind === 'list' ? equalities : scalarEqualities)[operator];
  if (equality) return { apply: equality, canFail: false };
  if (Object.hasOwn(orders, operator)) {
    const table = left.type.name === 'string' && !isPlainText(left) && !isPlainText(right) ? orderOfTexts : orders;
    const apply = table[operator];
    return apply && { apply, canFail: false };
  }
  const operands = `${nameOf(left)} ${operator} ${nameOf(right)}`;
  const failing = arithmetic[operands];
  if (failing) return { apply: failing, canFail: true };
  const apply = withoutFailure[operands];
  return apply && { apply, canFail: false };
}

/** A constant text that JavaScript orders as CEL does. */
export function isPlainText({ constant }: Part): boolean {
  return typeof constant === 'string' && ordersByUnits(constant);
}

function nameOf({ type }: Part): string {
  return type.kind === 'list' ? 'list' : type.name;
}

/** Of values of one type. */
export function equal(left: Value, right: Value): boolean {
  if (!Array.isArray(left) || !Array.isArray(right)) return left === right;
  return left.length === right.length && left.every((item, index) => equal(item, right[index]));
}
