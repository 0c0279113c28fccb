// The macros over lists and the keys of maps. An item that cannot be judged is an error only where no other item settles the matter.
import type { Evaluate, Value } from './evaluation.ts';

type Macro = (items: Evaluate<readonly Value[]>, test: Evaluate) => Evaluate;

export const macros: Readonly<Record<string, Macro>> = {
  all: (itemsOf, test) => settled(itemsOf, test, false),
  exists: (itemsOf, test) => settled(itemsOf, test, true),
  exists_one: (itemsOf, test) => (scope, numbers, local) => {
    const items = itemsOf(scope, numbers, local);
    if (items === undefined) return undefined;
    let found = 0;
    for (const item of items) {
      const holds = test(scope, numbers, item);
      if (holds === undefined) return undefined;
      if (holds === true) found++;
    }
    return found === 1;
  },
  filter: (itemsOf, test) => (scope, numbers, local) => {
    const items = itemsOf(scope, numbers, local);
    if (items === undefined) return undefined;
    const kept: Value[] = [];
    for (const item of items) {
      const holds = test(scope, numbers, item);
      if (holds === undefined) return undefined;
      if (holds === true) kept.push(item);
    }
    return kept;
  },
};

/** The first item that is so settles it; otherwise one that cannot be judged makes it an error. */
function settled(itemsOf: Evaluate<readonly Value[]>, test: Evaluate, outcome: boolean): Evaluate {
  return (scope, numbers, local) => {
    const items = itemsOf(scope, numbers, local);
    if (items === undefined) return undefined;
    let unknown = false;
    for (const item of items) {
      const holds = test(scope, numbers, item);
      if (holds === outcome) return outcome;
      if (holds === undefined) unknown = true;
    }
    return unknown ? undefined : !outcome;
  };
}
