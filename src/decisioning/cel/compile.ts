// Compiles the checked tree of an expression to functions, whose results are those of the specification.
import type { ASTNode } from '@marcbachmann/cel-js';
import type { Reads } from '../compiled-condition.ts';
import type { Scope } from '../scope.ts';
import { listMacros, pathOf, typeOf } from './checked-tree.ts';
import {
  accessPart,
  binaryPart,
  callPart,
  choicePart,
  listPart,
  literalPart,
  logicPart,
  macroPart,
  mapPart,
  negationPart,
  notPart,
} from './compiled-nodes.ts';
import { formulaNumbers } from './evaluation.ts';
import { blameOf, constantPart, notKnownAt, onlyLibraryKnows, type Part } from './part.ts';
import { ofHistory, type Word, type Words } from './words.ts';

export interface Compiled {
  readonly part: Part;
  readonly reads: Reads;
}

export const readsNothing: Reads = { profile: new Set(), context: new Set(), features: new Set(), history: new Set() };

const textType = { kind: 'primitive', name: 'string' } as const;

/** @throws Error for what is not compiled. */
export function compile(root: ASTNode, words: Words): Compiled {
  let reads = readsNothing;
  const part = partOf(root, undefined);
  return { part, reads };

  /** `item`: the name of the item that a macro is looking at. */
  function partOf(node: ASTNode, item: string | undefined): Part {
    switch (node.op) {
      case 'value':
        return literalPart(node, node.args);
      case 'id':
        return variablePart(node, node.args, item);
      case '.':
      case '[]': {
        const word = words.of(pathOf(node) ?? []);
        if (word) return wordPart(node, word);
        const [left, right] = node.args;
        const index = typeof right === 'string' ? constantPart(textType, right) : partOf(right, item);
        return accessPart(node, partOf(left, item), index);
      }
      case 'call': {
        const [name, [first]] = node.args;
        return name === 'has' && first ? hasPart(node, first) : callPart(node, name, all(node.args[1], item));
      }
      case 'rcall': {
        const [name, receiver, args] = node.args;
        if (Object.hasOwn(ofHistory, name)) return historyPart(name, all(args, item));
        if (!listMacros.has(name)) return callPart(node, name, all([receiver, ...args], item));
        const [variable, test] = args;
        if (variable?.op !== 'id' || !test) throw new Error(`${name} is incomplete`);
        return macroPart(node, name, partOf(receiver, item), partOf(test, variable.args));
      }
      case 'list':
        return listPart(node, all(node.args, item));
      case 'map':
        return mapPart(
          node,
          node.args.map(([key, value]) => [String(partOf(key, item).constant), partOf(value, item)]),
        );
      case '-_':
        // The least int is written as the negation of what is none itself.
        if (node.args.op === 'value' && typeof node.args.args === 'bigint') return literalPart(node, -node.args.args);
        return negationPart(node, partOf(node.args, item));
      case '!_':
        return notPart(node, partOf(node.args, item));
      case '?:':
        return choicePart(node, all(node.args, item));
      case '&&':
      case '||':
        return logicPart(node, node.op, partOf(node.args[0], item), partOf(node.args[1], item));
      case '.?':
      case '[?]':
        throw new Error(`${node.op} is not compiled`);
      default:
        return binaryPart(node, node.op, partOf(node.args[0], item), partOf(node.args[1], item));
    }
  }

  function all(nodes: readonly ASTNode[], item: string | undefined): Part[] {
    return nodes.map((node) => partOf(node, item));
  }

  function variablePart(node: ASTNode, name: string, item: string | undefined): Part {
    const type = typeOf(node) ?? textType;
    const known = { type, cost: 0 };
    // One name for all, so that the parts that differ only in it are equal. Macros are never nested.
    if (name === item) return { ...known, text: 'item', evaluate: (_scope, _numbers, local) => local };
    if (name === 'now') return { ...known, text: name, cost: 1, evaluate: ({ at }) => at, isRead: true };
    const number = formulaNumbers.find((known) => known === name);
    if (!number) throw new Error(`${name} is not a variable`);
    return { ...known, text: name, blame: onlyLibraryKnows, evaluate: (_scope, numbers) => numbers?.[number] };
  }

  function wordPart(node: ASTNode, word: Word): Part {
    note(word);
    return {
      type: typeOf(node) ?? { kind: 'primitive', name: word.type },
      text: textOfWord(word),
      evaluate: word.value,
      cost: 1,
      blame: notKnownAt(node),
      word,
      isRead: true,
    };
  }

  function note({ path: [variable = '', name = ''] }: Word): void {
    if (variable === 'history') reads = { ...reads, history: 'ALL' };
    else reads = { ...reads, [variable]: new Set([...reads[variable as 'profile'], name]) };
  }

  function hasPart(node: ASTNode, argument: ASTNode): Part {
    const path = pathOf(argument) ?? [];
    const word = words.of(path);
    const map = words.of(path.slice(0, -1));
    const key = path.at(-1) ?? '';
    if (word) note(word);
    else if (map) note(map);
    // What has no word of its own is an object, which is always there.
    const known = word ? word.value : map ? (scope: Scope) => map.item(scope, key) : undefined;
    return {
      type: typeOf(node) ?? textType,
      text: `has(${path.join('.')})`,
      evaluate: known ? (scope) => known(scope) !== undefined : () => true,
      cost: 1,
      ...(word && { presence: { subject: textOfWord(word), isKnown: true } }),
    };
  }

  function historyPart(name: string, parts: readonly Part[]): Part {
    const [offer] = parts;
    const of = ofHistory[name];
    if (!offer || !of) throw new Error(`${name} is incomplete`);
    const { constant, evaluate } = offer;
    const isKnown = typeof constant === 'string';
    if (!isKnown) reads = { ...reads, history: 'ALL' };
    else if (reads.history !== 'ALL') reads = { ...reads, history: new Set([...reads.history, constant]) };
    return {
      type: { kind: 'primitive', name: of.type },
      text: `history.${name}(${offer.text})`,
      cost: offer.cost + 3,
      blame: blameOf([offer], onlyLibraryKnows),
      evaluate: isKnown
        ? (scope) => of.value(scope, constant)
        : (scope, numbers, local) => {
            const offerId = evaluate(scope, numbers, local);
            return typeof offerId === 'string' ? of.value(scope, offerId) : undefined;
          },
      ...(isKnown && { isRead: true }),
    };
  }
}

function textOfWord({ path }: Word): string {
  return path.join('.');
}
