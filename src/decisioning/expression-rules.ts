// What an expression may use beyond being well typed: what is cheap for any input, the same everywhere, and as CEL specifies it.
import type { ASTNode } from '@marcbachmann/cel-js';
import {
  type CelType,
  isInParentheses,
  listMacros,
  objectNames,
  pathOf,
  relations,
  typeOf,
} from './cel/checked-tree.ts';
import { durationOfText, partsOfDuration, partsOfTimestamp, timestampOfText } from './cel/times.ts';
import { ofHistory } from './cel/words.ts';

export interface Problem {
  /** What is wrong, in words. */
  readonly problem: string;
  /** Offset of the place in the expression, from 0. */
  readonly at: number;
}

const functions = new Set(['has', 'size', 'int', 'double', 'string', 'min', 'max', 'timestamp', 'duration']);
const methods = new Set([
  ...['size', 'contains', 'startsWith', 'endsWith', 'lowerAscii'],
  ...listMacros,
  ...Object.keys(ofHistory),
  ...Object.keys(partsOfTimestamp),
]);
const timestampType = 'google.protobuf.Timestamp';
const durationType = 'google.protobuf.Duration';
const valueTypes = new Set(['string', 'int', 'double', 'bool', timestampType, durationType]);
/** Names that the library drops from a map. */
const lostKeys = new Set(['__proto__', 'constructor', 'prototype']);
const [leastInt, greatestInt] = [-(2n ** 63n), 2n ** 63n - 1n];

/**
 * The first place in a type-checked expression that uses what conditions may not; undefined: none.
 *
 * `checkPart` type-checks a part by its offsets: the library does not look into the argument of `has`.
 */
export function ruleProblem(
  root: ASTNode,
  checkPart: (start: number, end: number) => Problem | undefined,
): Problem | undefined {
  return walk(root, false);

  function walk(node: ASTNode, inMacro: boolean): Problem | undefined {
    switch (node.op) {
      case 'value':
        return literalProblem(node) ?? valueProblem(node);
      case 'id':
        return objectNames.has(node.args)
          ? { problem: `write ${node.args}.name: it is not a value of its own`, at: node.start }
          : valueProblem(node);
      case '.':
      case '.?':
        return (pathOf(node) ? undefined : walk(node.args[0], inMacro)) ?? valueProblem(node);
      case '[]':
      case '[?]': {
        const [left, index] = node.args;
        // An attribute whose name is computed cannot be type-checked.
        if (left.op === 'id' && objectNames.has(left.args) && index.op !== 'value') {
          return { problem: `write ${left.args}.name: the name of an attribute cannot be computed`, at: index.start };
        }
        return (pathOf(node) ? undefined : (walk(left, inMacro) ?? walk(index, inMacro))) ?? valueProblem(node);
      }
      case 'call': {
        const [name, args] = node.args;
        if (!functions.has(name)) return { problem: `the function ${name} is not available`, at: node.start };
        const [first] = args;
        if (name === 'has' && first) return checkPart(first.start, first.end) ?? hasProblem(first);
        return firstOf(args, inMacro) ?? callProblem(name, args, node.start);
      }
      case 'rcall': {
        const [name, receiver, args] = node.args;
        // Regular expressions can take for ever, and map and bind can grow without bound.
        if (!methods.has(name)) return { problem: `the function ${name} is not available`, at: receiver.end + 1 };
        if (Object.hasOwn(ofHistory, name)) return firstOf(args, inMacro);
        if (!listMacros.has(name)) {
          return walk(receiver, inMacro) ?? firstOf(args, inMacro) ?? methodProblem(name, receiver, args);
        }
        if (inMacro) {
          return { problem: `${name} cannot be used inside another all, exists, exists_one or filter`, at: node.start };
        }
        const [variable, test] = args;
        return walk(receiver, inMacro) ?? macroProblem(name, receiver, variable) ?? (test && walk(test, true));
      }
      case 'list':
        return firstOf(node.args, inMacro) ?? valueProblem(node);
      case 'map':
        return firstOf(node.args.flat(), inMacro) ?? keyProblem(node.args.map(([key]) => key)) ?? valueProblem(node);
      case '-_':
        // The least int is written as the negation of what is none itself.
        if (literalInt(node.args) === -leastInt && /^-\s*\d+$/.test(node.input.slice(node.start, node.end)))
          return undefined;
        return walk(node.args, inMacro);
      case '!_':
        return walk(node.args, inMacro);
      case '?:': {
        const [condition, then] = node.args;
        return then.op === '?:' && !isInParentheses(then, condition.end)
          ? { problem: 'put a choice within a choice in parentheses', at: then.start }
          : firstOf(node.args, inMacro);
      }
      case '&&':
      case '||':
        return firstOf(node.args, inMacro);
      default:
        return (
          firstOf(node.args, inMacro) ??
          operatorProblem(node.op, node.args) ??
          (node === root ? undefined : forgottenItems(node))
        );
    }
  }

  function firstOf(nodes: readonly ASTNode[], inMacro: boolean): Problem | undefined {
    for (const node of nodes) {
      const problem = walk(node, inMacro);
      if (problem) return problem;
    }
    return undefined;
  }
}

function valueProblem(node: ASTNode): Problem | undefined {
  const type = typeOf(node);
  if (!type || isValueType(type, false)) return undefined;
  return { problem: `values of type ${type.name} are not available`, at: node.start };
}

function isValueType(type: CelType, inside: boolean): boolean {
  const items = type.valueType;
  switch (type.kind) {
    case 'list':
      return items !== undefined && isValueType(items, true);
    case 'map':
      return type.keyType?.name === 'string' && items !== undefined && isValueType(items, true);
    case 'param':
      // Of the items of [].
      return inside;
    default:
      return valueTypes.has(type.name);
  }
}

function literalProblem(node: ASTNode & { op: 'value' }): Problem | undefined {
  const { args: value, start: at } = node;
  const text = node.input.slice(node.start, node.end);
  if (typeof value === 'bigint' && value > greatestInt) return { problem: 'must be an int of 64 bits', at };
  if (typeof value === 'bigint' && text.startsWith('0X')) return { problem: 'write 0x for a hexadecimal number', at };
  if (typeof value !== 'string') return undefined;
  if (!value.isWellFormed()) return { problem: 'must be a text of whole characters', at };
  // In a raw text a backslash is a character like others: it does not keep the text from ending at the next quote.
  const raw = /^[rR]("""|'''|"|')/.exec(text);
  const ends = raw?.[1] === undefined || `${value}${raw[1]}`.indexOf(raw[1]) === value.length;
  return ends ? undefined : { problem: 'a raw text ends at the first of its quotes', at };
}

function hasProblem(argument: ASTNode): Problem | undefined {
  return pathOf(argument) ? undefined : { problem: 'has asks for an attribute: has(profile.name)', at: argument.start };
}

function callProblem(name: string, args: readonly ASTNode[], at: number): Problem | undefined {
  const [first] = args;
  const type = first && typeOf(first)?.name;
  if (name === 'string' && type === 'double') return { problem: 'CEL does not say how a double is written', at };
  if (first?.op !== 'value' || typeof first.args !== 'string') return undefined;
  const { args: text, start } = first;
  if (name === 'timestamp' && timestampOfText(text) === undefined) {
    return { problem: 'must be an instant of whole milliseconds like 2026-11-21T18:00:00Z', at: start };
  }
  if (name === 'duration' && durationOfText(text) === undefined) {
    return { problem: 'must be a duration of whole milliseconds like 1h30m or 90s', at: start };
  }
  return undefined;
}

function methodProblem(name: string, receiver: ASTNode, args: readonly ASTNode[]): Problem | undefined {
  if (!Object.hasOwn(partsOfTimestamp, name)) return undefined;
  const at = receiver.end + 1;
  if (args.length > 0) return { problem: `${name} is in UTC: it takes no time zone`, at };
  const ofDuration = typeOf(receiver)?.name === durationType;
  if (ofDuration && !Object.hasOwn(partsOfDuration, name)) {
    return { problem: `${name} of a duration is not available`, at };
  }
  return undefined;
}

function macroProblem(name: string, receiver: ASTNode, variable: ASTNode | undefined): Problem | undefined {
  if (variable?.op === 'id' && (objectNames.has(variable.args) || variable.args === 'now')) {
    return { problem: `${variable.args} has a meaning already: choose another name`, at: variable.start };
  }
  const { kind, valueType } = typeOf(receiver) ?? {};
  if (kind === 'map' && name === 'filter') {
    return { problem: 'filter needs a list: the keys of a map have no order', at: receiver.start };
  }
  return valueType?.kind === 'param' ? { problem: `${name} of nothing`, at: receiver.start } : undefined;
}

function keyProblem(keys: readonly ASTNode[]): Problem | undefined {
  const known = new Set<unknown>();
  for (const { op, args, start: at } of keys) {
    if (op !== 'value' || typeof args !== 'string') return { problem: 'the key of a map must be a text', at };
    if (lostKeys.has(args)) return { problem: `${args} cannot be the key of a map`, at };
    if (known.has(args)) return { problem: 'a key twice', at };
    known.add(args);
  }
  return undefined;
}

function operatorProblem(operator: string, [left, right]: readonly [ASTNode, ASTNode]): Problem | undefined {
  const types = [typeOf(left), typeOf(right)];
  if (operator === '==' || operator === '!=') {
    // CEL compares from left to right, the library < and in before == and !=.
    if (relations.has(right.op) && !isInParentheses(right, left.end)) {
      return { problem: `put what is right of ${operator} in parentheses`, at: right.start };
    }
    return types.some((type) => type && !hasEquality(type)) ? noEquality(left.start) : undefined;
  }
  if (operator === 'in') {
    const [item, items] = types;
    return items?.kind === 'list' && item && !hasEquality(item) ? noEquality(left.start) : undefined;
  }
  // For the library this is a duration.
  if (operator === '+' && types[0]?.name === durationType && types[1]?.name === timestampType) {
    return { problem: 'write the timestamp first: timestamp + duration', at: left.start };
  }
  if (types.some((type) => type?.name === 'double')) {
    // Whether such an int is less than a double depends on how the implementation compares them.
    const unsafe = [left, right].find((node) => literalInt(node) > 2n ** 53n);
    if (unsafe) return { problem: 'an int beyond ±2⁵³ cannot be compared with a double', at: unsafe.start };
  }
  return undefined;
}

/** The library takes what is added to an empty list for a list of anything: nothing around it would be checked. */
function forgottenItems({ op, args }: ASTNode): Problem | undefined {
  if (op !== '+') return undefined;
  const [left, right] = args;
  const [type, added] = [typeOf(left), typeOf(right)];
  if (type?.kind !== 'list' || type === added || !hasParameter(type)) return undefined;
  return { problem: 'write the empty list on the right of +, or leave it out', at: left.start };
}

function hasParameter({ kind, valueType }: CelType): boolean {
  return kind === 'param' || (valueType !== undefined && hasParameter(valueType));
}

function literalInt(node: ASTNode): bigint {
  if (node.op === '-_') return literalInt(node.args);
  return node.op === 'value' && typeof node.args === 'bigint' ? node.args : 0n;
}

/** Not of maps, nor of lists of doubles: for the library a list is equal to itself even when NaN is in it. */
function hasEquality(type: CelType, inside = false): boolean {
  if (type.kind === 'list' && type.valueType) return hasEquality(type.valueType, true);
  return type.kind !== 'map' && !(inside && type.name === 'double');
}

function noEquality(at: number): Problem {
  return { problem: 'maps and lists of decimal numbers cannot be compared', at };
}
