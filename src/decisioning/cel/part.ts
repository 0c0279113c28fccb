// A part of an expression as compiled: a function, and what is known of it without running it.
import type { ASTNode } from '@marcbachmann/cel-js';
import type { Comparison, Membership } from '../compiled-condition.ts';
import { unknownCustomer } from '../facts.ts';
import type { Scope } from '../scope.ts';
import { type CelType, typeOf } from './checked-tree.ts';
import type { Evaluate, Value } from './evaluation.ts';
import { notKnown } from './library-errors.ts';
import type { Word } from './words.ts';

/** Says why an expression fails in a scope in which it does, in the library's words; undefined: only the library can say. */
export type Blame = (scope: Scope) => { readonly missing: string } | undefined;

export interface Part {
  readonly type: CelType;
  /** In a form that equal parts share, however they were written. */
  readonly text: string;
  readonly evaluate: Evaluate;
  /** Relative to reading one attribute. */
  readonly cost: number;
  /** Absent from what never fails. */
  readonly blame?: Blame | undefined;
  /** Present when it is the same in every scope. */
  readonly constant?: Value;
  /** Present when it is one word. */
  readonly word?: Word;
  /** True for what is read of the scope as it is, so that it is worth comparing it with many constants at once. */
  readonly isRead?: true;
  /** Present when it compares such a value with constants. */
  readonly comparison?: Comparison;
  /** Present when it asks whether one word has a constant. */
  readonly membership?: Membership;
  /** Present when it only tells whether such a value is known. */
  readonly presence?: Presence;
}

export interface Presence {
  /** As in a comparison. */
  readonly subject: string;
  /** True where it holds when the value is known, false where it holds when it is not. */
  readonly isKnown: boolean;
}

export function constantPart(type: CelType, constant: Value): Part {
  return { type, text: textOf(type, constant), evaluate: () => constant, cost: 0, constant };
}

/** What is computed from parts. */
export function computedPart(
  node: ASTNode,
  parts: readonly Part[],
  { text, cost, evaluate, blame = blameOf(parts) }: Pick<Part, 'text' | 'cost' | 'evaluate' | 'blame'>,
): Part {
  const type = typeOf(node) ?? { kind: 'primitive', name: 'bool' };
  if (parts.every(({ constant }) => constant !== undefined)) {
    const constant = evaluate(nowhere);
    if (constant !== undefined) return constantPart(type, constant);
  }
  return { type, text, evaluate, cost: parts.reduce((total, part) => total + part.cost, cost), blame };
}

/** The first part that fails is to blame, in the order in which the library evaluates them; if none does, it is the whole `itself`. */
export function blameOf(parts: readonly Part[], itself?: Blame): Blame | undefined {
  const failing = parts.filter(({ blame }) => blame);
  if (!itself && failing.length < 2) return failing[0]?.blame;
  return (scope) => {
    const failed = failing.find(({ evaluate }) => evaluate(scope) === undefined);
    return failed ? failed.blame?.(scope) : itself?.(scope);
  };
}

/** Of what fails in a way that the library has words for. */
export const onlyLibraryKnows: Blame = () => undefined;

/** Of what can be unknown. */
export function notKnownAt(node: ASTNode): Blame {
  const cause = { missing: notKnown(node.input, node) };
  return () => cause;
}

const nowhere = { facts: unknownCustomer(''), at: 0, context: {}, read: [] };

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
