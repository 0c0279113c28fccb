// What ends when: hands over everything whose time is over, earliest first.

export interface ExpiryQueue<Item> {
  add(until: number, item: Item): void;
  /** Removes and returns the earliest whose time was over before `at`; undefined when there is none. */
  takeBefore(at: number): { readonly until: number; readonly item: Item } | undefined;
}

/** A binary heap. */
export function createExpiryQueue<Item>(): ExpiryQueue<Item> {
  const heap: { readonly until: number; readonly item: Item }[] = [];
  const untilAt = (index: number) => heap[index]?.until ?? Number.POSITIVE_INFINITY;

  function exchange(one: number, other: number): void {
    const [first, second] = [heap[one], heap[other]];
    if (!first || !second) return;
    heap[one] = second;
    heap[other] = first;
  }

  return {
    add(until, item) {
      let index = heap.push({ until, item }) - 1;
      while (index > 0) {
        const parent = (index - 1) >>> 1;
        if (untilAt(parent) <= until) break;
        exchange(index, parent);
        index = parent;
      }
    },
    takeBefore(at) {
      const first = heap[0];
      if (!first || first.until >= at) return undefined;
      exchange(0, heap.length - 1);
      heap.pop();
      for (let index = 0; ; ) {
        const [left, right] = [2 * index + 1, 2 * index + 2];
        const earlier = untilAt(right) < untilAt(left) ? right : left;
        if (untilAt(earlier) >= untilAt(index)) return first;
        exchange(index, earlier);
        index = earlier;
      }
    },
  };
}
