// A part of an expression as compiled: a function, and what is known of it without running it.
import type { ASTNode } from '@marcbachmann/cel-js';
import type { Comparison } from '../compiled-condition.ts';
import { unknownCustomer } from '../facts.ts';
import { type CelType, typeOf } from './checked-tree.ts';
import type { Evaluate, Value } from './evaluation.ts';
import type { Word } from './words.ts';

/** Where an expression can fail: nowhere, at one place only (so the cause is known), or at several. */
export type Failing = 'NEVER' | { readonly start: number; readonly end: number } | 'MANY';

export interface Part {
  readonly type: CelType;
  /** In a form that equal parts share, however they were written. */
  readonly text: string;
  readonly evaluate: Evaluate;
  /** Relative to reading one attribute. */
  readonly cost: number;
  readonly failing: Failing;
  /** Present when it is the same in every scope. */
  readonly constant?: Value;
  /** Present when it is one word. */
  readonly word?: Word;
  /** True for what is read of the scope as it is, so that it is worth comparing it with many constants at once. */
  readonly isRead?: true;
  /** Present when it compares such a value with constants. */
  readonly comparison?: Comparison;
}

export function constantPart(type: CelType, constant: Value): Part {
  return { type, text: textOf(type, constant), evaluate: () => constant, cost: 0, failing: 'NEVER', constant };
}

/** What is computed from parts. `failing` is what it adds to the failures of its parts. */
export function computedPart(
  node: ASTNode,
  parts: readonly Part[],
  {
    text,
    cost,
    evaluate,
    failing = 'NEVER',
  }: Pick<Part, 'text' | 'cost' | 'evaluate'> & { readonly failing?: Failing },
): Part {
  const type = typeOf(node) ?? { kind: 'primitive', name: 'bool' };
  if (parts.every(({ constant }) => constant !== undefined)) {
    const constant = evaluate(nowhere);
    if (constant !== undefined) return constantPart(type, constant);
  }
  return {
    type,
    text,
    evaluate,
    cost: parts.reduce((total, part) => total + part.cost, cost),
    failing: failingOf([failing, ...parts.map((part) => part.failing)]),
  };
}

const nowhere = { facts: unknownCustomer(''), at: 0, context: {}, read: [] };

function failingOf(all: readonly Failing[]): Failing {
  const failures = all.filter((failing) => failing !== 'NEVER');
  return failures.length > 1 ? 'MANY' : (failures[0] ?? 'NEVER');
}

/** A constant in text, which tells also its type. */
export function textOf(type: CelType, value: Value): string {
  if (value instanceof Map) {
    const items = type.valueType ?? type;
    return `{${[...value].map(([key, item]) => `${JSON.stringify(key)}: ${textOf(items, item)}`).join(', ')}}`;
  }
  if (Array.isArray(value)) return `[${value.map((item) => textOf(type.valueType ?? type, item)).join(', ')}]`;
  switch (type.name) {
    case 'string':
      return JSON.stringify(value);
    case 'double':
      return Object.is(value, -0) ? '-0.0' : String(value).replace(/^-?\d+$/, '$&.0');
    case 'google.protobuf.Timestamp':
      return `timestamp("${new Date(value as number).toISOString()}")`;
    case 'google.protobuf.Duration':
      return `duration("${value}ms")`;
    default:
      return String(value);
  }
}
