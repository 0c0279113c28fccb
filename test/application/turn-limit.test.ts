// How the limit follows the turns of the event loop: a standing queue lowers it, a burst does not.
import { describe, expect, test } from 'vitest';
import { createTurnLimit, type TurnLimit } from '../../src/application/turn-limit.ts';

const most = 2000;

/** Turns one after the other without a rest, each so many milliseconds long. */
function rig(utilization = 1) {
  const limit = createTurnLimit({ most }, () => utilization);
  let now = 0;
  return {
    limit: () => limit.limit(),
    turn(lasted: number, { peak = 0, refused = 0 } = {}) {
      now += lasted;
      limit.ended({ endedAt: now, lasted, peak, refused } satisfies Parameters<TurnLimit['ended']>[0]);
      return limit.limit();
    },
    rest(milliseconds: number) {
      now += milliseconds;
    },
  };
}

describe('nothing is turned away', () => {
  test('by a burst, however long the turn is in which it comes', () => {
    const { turn, limit } = rig();
    for (const lasted of [400, 200, 100, 50, 25, 12, 6, 3]) turn(lasted, { peak: 64 });
    expect(limit()).toBe(most);
  });

  test('by long turns between which the loop rests', () => {
    const { turn, rest, limit } = rig(0.5);
    for (let time = 0; time < 20; time++) {
      turn(300, { peak: 1 });
      rest(300);
    }
    expect(limit()).toBe(most);
  });

  test('by a full load of short turns', () => {
    const { turn, limit } = rig();
    for (let time = 0; time < 1000; time++) turn(20, { peak: 64 });
    expect(limit()).toBe(most);
  });

  test('of so few callers that they are never too many, however long their turns are', () => {
    const { turn, limit } = rig();
    for (let time = 0; time < 100; time++) turn(500, { peak: 64 });
    expect(limit()).toBe(64);
  });
});

describe('a standing queue', () => {
  /** Three times as much comes as can be done: each turn has what has come in the one before. */
  const overload = ({ turn }: ReturnType<typeof rig>, perOperation: number) => {
    let lasted = 2;
    for (let time = 0; time < 4; time++) {
      lasted *= 3;
      turn(lasted, { peak: lasted / perOperation });
    }
  };

  test('lowers the limit at once to what fits into a turn', () => {
    const own = rig();
    overload(own, 0.1);
    expect(own.limit()).toBe(250);
  });

  test('keeps it low while turns stay long, and while they are as long as they may be', () => {
    const own = rig();
    overload(own, 0.1);
    for (let time = 0; time < 50; time++) own.turn(50, { peak: own.limit(), refused: 100 });
    expect(own.limit()).toBe(64);
    const before = own.limit();
    for (let time = 0; time < 3; time++) own.turn(30, { peak: 64, refused: 100 });
    expect(own.limit()).toBe(before);
  });

  test('that has gone lets it rise by little while callers are turned away', () => {
    const own = rig();
    overload(own, 0.1);
    for (let time = 0; time < 5; time++) own.turn(20, { peak: 250, refused: 1 });
    expect(own.limit()).toBe(266);
  });

  test('that has gone lets it rise to where it was when nobody is turned away any more', () => {
    const own = rig();
    overload(own, 0.1);
    for (let time = 0; time < 100; time++) own.turn(5, { peak: 10 });
    expect(own.limit()).toBe(most);
  });
});
