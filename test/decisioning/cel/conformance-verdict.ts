// One case of CEL's conformance suite: does an expression that drafting accepts give what the specification expects?
import { type CelType, typeOf } from '../../../src/decisioning/cel/checked-tree.ts';
import { compile } from '../../../src/decisioning/cel/compile.ts';
import { createDialect } from '../../../src/decisioning/cel/dialect.ts';
import type { Value } from '../../../src/decisioning/cel/evaluation.ts';
import { textOf } from '../../../src/decisioning/cel/part.ts';
import { durationOfText } from '../../../src/decisioning/cel/times.ts';
import { wordsOf } from '../../../src/decisioning/cel/words.ts';
import { unknownCustomer } from '../../../src/decisioning/facts.ts';
import { fromLibrary } from './from-library.ts';

/** As the suite writes it in JSON. With neither value nor error `true` is expected. */
export interface ConformanceCase {
  readonly suite: string;
  readonly name: string;
  readonly expr: string;
  readonly value?: ExpectedValue;
  readonly evalError?: unknown;
  readonly typedResult?: { readonly result?: ExpectedValue; readonly deducedType?: DeducedType };
  readonly checkOnly?: boolean;
}

/** One of its fields is present: that of its type. */
interface ExpectedValue {
  readonly int64Value?: string;
  readonly doubleValue?: number | string;
  readonly stringValue?: string;
  readonly boolValue?: boolean;
  readonly listValue?: { readonly values?: readonly ExpectedValue[] };
  readonly mapValue?: {
    readonly entries?: readonly { readonly key: ExpectedValue; readonly value: ExpectedValue }[];
  };
  readonly objectValue?: { readonly '@type': string; readonly value?: string };
}

interface DeducedType {
  readonly primitive?: string;
  readonly dyn?: unknown;
  readonly listType?: { readonly elemType?: DeducedType };
  readonly mapType?: { readonly keyType?: DeducedType; readonly valueType?: DeducedType };
}

export interface Verdict {
  readonly verdict: 'PASSED' | 'UNSUPPORTED' | 'DIFFERENT';
  /** Why it is unsupported, or what was expected and what came. */
  readonly why: string;
  /** Present when the library's own evaluator gives something else than our functions do. */
  readonly library?: string;
}

const words = wordsOf({ currency: 'EUR', purposes: {}, profile: {}, context: {} });
const dialect = createDialect(words);
const scope = words.scopeOf(unknownCustomer('nobody'), { at: 0, context: {} });

export function verdictOf({ expr, value, evalError, typedResult, checkOnly }: ConformanceCase): Verdict {
  const read = dialect.read(expr);
  if ('problem' in read) return { verdict: 'UNSUPPORTED', why: `${read.problem}, at ${read.at}` };
  if (checkOnly && typedResult?.deducedType) {
    const [deduced, type] = [typeText(typedResult.deducedType), readable(read.type)];
    return deduced === type ? { verdict: 'PASSED', why: '' } : different(`a ${deduced}`, `a ${type}`);
  }
  const { part } = compile(read.tree, words);
  const itsType = typeOf(read.tree) ?? part.type;
  const got = part.evaluate(scope);
  const shown = shownOf(got);
  const library = shownOf(fromLibrary(() => read.byLibrary(scope)));
  const departure = library === shown ? {} : { library };
  const expected = value ?? typedResult?.result ?? { boolValue: true };
  const passed = evalError === undefined ? got !== undefined && matches(expected, got, itsType) : got === undefined;
  if (passed) return { verdict: 'PASSED', why: '', ...departure };
  return { ...different(evalError === undefined ? JSON.stringify(expected) : 'an error', shown), ...departure };

  function shownOf(result: Value | undefined): string {
    return result === undefined ? 'an error' : textOf(itsType, result);
  }
}

function different(expected: string, got: string): Verdict {
  return { verdict: 'DIFFERENT', why: `expected ${expected} got ${got}` };
}

const anyType: CelType = { kind: 'dyn', name: 'dyn' };

/** Ints, doubles, timestamps and durations are all numbers to us: the type, as far as it is known, tells them apart. */
function matches(expected: ExpectedValue, got: Value, type: CelType): boolean {
  const { int64Value, doubleValue, stringValue, boolValue, listValue, mapValue, objectValue } = expected;
  // An empty list does not say of what, nor does what is made of it.
  const mayBe = (name: string) => type.name === name || type.kind === 'dyn' || type.kind === 'param';
  if (int64Value !== undefined) return mayBe('int') && String(got) === int64Value;
  if (doubleValue !== undefined) return mayBe('double') && sameNumber(Number(doubleValue), Number(got));
  if (stringValue !== undefined) return got === stringValue;
  if (boolValue !== undefined) return got === boolValue;
  const items = type.valueType ?? anyType;
  if (listValue) {
    const { values = [] } = listValue;
    return (
      Array.isArray(got) && got.length === values.length && values.every((item, i) => matches(item, got[i], items))
    );
  }
  if (mapValue) {
    const { entries = [] } = mapValue;
    return (
      got instanceof Map &&
      got.size === entries.length &&
      entries.every(({ key, value }) => got.has(key.stringValue) && matches(value, got.get(key.stringValue), items))
    );
  }
  if (!objectValue?.['@type'].endsWith(type.name)) return false;
  return got === (type.name.endsWith('Timestamp') ? Date.parse : durationOfText)(objectValue.value ?? '');
}

function sameNumber(expected: number, got: number): boolean {
  return expected === got || (Number.isNaN(expected) && Number.isNaN(got));
}

/** The library has letters for the types of items that are not there. */
function readable(type: string): string {
  return type === 'list' ? 'list<dyn>' : type.replace(/\b[A-Z]\b/g, 'dyn');
}

const primitives: Readonly<Record<string, string>> = {
  BOOL: 'bool',
  INT64: 'int',
  UINT64: 'uint',
  DOUBLE: 'double',
  STRING: 'string',
  BYTES: 'bytes',
};

function typeText({ primitive, listType, mapType }: DeducedType = {}): string {
  if (primitive) return primitives[primitive] ?? primitive;
  if (listType) return `list<${typeText(listType.elemType)}>`;
  return mapType ? `map<${typeText(mapType.keyType)}, ${typeText(mapType.valueType)}>` : 'dyn';
}
