// Counts and timings as plain numbers by the values of their labels: cheap where something happens, read when somebody asks.

export interface Count {
  value: number;
}

/** One measurement of a trace that can be looked at. */
export interface Example {
  readonly traceId: string;
  readonly value: number;
  /** Epoch seconds. */
  readonly at: number;
}

export interface Timings {
  /** How many are at most the bound of the same index and above the one before; the last are above all. */
  readonly counts: Float64Array;
  sum: number;
  /** The latest of each bucket, where there is one. */
  readonly examples: (Example | undefined)[];
  /** @param traceId of the trace in which it was measured, if that is sampled */
  observe(value: number, traceId?: string): void;
}

/** Something for each combination of labels that was asked for. */
export interface Series<Cell> {
  /** By the values of the labels in their order. */
  at(...values: readonly string[]): Cell;
  all(): readonly { readonly values: readonly string[]; readonly cell: Cell }[];
}

interface Node<Cell> {
  readonly values: readonly string[];
  readonly next: Map<string, Node<Cell>>;
  cell?: Cell;
}

export function createSeries<Cell>(make: () => Cell): Series<Cell> {
  const root: Node<Cell> = { values: [], next: new Map() };
  const made: { values: readonly string[]; cell: Cell }[] = [];

  function below(node: Node<Cell>, value: string): Node<Cell> {
    const known = node.next.get(value);
    if (known) return known;
    const child = { values: [...node.values, value], next: new Map() };
    node.next.set(value, child);
    return child;
  }

  return {
    at(...values) {
      let node = root;
      for (const value of values) node = below(node, value);
      if (node.cell === undefined) {
        node.cell = make();
        made.push({ values: node.values, cell: node.cell });
      }
      return node.cell;
    },
    all: () => made,
  };
}

/** @param bounds upper bounds of the buckets, ascending */
export function createTimings(bounds: readonly number[]): Timings {
  const counts = new Float64Array(bounds.length + 1);
  const examples: (Example | undefined)[] = [];
  const timings: Timings = {
    counts,
    sum: 0,
    examples,
    observe(value, traceId) {
      let index = 0;
      while (index < bounds.length && value > (bounds[index] as number)) index++;
      counts[index] = (counts[index] as number) + 1;
      timings.sum += value;
      if (traceId !== undefined) examples[index] = { traceId, value, at: Date.now() / 1000 };
    },
  };
  return timings;
}
