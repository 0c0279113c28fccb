// The value of a cart from its movements in order of time, although they may be reported out of order.

export interface Cart {
  /** Epoch milliseconds of the last purchase; 0: none. */
  purchasedAt: number;
  /** Minor units after everything up to `settledAt`, which is no longer kept one by one. */
  settled: number;
  /** Epoch milliseconds. */
  settledAt: number;
  /** Additions and removals since then, in order of time, at most 50. */
  readonly movements: [at: number, amount: number][];
}

const movementsKept = 50;

export function emptyCart(): Cart {
  return { purchasedAt: 0, settled: 0, settledAt: 0, movements: [] };
}

/**
 * An addition, or with a negative amount a removal. One from before the last purchase changes nothing; one that is too late to be
 * put in order is settled at once.
 */
export function addMovement(cart: Cart, at: number, amount: number): void {
  if (at < cart.purchasedAt) return;
  if (at < cart.settledAt) {
    settle(cart, cart.settledAt, amount);
    return;
  }
  const { movements } = cart;
  let index = movements.length;
  while (index > 0 && (movements[index - 1]?.[0] ?? 0) > at) index--;
  movements.splice(index, 0, [at, amount]);
  const oldest = movements.length > movementsKept ? movements.shift() : undefined;
  if (oldest) settle(cart, oldest[0], oldest[1]);
}

/** A purchase empties the cart of everything up to its instant. */
export function addPurchase(cart: Cart, at: number): void {
  if (at < cart.purchasedAt) return;
  // What was settled after this instant cannot be told from what was bought: a cart that is too small is the smaller error.
  cart.settled = 0;
  cart.settledAt = at;
  cart.purchasedAt = at;
  while (cart.movements.length > 0 && (cart.movements[0]?.[0] ?? 0) <= at) cart.movements.shift();
}

/** Minor units in the cart at an instant; never below 0. */
export function cartValueAt(cart: Cart, at: number): number {
  let value = cart.settled;
  for (const [movedAt, amount] of cart.movements) {
    if (movedAt > at) break;
    value = Math.max(0, value + amount);
  }
  return value;
}

function settle(cart: Cart, at: number, amount: number): void {
  cart.settled = Math.max(0, cart.settled + amount);
  cart.settledAt = at;
}
