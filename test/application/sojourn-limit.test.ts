// How the limit follows the time that operations take: a standing queue lowers it, a burst does not.
import { describe, expect, test } from 'vitest';
import { createSojournLimit } from '../../src/application/sojourn-limit.ts';

const most = 2000;

function rig() {
  let utilization = 1;
  let age = 0;
  const signs = { utilization: () => utilization, age: () => age };
  const { limit, work, begin, note } = createSojournLimit({ longest: 25, most }, signs);
  let now = 0;
  let before: number | undefined;
  // The first window begins with what is done first.
  note(now, 1, 0);
  return {
    limit,
    work,
    /**
     * In the next hundred milliseconds so many operations are done, each of which took so long, and some are turned away. So many are begun
     * that as many are under way as is said, which have waited for so long by then.
     */
    pass(done: number, took: number, { refused = 0, busy = 1, underWay = 100, waited = 0 } = {}) {
      utilization = busy;
      age = waited;
      const begun = done + underWay - (before ?? underWay);
      before = underWay;
      for (let one = 0; one < refused; one++) note(now, undefined, underWay);
      for (let one = 0; one < begun; one++) begin(now, underWay);
      for (let one = 1; one <= done; one++) note(now + (one * 100) / done, took, underWay);
      now += 100;
      return limit();
    },
    /** In the next hundred milliseconds so many are begun and none is done; those under way have waited for so long by then. */
    come(begun: number, waited: number, underWay: number) {
      utilization = 1;
      age = waited;
      for (let one = 1; one <= begun; one++) begin(now + (one * 100) / begun, underWay + one);
      now += 100;
      return limit();
    },
    /** Nothing is done, and nobody comes. */
    rest(milliseconds: number) {
      now += milliseconds;
    },
  };
}

type Rig = ReturnType<typeof rig>;

/**
 * More comes than a process can do that does so many operations in a hundred milliseconds when it has enough under way: each
 * takes so long when nobody waits.
 */
function overload({ pass, limit }: Rig, { capacity, takes }: { capacity: number; takes: number }): number {
  const needed = (capacity * takes) / 100;
  const underWay = Math.min(limit(), 500);
  const done = Math.round(capacity * Math.min(1, underWay / needed));
  const busy = underWay < needed ? underWay / needed : 1;
  pass(done, (underWay * 100) / done, { refused: limit() < 500 ? 300 : 0, busy });
  return limit();
}

describe('nothing is turned away', () => {
  test('by a burst that is worked off, however long it takes', () => {
    const { pass, limit } = rig();
    for (let left = 600; left >= 0; left -= 100) pass(100, 700 - left, { underWay: left });
    expect(limit()).toBe(most);
  });

  test('by a burst of which a tenth of a second works off little', () => {
    const { pass, limit } = rig();
    for (let left = 2000; left >= 0; left -= 50) pass(50, 2 * (2050 - left), { underWay: left });
    expect(limit()).toBe(most);
  });

  test('by one burst after the other, with a rest between or none', () => {
    const { pass, rest, limit } = rig();
    for (let time = 0; time < 20; time++) {
      pass(32, 90, { underWay: 32 });
      pass(32, 190, { underWay: 0 });
      rest(time % 2 === 0 ? 0 : 200);
    }
    expect(limit()).toBe(most);
  });

  test('by operations that take long because they wait for others', () => {
    const { pass, limit } = rig();
    for (let time = 0; time < 100; time++) pass(100, 90, { busy: 0.6 });
    expect(limit()).toBe(most);
  });

  test('by operations that wait for others while as many again are done at once', () => {
    const { pass, limit } = rig();
    for (let second = 1; second <= 5; second++) pass(40, 2, { underWay: 40 * second, waited: 45 * second });
    expect(limit()).toBe(most);
  });

  test('by as much as can just be done', () => {
    const { pass, limit } = rig();
    for (let time = 0; time < 100; time++) pass(300, 20);
    expect(limit()).toBe(most);
  });
});

describe('a standing queue', () => {
  const calm = (own: Rig, takes: number) => {
    for (let time = 0; time < 5; time++) own.pass(20, takes, { busy: 0.3 });
  };

  test('lowers the limit at once to what is done in the time that one may take', () => {
    const own = rig();
    calm(own, 5);
    own.pass(300, 60);
    expect(own.limit()).toBe(most);
    for (let time = 0; time < 20; time++) own.pass(300, 90, { refused: 1 });
    // Three a millisecond, for 25 milliseconds.
    expect(own.limit()).toBe(75);
  });

  test('is measured by what operations take in calm times, and not when a disk stalls', () => {
    const own = rig();
    calm(own, 5);
    for (let time = 0; time < 3; time++) own.pass(20, 240, { busy: 0.5 });
    for (let time = 0; time < 20; time++) own.pass(300, 90, { refused: 1 });
    expect(own.limit()).toBe(75);
  });

  test('that grows is known in two tenths of a second, however long operations take by then', () => {
    const own = rig();
    calm(own, 5);
    own.pass(100, 60, { underWay: 150 });
    expect(own.limit()).toBe(most);
    expect(own.pass(100, 150, { underWay: 300 })).toBeLessThan(most);
  });

  test('is known in two tenths of a second also while hundreds are begun and none is done', () => {
    const own = rig();
    calm(own, 5);
    expect(own.come(200, 30, 4)).toBe(most);
    expect(own.come(200, 80, 204)).toBeLessThan(most);
  });

  test('after little was asked for leaves as many as could be done, at what one has cost', () => {
    const own = rig();
    // Twenty in 30 of 100 milliseconds.
    calm(own, 5);
    own.come(200, 30, 4);
    expect(own.come(200, 80, 204)).toBe(17);
  });

  test('is not what comes at once and is worked off then', () => {
    const own = rig();
    calm(own, 5);
    expect(own.come(400, 60, 4)).toBe(most);
    for (let left = 300; left >= 0; left -= 100) own.pass(100, 450 - left, { underWay: left });
    expect(own.limit()).toBe(most);
  });

  test('leaves as many under way as are needed to do as much as can be done, where each takes long', () => {
    const own = rig();
    calm(own, 90);
    const limits = Array.from({ length: 100 }, () => overload(own, { capacity: 300, takes: 90 }));
    const later = limits.slice(20);
    expect(Math.min(...later)).toBeGreaterThanOrEqual(270);
    expect(Math.max(...later)).toBeLessThanOrEqual(500);
  });

  test('that was there from the beginning is found to need more than it was given', () => {
    const own = rig();
    const limits = Array.from({ length: 100 }, () => overload(own, { capacity: 300, takes: 90 }));
    expect(Math.min(...limits.slice(30))).toBeGreaterThanOrEqual(270);
  });

  test('of a machine that has become slower lowers it further', () => {
    const own = rig();
    calm(own, 5);
    for (let time = 0; time < 10; time++) overload(own, { capacity: 300, takes: 5 });
    for (let time = 0; time < 200; time++) overload(own, { capacity: 100, takes: 5 });
    expect(own.limit()).toBeLessThanOrEqual(40);
  });

  test('never lowers it below eight', () => {
    const own = rig();
    for (let time = 0; time < 100; time++) own.pass(1, 90, { refused: 300 });
    expect(own.limit()).toBe(8);
  });

  test('that has gone lets it rise by little while somebody is turned away, and soon when nobody is', () => {
    const own = rig();
    calm(own, 5);
    for (let time = 0; time < 20; time++) own.pass(300, 90, { refused: 1 });
    expect(own.pass(300, 20, { refused: 300 })).toBe(80);
    for (let time = 0; time < 10; time++) own.pass(100, 5);
    expect(own.limit()).toBe(most);
  });
});

test('what an operation costs the process is the time that it was busy, by what was done in it', () => {
  const { pass, work } = rig();
  expect(work()).toBe(0);
  for (let time = 0; time < 30; time++) pass(20, 3, { busy: 0.4, underWay: 1 });
  expect(work()).toBeCloseTo(2, 1);
  for (let time = 0; time < 30; time++) pass(50, 3, { busy: 0.5, underWay: 1 });
  expect(work()).toBeCloseTo(1, 1);
});
