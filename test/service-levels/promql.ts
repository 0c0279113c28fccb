// The part of PromQL that the generated rules are written in, evaluated over recorded samples as Prometheus does: nothing more of it.

export interface Sample {
  /** Seconds. */
  readonly at: number;
  readonly value: number;
}

export interface Series {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: Sample[];
}

interface Element {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

type Value = number | readonly Element[];
type Evaluate = (series: readonly Series[], at: number) => Value;
interface Selector {
  readonly name: string;
  readonly matchers: readonly (readonly [string, string])[];
}

/** So long an instant selector looks back, in seconds. */
const lookback = 300;
const token = /\s*([A-Za-z_:][\w:]*|\d+[smhd](?![\w.])|\d+(?:\.\d+)?|"[^"]*"|>=|[-+/*>(){}[\],=])/y;
const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** The elements of an expression at an instant. @throws Error for what is not of this part of the language. */
export function evaluate(expression: string, series: readonly Series[], at: number): readonly Element[] {
  const value = parse(expression)(series, at);
  return typeof value === 'number' ? [{ labels: {}, value }] : value;
}

function parse(expression: string): Evaluate {
  const tokens = tokensOf(expression);
  let place = 0;
  const peek = () => tokens[place] ?? '';
  const take = (wanted?: string) => {
    const next = peek();
    if (next === '' || (wanted !== undefined && next !== wanted)) {
      throw new Error(`${wanted ?? 'more'} expected instead of ${next || 'the end'} in ${expression}`);
    }
    place++;
    return next;
  };

  /** From the weakest to the strongest, each from left to right. */
  const operators = [['or'], ['and'], ['>', '>='], ['+', '-'], ['*', '/']];
  function binary(level: number): Evaluate {
    const names = operators[level];
    if (!names) return primary();
    let left = binary(level + 1);
    while (names.includes(peek())) {
      const [operator, one, other] = [take(), left, binary(level + 1)];
      left = (series, at) => combine(operator, one(series, at), other(series, at));
    }
    return left;
  }

  function primary(): Evaluate {
    const next = take();
    if (next === '(') {
      const inner = binary(0);
      take(')');
      return inner;
    }
    if (/^\d/.test(next)) return () => Number(next);
    if (next === 'sum') return sum();
    if (next === 'rate' || next === 'increase') {
      take('(');
      const selected = selector(take());
      take('[');
      const range = take();
      const seconds = Number.parseInt(range, 10) * (unitSeconds[range.slice(-1)] ?? Number.NaN);
      take(']');
      take(')');
      return (series, at) => increases(select(selected, series), at, seconds, next === 'rate' ? seconds : 1);
    }
    const selected = selector(next);
    return (series, at) => instants(select(selected, series), at);
  }

  function sum(): Evaluate {
    take('by');
    take('(');
    const by = take();
    take(')');
    take('(');
    const inner = binary(0);
    take(')');
    return (series, at) => {
      const groups = new Map<string, number>();
      for (const { labels, value } of vector(inner(series, at))) {
        const key = labels[by] ?? '';
        groups.set(key, (groups.get(key) ?? 0) + value);
      }
      return [...groups].map(([key, value]) => ({ labels: { [by]: key }, value }));
    };
  }

  function selector(name: string): Selector {
    const matchers: [string, string][] = [];
    if (peek() === '{') {
      do {
        take();
        const label = take();
        take('=');
        matchers.push([label, JSON.parse(take())]);
      } while (peek() === ',');
      take('}');
    }
    return { name, matchers };
  }

  const whole = binary(0);
  if (place < tokens.length) throw new Error(`${peek()} is not expected in ${expression}`);
  return whole;
}

function tokensOf(expression: string): string[] {
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < expression.trimEnd().length) {
    const from = token.lastIndex;
    const found = token.exec(expression)?.[1];
    if (found === undefined) throw new Error(`not understood: ${expression.slice(from)}`);
    tokens.push(found);
  }
  return tokens;
}

function select({ name, matchers }: Selector, series: readonly Series[]): readonly Series[] {
  return series.filter(
    (each) => each.name === name && matchers.every(([label, value]) => each.labels[label] === value),
  );
}

function instants(series: readonly Series[], at: number): Element[] {
  return series.flatMap(({ labels, samples }) => {
    const last = samples.findLast((sample) => sample.at <= at && sample.at > at - lookback);
    return last ? [{ labels, value: last.value }] : [];
  });
}

/**
 * What counters have gone up by within a range, as Prometheus reckons it: resets are added, and what lies between the first and last
 * sample and the ends of the range is extrapolated, at most half a sample's distance where a counter begins or ends within it, and
 * never below zero.
 */
function increases(series: readonly Series[], at: number, range: number, per: number): Element[] {
  return series.flatMap(({ labels, samples }) => {
    const within = samples.filter((sample) => sample.at > at - range && sample.at <= at);
    const [first, last] = [within[0], within.at(-1)];
    if (!first || !last || within.length < 2) return [];
    let increase = last.value - first.value;
    for (const [index, { value }] of within.entries()) {
      const before = within[index - 1]?.value ?? value;
      if (value < before) increase += before;
    }
    const covered = last.at - first.at;
    const distance = covered / (within.length - 1);
    const reach = (gap: number) => (gap < distance * 1.1 ? gap : distance / 2);
    const toZero = increase > 0 ? (covered * first.value) / increase : Number.POSITIVE_INFINITY;
    const before = Math.min(reach(first.at - (at - range)), toZero);
    return [{ labels, value: (increase * (covered + before + reach(at - last.at))) / covered / per }];
  });
}

function vector(value: Value): readonly Element[] {
  if (typeof value === 'number') throw new Error('a number where elements are expected');
  return value;
}

function combine(operator: string, left: Value, right: Value): Value {
  const isIn = (others: readonly Element[]) => (element: Element) => others.some((other) => isSame(other, element));
  if (operator === 'and') return vector(left).filter(isIn(vector(right)));
  if (operator === 'or') return [...vector(left), ...vector(right).filter((each) => !isIn(vector(left))(each))];
  if (operator === '>' || operator === '>=') {
    const [bound, isAbove] = [
      right as number,
      (value: number) => (operator === '>' ? value > Number(right) : value >= Number(right)),
    ];
    if (typeof bound !== 'number') throw new Error('elements are compared with numbers only');
    return vector(left).filter(({ value }) => isAbove(value));
  }
  if (typeof left === 'number' && typeof right === 'number') return calculate(operator, left, right);
  if (typeof right === 'number') {
    return vector(left).map(({ labels, value }) => ({ labels, value: calculate(operator, value, right) }));
  }
  if (typeof left === 'number') {
    return right.map(({ labels, value }) => ({ labels, value: calculate(operator, left, value) }));
  }
  return left.flatMap(({ labels, value }) => {
    const other = right.find((each) => isSame(each, { labels }));
    return other ? [{ labels, value: calculate(operator, value, other.value) }] : [];
  });
}

function calculate(operator: string, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    default:
      return left / right;
  }
}

function isSame({ labels: one }: Pick<Element, 'labels'>, { labels: other }: Pick<Element, 'labels'>): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => one[name] === other[name]);
}
