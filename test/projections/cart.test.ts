import { describe, expect, test } from 'vitest';
import { addMovement, addPurchase, cartValueAt, emptyCart } from '../../projections/cart.ts';

type Move = readonly [at: number, amount: number | 'PURCHASE'];

function entryFrom(...moves: readonly Move[]) {
  const cart = emptyCart();
  for (const [at, amount] of moves) {
    if (amount === 'PURCHASE') addPurchase(cart, at);
    else addMovement(cart, at, amount);
  }
  return cart;
}

const end = 1_000_000;

describe('the value of a cart', () => {
  test.each([
    [
      'additions add up',
      [
        [1, 100],
        [2, 50],
      ],
      150,
    ],
    [
      'a removal takes away, but never below 0',
      [
        [1, 100],
        [2, -150],
        [3, 20],
      ],
      20,
    ],
    [
      'a purchase empties it',
      [
        [1, 100],
        [2, 'PURCHASE'],
      ],
      0,
    ],
    [
      'what is added after a purchase is in it',
      [
        [1, 100],
        [2, 'PURCHASE'],
        [3, 30],
      ],
      30,
    ],
    [
      'an addition at the instant of a purchase that was reported before it is in it',
      [
        [2, 'PURCHASE'],
        [2, 30],
      ],
      30,
    ],
    [
      'an addition from before the purchase is not, however late it is reported',
      [
        [2, 'PURCHASE'],
        [1, 100],
      ],
      0,
    ],
    [
      'a purchase that is reported late empties it of what was added before',
      [
        [1, 100],
        [3, 30],
        [2, 'PURCHASE'],
      ],
      30,
    ],
    [
      'an old purchase does not undo a newer one',
      [
        [5, 'PURCHASE'],
        [6, 10],
        [2, 'PURCHASE'],
      ],
      10,
    ],
    [
      'a removal is put in order before it is bounded by 0',
      [
        [1, 100],
        [3, 20],
        [2, -150],
      ],
      20,
    ],
  ] as const)('%s', (_, moves, value) => {
    expect(cartValueAt(entryFrom(...(moves as readonly Move[])), end)).toBe(value);
  });

  test('movements beyond the newest 50 are settled, and nothing is lost of them', () => {
    const moves = Array.from({ length: 120 }, (): Move => [7, 10]);
    const cart = entryFrom(...moves);
    expect(cart.movements).toHaveLength(50);
    expect(cartValueAt(cart, end)).toBe(1200);
    addMovement(cart, 3, 5);
    expect(cartValueAt(cart, end)).toBe(1205);
    addPurchase(cart, 4);
    expect(cartValueAt(cart, end)).toBe(500);
    addMovement(cart, 6, 30);
    expect(cartValueAt(cart, end)).toBe(530);
    addPurchase(cart, 8);
    expect(cartValueAt(cart, end)).toBe(0);
  });
});
