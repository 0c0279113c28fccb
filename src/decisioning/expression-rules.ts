// What an expression may use beyond being well typed: functions that are cheap for any input and the same everywhere.
import type { ASTNode } from '@marcbachmann/cel-js';

export interface Problem {
  /** What is wrong, in words. */
  readonly problem: string;
  /** Offset of the place in the expression, from 0. */
  readonly at: number;
}

const functions = new Set(['has', 'size', 'int', 'double', 'string', 'min', 'max']);
const listMacros = new Set(['all', 'exists', 'exists_one', 'filter']);
const methods = new Set(['size', 'contains', 'startsWith', 'endsWith', 'lowerAscii', ...listMacros]);
const ofHistory = /^(presented|clicked|accepted|declined|hoursSince(Presented|Clicked|Accepted|Declined))$/;
const variables = new Set(['profile', 'context', 'features', 'history']);

/**
 * The first place in an expression that uses what conditions may not; undefined: none.
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
      case 'id':
        return undefined;
      case '.':
      case '.?':
        return walk(node.args[0], inMacro);
      case '[]':
      case '[?]': {
        const [left, index] = node.args;
        // An attribute whose name is computed cannot be type-checked.
        if (left.op === 'id' && variables.has(left.args) && index.op !== 'value') {
          return { problem: `write ${left.args}.name: the name of an attribute cannot be computed`, at: index.start };
        }
        return walk(left, inMacro) ?? walk(index, inMacro);
      }
      case 'call': {
        const [name, args] = node.args;
        if (!functions.has(name)) return { problem: `the function ${name} is not available`, at: node.start };
        const [first] = args;
        if (name === 'has') return first && checkPart(first.start, first.end);
        return firstOf(args, inMacro);
      }
      case 'rcall': {
        const [name, receiver, args] = node.args;
        // Regular expressions can take for ever, and map and bind can grow without bound.
        if (!methods.has(name) && !ofHistory.test(name)) {
          return { problem: `the function ${name} is not available`, at: receiver.end + 1 };
        }
        const macro = listMacros.has(name);
        if (macro && inMacro) {
          return { problem: `${name} cannot be used inside another all, exists, exists_one or filter`, at: node.start };
        }
        return walk(receiver, inMacro) ?? firstOf(args, inMacro || macro);
      }
      case 'list':
        return firstOf(node.args, inMacro);
      case 'map':
        return firstOf(node.args.flat(), inMacro);
      case '!_':
      case '-_':
        return walk(node.args, inMacro);
      default:
        return firstOf(node.args, inMacro);
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
