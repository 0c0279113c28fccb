// The tree that the library makes of an expression, with the types that its check leaves in it.
import type { ASTNode } from '@marcbachmann/cel-js';

export interface CelType {
  readonly kind: 'primitive' | 'list' | 'map' | 'message' | 'param' | 'dyn' | 'optional';
  readonly name: string;
  readonly keyType?: CelType;
  readonly valueType?: CelType;
}

/** The type of a node; undefined in what the library does not look into: the argument of `has`. */
export function typeOf(node: ASTNode): CelType | undefined {
  return (node as { readonly checkedType?: CelType }).checkedType;
}

/** The variables whose values are objects: `profile`, of which only the fields are values. */
export const objectNames: ReadonlySet<string> = new Set(['profile', 'context', 'features', 'history']);

/** The names to a field of one of those variables: `features views h24`; undefined for any other node. */
export function pathOf(node: ASTNode): readonly string[] | undefined {
  if (node.op === 'id') return objectNames.has(node.args) ? [node.args] : undefined;
  if (node.op !== '.' && node.op !== '[]') return undefined;
  const [left, right] = node.args;
  const name = typeof right === 'string' ? right : right.op === 'value' ? right.args : undefined;
  const path = typeof name === 'string' ? pathOf(left) : undefined;
  return path && [...path, name as string];
}

export const listMacros: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'filter']);
export const relations: ReadonlySet<string> = new Set(['<', '<=', '>', '>=', 'in']);

/** True when the node as a whole stands in parentheses, which the tree does not keep; before them, from `from` on, are no operands. */
export function isInParentheses(node: ASTNode, from: number): boolean {
  const opened = withoutTexts(node.input.slice(from, node.start)).split('(').length - 1;
  let depth = 0;
  let lowest = 0;
  for (const character of withoutTexts(node.input.slice(node.start, node.end))) {
    if (character === '(') depth++;
    if (character === ')') depth--;
    // These close parentheses around its first part only.
    lowest = Math.min(lowest, depth);
  }
  return opened + lowest > 0;
}

function withoutTexts(source: string): string {
  return source.replace(/("""|'''|"|')(?:\\[\s\S]|(?!\1)[^\\])*\1|\/\/[^\n]*/g, '');
}
