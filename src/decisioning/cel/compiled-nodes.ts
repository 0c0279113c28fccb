// What each kind of node computes from its parts.
import type { ASTNode } from '@marcbachmann/cel-js';
import type { Comparison } from '../compiled-condition.ts';
import { typeOf } from './checked-tree.ts';
import { comparisonOf, truthOf } from './comparisons.ts';
import type { Evaluate, Value } from './evaluation.ts';
import { functionOf } from './functions.ts';
import { type Int, int64, negation } from './integers.ts';
import { macros } from './macros.ts';
import { equal, type Operation, operationOf } from './operators.ts';
import {
  type Blame,
  blameOf,
  computedPart,
  constantPart,
  notKnownAt,
  onlyLibraryKnows,
  type Part,
  textOf,
} from './part.ts';

export function literalPart(node: ASTNode, literal: unknown): Part {
  const value = typeof literal === 'bigint' ? int64(literal) : literal;
  const type = typeOf(node);
  if (!type || !isScalar(value)) throw new Error('this literal is not compiled');
  return constantPart(type, value);
}

function isScalar(value: unknown): value is Value {
  return ['string', 'number', 'bigint', 'boolean'].includes(typeof value);
}

/** An item of a list, or of a map under a key. */
export function accessPart(node: ASTNode, of: Part, index: Part): Part {
  const ofMap = of.type.kind === 'map';
  const { word } = of;
  const key = index.constant;
  const part = computedPart(node, [of, index], {
    text: `${of.text}[${index.text}]`,
    cost: 2,
    evaluate: strict(of, index, ofMap ? itemUnder : itemAt),
    blame: blameOf([of, index], ofMap ? notKnownAt(node) : onlyLibraryKnows),
  });
  if (!word || !ofMap || key === undefined) return part;
  return { ...part, evaluate: (scope) => word.item(scope, key), isRead: true };
}

const itemUnder: Operation = (map, key) => (map as ReadonlyMap<Value, Value>).get(key);
const itemAt: Operation = (list, index) => (list as readonly Value[])[Number(index)];

export function callPart(node: ASTNode, name: string, given: readonly Part[]): Part {
  const known = functionOf(name, given);
  const [first, second] = given;
  if (!known || !first) throw new Error(`${name} is not compiled`);
  const { apply, cost, canFail, fault, ofRead } = known;
  const { evaluate } = first;
  const itself: Blame = (scope) => {
    const value = evaluate(scope);
    const missing = value === undefined ? undefined : fault?.(value);
    return missing === undefined ? undefined : { missing };
  };
  const part = computedPart(node, given, {
    text: `${name}(${given.map(({ text }) => text).join(', ')})`,
    cost,
    blame: blameOf(given.toReversed(), canFail ? itself : undefined),
    evaluate: second
      ? strict(first, second, apply)
      : (scope, numbers, local) => {
          const value = evaluate(scope, numbers, local);
          return value === undefined ? undefined : apply(value, value);
        },
  });
  return ofRead && first.isRead ? { ...part, isRead: true } : part;
}

export function macroPart(node: ASTNode, name: string, items: Part, test: Part): Part {
  const macro = macros[name];
  if (!macro) throw new Error(`${name} is not compiled`);
  const { evaluate } = items;
  const keys: Evaluate<readonly Value[]> = (scope, numbers, local) => {
    const map = evaluate(scope, numbers, local);
    return map instanceof Map ? [...map.keys()] : undefined;
  };
  const itemsOf = items.type.kind === 'map' ? keys : (evaluate as Evaluate<readonly Value[]>);
  return computedPart(node, [items, test], {
    text: `${items.text}.${name}(item, ${test.text})`,
    cost: 10 + 5 * test.cost,
    blame: blameOf([items], test.blame ? onlyLibraryKnows : undefined),
    evaluate: macro(itemsOf, test.evaluate),
  });
}

export function listPart(node: ASTNode, items: readonly Part[]): Part {
  const all = items.map(({ evaluate }) => evaluate);
  return computedPart(node, items, {
    text: `[${items.map(({ text }) => text).join(', ')}]`,
    cost: items.length,
    blame: blameOf(items.toReversed()),
    evaluate: (scope, numbers, local) => known(all.map((item) => item(scope, numbers, local))),
  });
}

export function mapPart(node: ASTNode, entries: readonly (readonly [string, Part])[]): Part {
  const keys = entries.map(([key]) => key);
  const items = entries.map(([, item]) => item);
  const { evaluate } = listPart(node, items);
  return computedPart(node, items, {
    text: `{${entries.map(([key, { text }]) => `${JSON.stringify(key)}: ${text}`).join(', ')}}`,
    cost: entries.length,
    evaluate(scope, numbers, local) {
      const values = evaluate(scope, numbers, local) as readonly Value[] | undefined;
      return values && new Map(values.map((value, index) => [keys[index] ?? '', value]));
    },
  });
}

function known(values: readonly (Value | undefined)[]): readonly Value[] | undefined {
  return values.every((value) => value !== undefined) ? values : undefined;
}

export function negationPart(node: ASTNode, part: Part): Part {
  const isInt = part.type.name === 'int';
  return computedPart(node, [part], {
    text: `-${part.text}`,
    cost: 1,
    blame: blameOf([part], isInt ? onlyLibraryKnows : undefined),
    evaluate(scope, numbers, local) {
      const value = part.evaluate(scope, numbers, local);
      if (value === undefined) return undefined;
      return isInt ? negation(value as Int) : -(value as number);
    },
  });
}

export function notPart(node: ASTNode, part: Part): Part {
  const negated = computedPart(node, [part], {
    text: `!${part.text}`,
    cost: 0,
    evaluate(scope, numbers, local) {
      const value = part.evaluate(scope, numbers, local);
      return value === undefined ? undefined : value === false;
    },
  });
  const { presence } = part;
  if (presence) return { ...negated, presence: { ...presence, isKnown: !presence.isKnown } };
  return withComparison(negated, truthOf(part, false));
}

export function choicePart(node: ASTNode, parts: readonly Part[]): Part {
  const [condition, then, otherwise] = parts;
  if (!condition || !then || !otherwise) throw new Error('this choice is incomplete');
  return computedPart(node, parts, {
    text: `(${condition.text} ? ${then.text} : ${otherwise.text})`,
    cost: 0,
    blame: blameOf([condition], (scope) => (condition.evaluate(scope) === true ? then : otherwise).blame?.(scope)),
    evaluate(scope, numbers, local) {
      const met = condition.evaluate(scope, numbers, local);
      if (met === undefined) return undefined;
      return (met === true ? then : otherwise).evaluate(scope, numbers, local);
    },
  });
}

/** One side that settles the matter is enough, also when the other is an error. */
export function logicPart(node: ASTNode, operator: '&&' | '||', left: Part, right: Part): Part {
  const settles = operator === '||';
  const [first, second] = [left.evaluate, right.evaluate];
  const part = computedPart(node, [left, right], {
    text: `(${left.text} ${operator} ${right.text})`,
    cost: 0,
    blame: blameOf([right, left]),
    evaluate(scope, numbers, local) {
      const one = first(scope, numbers, local);
      if (one === settles) return settles;
      const other = second(scope, numbers, local);
      if (other === settles) return settles;
      return one === undefined || other === undefined ? undefined : !settles;
    },
  });
  return withComparison(part, settles ? (unlessKnown(left, right) ?? unlessKnown(right, left)) : undefined);
}

/** `!has(x) || x == 1`, with the sides as they may stand. */
function unlessKnown({ presence }: Part, { comparison }: Part): Comparison | undefined {
  if (!presence || presence.isKnown || comparison?.subject !== presence.subject) return undefined;
  return { ...comparison, orUnknown: true };
}

const mirrored: Readonly<Record<string, string>> = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  '==': '==',
  '!=': '!=',
};

export function binaryPart(node: ASTNode, operator: string, left: Part, right: Part): Part {
  if (operator === 'in') return membershipPart(node, left, right);
  const mirror = mirrored[operator];
  const [first, applied, second] = mirror && comesLater(left, right) ? [right, mirror, left] : [left, operator, right];
  const operation = operationOf(applied, first, second);
  if (!operation) throw new Error(`${operator} is not compiled`);
  const part = computedPart(node, [first, second], {
    text: `(${first.text} ${applied} ${second.text})`,
    cost: 1,
    blame: blameOf([left, right], operation.canFail ? onlyLibraryKnows : undefined),
    evaluate: strict(first, second, operation.apply),
  });
  return withComparison(part, comparisonOf(applied, first, second));
}

/** Comparisons are written with constants on the right, and otherwise by their text. */
function comesLater(left: Part, right: Part): boolean {
  if (left.constant !== undefined || right.constant !== undefined) return right.constant === undefined;
  return left.text > right.text;
}

function membershipPart(node: ASTNode, item: Part, items: Part): Part {
  const { constant } = items;
  // NaN equals nothing, but a set would find it.
  const among =
    Array.isArray(constant) && constant.every(isScalar)
      ? new Set(constant.filter((value) => !Number.isNaN(value)))
      : undefined;
  const list = among ? listText(items, among) : items.text;
  const part = computedPart(node, [item, items], {
    text: `(${item.text} in ${list})`,
    cost: among || items.word ? 2 : 10,
    evaluate: membership(item, items, among),
  });
  const { word } = items;
  if (word && isScalar(item.constant)) {
    return { ...part, membership: { subject: items.text, items: word.items, constant: item.constant } };
  }
  return withComparison(part, among && comparisonOf('in', item, items));
}

function withComparison(part: Part, comparison: Comparison | undefined): Part {
  return comparison ? { ...part, comparison } : part;
}

function membership(item: Part, items: Part, among: ReadonlySet<Value> | undefined): Evaluate {
  const { evaluate } = item;
  const { word } = items;
  if (among) {
    return (scope, numbers, local) => {
      const value = evaluate(scope, numbers, local);
      return value === undefined ? undefined : among.has(value);
    };
  }
  if (word) {
    return (scope, numbers, local) => {
      const value = evaluate(scope, numbers, local);
      return value === undefined ? undefined : word.has(scope, value);
    };
  }
  if (items.type.kind === 'map') {
    return strict(item, items, (key, map) => (map as ReadonlyMap<Value, Value>).has(key));
  }
  return strict(item, items, (value, list) => (list as readonly Value[]).some((other) => equal(value, other)));
}

/** Without order and repetition, which make no difference to what is in it. */
function listText({ type }: Part, among: ReadonlySet<Value>): string {
  const items = [...among].map((item) => textOf(type.valueType ?? type, item));
  return `[${items.sort().join(', ')}]`;
}

function strict(left: Part, right: Part, apply: Operation): Evaluate {
  const [first, second] = [left.evaluate, right.evaluate];
  const { constant } = right;
  if (constant !== undefined) {
    return (scope, numbers, local) => {
      const value = first(scope, numbers, local);
      return value === undefined ? undefined : apply(value, constant);
    };
  }
  return (scope, numbers, local) => {
    const value = first(scope, numbers, local);
    if (value === undefined) return undefined;
    const other = second(scope, numbers, local);
    return other === undefined ? undefined : apply(value, other);
  };
}
