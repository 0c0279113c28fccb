// How the limit follows the time that operations take: a standing queue lowers it, a burst does not.
import { describe, expect, test } from 'vitest';
import { createSojournLimit } from '../../src/application/sojourn-limit.ts';

const most = 2000;

function rig() {
  let utilization = 1;
  const { limit, note } = createSojournLimit({ most }, () => utilization);
  let now = 0;
  // The first window begins with what is done first.
  note(now, 0, 0);
  return {
    limit,
    /** In the next hundred milliseconds so many operations are done, each of which took so long, and some are turned away. */
    pass(done: number, took: number, { underWay = done, refused = 0, busy = 1 } = {}) {
      utilization = busy;
      for (let one = 0; one < refused; one++) note(now, undefined, underWay);
      for (let one = 1; one <= done; one++) note(now + (one * 100) / done, took, underWay);
      now += 100;
      return limit();
    },
    /** Nothing is done, and nobody comes. */
    rest(milliseconds: number) {
      now += milliseconds;
    },
  };
}

/** A process that does so many operations in a hundred milliseconds, if it has as many under way as it needs for that. */
function passAtLimit({ pass, limit }: ReturnType<typeof rig>, capacity: number, needed: number): number {
  const underWay = limit();
  const done = Math.round(capacity * Math.min(1, underWay / needed));
  return pass(done, (underWay * 100) / done, { underWay, refused: 300 });
}

describe('nothing is turned away', () => {
  test('by a burst that is worked off, however long it takes', () => {
    const { pass, limit } = rig();
    for (const took of [400, 300, 200, 100, 50, 20]) pass(100, took);
    expect(limit()).toBe(most);
  });

  test('by one burst after the other, with a rest between', () => {
    const { pass, rest, limit } = rig();
    for (let time = 0; time < 20; time++) {
      pass(64, 90);
      pass(1, 1, { busy: 0.2 });
      rest(200);
    }
    expect(limit()).toBe(most);
  });

  test('by operations that take long because they wait for others', () => {
    const { pass, limit } = rig();
    for (let time = 0; time < 100; time++) pass(100, 900, { busy: 0.6 });
    expect(limit()).toBe(most);
  });

  test('by as much as can just be done', () => {
    const { pass, limit } = rig();
    for (let time = 0; time < 100; time++) pass(300, 20);
    expect(limit()).toBe(most);
  });
});

describe('a standing queue', () => {
  const overload = ({ pass }: ReturnType<typeof rig>) => {
    for (const took of [30, 100]) pass(300, took, { underWay: 500 });
  };

  test('lowers the limit below what is under way', () => {
    const own = rig();
    own.pass(300, 30, { underWay: 250 });
    expect(own.limit()).toBe(most);
    own.pass(300, 100, { underWay: 500 });
    expect(own.limit()).toBe(300);
  });

  test('lowers it until operations take no longer than they may, and keeps it about there', () => {
    const own = rig();
    overload(own);
    for (let time = 0; time < 10; time++) passAtLimit(own, 300, 10);
    for (let time = 0; time < 200; time++) {
      const limit = passAtLimit(own, 300, 10);
      expect(limit).toBeGreaterThanOrEqual(40);
      expect(limit).toBeLessThanOrEqual(90);
    }
  });

  test('keeps as many under way as it needs to do as much as it can', () => {
    const own = rig();
    overload(own);
    for (let time = 0; time < 20; time++) passAtLimit(own, 300, 150);
    const limits = Array.from({ length: 200 }, () => passAtLimit(own, 300, 150));
    // Now and then it tries whether fewer would do.
    expect(limits.filter((limit) => limit < 115).length).toBeLessThan(40);
    expect(Math.min(...limits)).toBeGreaterThan(80);
  });

  test('is not thought to be short for a machine that has become slower', () => {
    const own = rig();
    overload(own);
    for (let time = 0; time < 10; time++) passAtLimit(own, 300, 10);
    for (let time = 0; time < 80; time++) passAtLimit(own, 100, 10);
    expect(own.limit()).toBeLessThanOrEqual(40);
  });

  test('that has gone lets it rise by little while somebody is turned away', () => {
    const own = rig();
    overload(own);
    own.pass(400, 20, { refused: 300 });
    expect(own.limit()).toBe(319);
  });

  test('that has gone lets it rise to where it was when nobody is turned away any more', () => {
    const own = rig();
    overload(own);
    for (let time = 0; time < 10; time++) own.pass(100, 5);
    expect(own.limit()).toBe(most);
  });
});
