// Runs tasks in order of time: each customer's one after the other, different customers side by side, nobody far ahead of the others.

export interface Timed {
  readonly at: number;
}

export interface InOrderOptions<Item extends Timed> {
  /** Tasks under way at once. */
  readonly concurrency: number;
  /** No task starts while one of an instant more than this before it is still under way, in milliseconds. */
  readonly lag: number;
  /** Whose turn a task takes: it starts when every earlier task of any of them has ended. */
  customersOf(item: Item): readonly string[];
  run(item: Item): Promise<void>;
}

/**
 * Runs all items, which must be sorted by `at`.
 * @throws the first error of a task; no further task is started, those under way are waited for.
 */
export async function inOrder<Item extends Timed>(items: Iterable<Item>, options: InOrderOptions<Item>): Promise<void> {
  const busy = new Map<string, Promise<void>>();
  const underWay = new Map<Promise<void>, number>();
  const failures: unknown[] = [];

  for (const item of items) {
    // Started in order of time, so the first is the oldest.
    for (;;) {
      const oldest = underWay.values().next().value;
      const isFree = underWay.size < options.concurrency && (oldest === undefined || item.at - oldest <= options.lag);
      if (isFree || failures.length > 0) break;
      await Promise.race(underWay.keys());
    }
    const customers = options.customersOf(item);
    for (const customer of customers) {
      const before = busy.get(customer);
      if (before) await before;
    }
    if (failures.length > 0) break;

    const task: Promise<void> = options
      .run(item)
      .catch((error: unknown) => {
        failures.push(error);
      })
      .finally(() => {
        underWay.delete(task);
        for (const customer of customers) if (busy.get(customer) === task) busy.delete(customer);
      });
    underWay.set(task, item.at);
    for (const customer of customers) busy.set(customer, task);
  }
  await Promise.all(underWay.keys());
  if (failures.length > 0) throw failures[0];
}
