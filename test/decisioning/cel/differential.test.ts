// Random expressions over random customers: our functions and the library's evaluator give the same, errors and their words included.
// More pairs: PAIRS=2000000 npx vitest run test/decisioning/cel/differential.test.ts
import { inspect, isDeepStrictEqual } from 'node:util';
import type { ASTNode } from '@marcbachmann/cel-js';
import { describe, expect, it } from 'vitest';
import { listMacros, typeOf } from '../../../src/decisioning/cel/checked-tree.ts';
import { compile } from '../../../src/decisioning/cel/compile.ts';
import { createDialect, type Expression } from '../../../src/decisioning/cel/dialect.ts';
import { functionForms } from '../../../src/decisioning/cel/functions.ts';
import { causeOf } from '../../../src/decisioning/cel/library-errors.ts';
import { arithmeticForms } from '../../../src/decisioning/cel/operators.ts';
import { ofHistory, wordsOf } from '../../../src/decisioning/cel/words.ts';
import type { Outcome, Predicate } from '../../../src/decisioning/compiled-condition.ts';
import { createLanguage } from '../../../src/decisioning/language.ts';
import type { Scope } from '../../../src/decisioning/scope.ts';
import { seededRandom } from '../../projections/random.ts';
import { fromLibrary } from './from-library.ts';
import { randomExpression, type Type, types } from './random-expressions.ts';
import { randomCustomer, randomMoment, vocabulary } from './random-scopes.ts';

const pairs = Number(process.env.PAIRS ?? 100_000);
const scopesPerExpression = 25;
const seed = 20_261_121;

const words = wordsOf(vocabulary);
const dialect = createDialect(words);
const language = createLanguage(vocabulary);

const random = seededRandom(seed);
const scopes = Array.from({ length: 200 }, () => {
  const moment = randomMoment(random);
  const facts = randomCustomer(random, moment.at);
  return () => language.scopeOf(facts, moment);
});

/** Half of them conditions, the others of all types. */
const texts = Array.from({ length: Math.ceil(pairs / scopesPerExpression) }, (_, index): readonly [string, Type] => {
  const type = index % 2 === 0 ? 'bool' : random.oneOf(types);
  const text = randomExpression(random, type);
  return [type === 'bool' && random.share() < 0.5 ? `${text} && ${randomExpression(random, 'bool')}` : text, type];
});
const accepted = texts.flatMap(([text, type]) => {
  const read = dialect.read(text);
  return 'problem' in read ? [] : [{ text, type, read }];
});

describe('random expressions', () => {
  it('are nearly all accepted', () => {
    expect(accepted.length / texts.length).toBeGreaterThan(0.98);
  });

  it('use everything that is accepted', () => {
    const used = new Set<string>(accepted.flatMap(({ read }) => [...formsIn(read.tree)]));
    const operators = ['==', '!=', '<', '<=', '>', '>=', 'in', '&&', '||', '?:', '!_', '-_', '.', '[]', 'list', 'map'];
    const known = [...operators, ...listMacros, ...Object.keys(ofHistory), 'has', ...functionForms, ...arithmeticForms];
    expect(known.filter((form) => !used.has(form))).toEqual([]);
  });

  it('give what the library gives', () => {
    const differences = [];
    let errors = 0;
    for (const { text, read } of accepted) {
      const { evaluate } = compile(read.tree, words).part;
      for (let round = 0; round < scopesPerExpression; round++) {
        const scope = random.oneOf(scopes)();
        const [ours, theirs] = [evaluate(scope), fromLibrary(() => read.byLibrary(scope))];
        if (ours === undefined) errors++;
        if (!isDeepStrictEqual(ours, theirs)) differences.push({ text, ours, theirs, given: given(scope) });
      }
    }
    expect(differences.slice(0, 3)).toEqual([]);
    expect(errors).toBeGreaterThan(pairs / 20);
  });

  it('as conditions have the outcome and the words of the library', () => {
    const differences = [];
    for (const { text, type, read } of accepted) {
      if (type !== 'bool') continue;
      const condition = language.condition(text);
      expect(condition.evaluatedBy).toBeUndefined();
      for (let round = 0; round < scopesPerExpression; round++) {
        const scope = random.oneOf(scopes)();
        const [ours, theirs] = [condition.outcome(scope), outcomeByLibrary(read, scope, text)];
        const holds = condition.predicates.every((predicate) => predicate.holds(scope));
        const compares = condition.predicates.every((predicate) => comparedAs(predicate, scope));
        if (!isDeepStrictEqual(ours, theirs) || holds !== (ours === true) || !compares) {
          differences.push({ text, ours, theirs, holds, compares, given: given(scope) });
        }
      }
    }
    expect(differences.slice(0, 3)).toEqual([]);
  });
});

const given = ({ facts, at, context }: Scope) => inspect({ facts, at, context }, { breakLength: 200, depth: 9 });

function outcomeByLibrary({ byLibrary }: Expression, scope: Scope, text: string): Outcome {
  try {
    return byLibrary(scope) === true;
  } catch (error) {
    return { missing: causeOf(error, text) };
  }
}

/** True when the comparison, if there is one, says the same as the predicate. */
function comparedAs({ comparison, holds }: Predicate, scope: Scope): boolean {
  if (!comparison) return true;
  const { read, operator, constants } = comparison;
  const value = read(scope);
  const [constant] = constants;
  if (value === undefined || constant === undefined) return !holds(scope);
  const answers = {
    '==': value === constant,
    '!=': value !== constant,
    '<': value < constant,
    '<=': value <= constant,
    '>': value > constant,
    '>=': value >= constant,
    in: constants.includes(value),
  };
  return answers[operator] === holds(scope);
}

/** The operators, functions and macros of a tree, with the types that they are given. */
function* formsIn(node: ASTNode): Generator<string> {
  const nameOf = (part: ASTNode) => {
    const { kind, name = '' } = typeOf(part) ?? {};
    return kind === 'list' || kind === 'map' ? kind : name;
  };
  yield node.op;
  switch (node.op) {
    case 'value':
    case 'id':
      return;
    case '.':
    case '.?':
      return yield* formsIn(node.args[0]);
    case 'call': {
      const [name, args] = node.args;
      yield name === 'has' ? name : `${name}(${args.map(nameOf).join(', ')})`;
      return yield* name === 'has' ? [] : args.flatMap((arg) => [...formsIn(arg)]);
    }
    case 'rcall': {
      const [name, receiver, args] = node.args;
      const isOwn = listMacros.has(name) || Object.hasOwn(ofHistory, name);
      yield isOwn ? name : `${name}(${[receiver, ...args].map(nameOf).join(', ')})`;
      return yield* [receiver, ...args].flatMap((arg) => [...formsIn(arg)]);
    }
    case '!_':
    case '-_':
      return yield* formsIn(node.args);
    case 'map':
      return yield* node.args.flat().flatMap((part) => [...formsIn(part)]);
    case 'list':
    case '?:':
      return yield* node.args.flatMap((part) => [...formsIn(part)]);
    default: {
      const [left, right] = node.args;
      yield `${nameOf(left)} ${node.op} ${nameOf(right)}`;
      yield* formsIn(left);
      yield* formsIn(right);
    }
  }
}
