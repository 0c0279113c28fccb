// The recount finds every contact that a rule in force did not admit, and none that it did.
import { describe, expect, test } from 'vitest';
import { recountCaps } from '../../projections/cap-recount.ts';
import {
  confirm,
  day,
  defined,
  drafted,
  each,
  instant,
  live,
  noon,
  published,
  recount,
  reserve,
  ruleWith,
  second,
  shown,
} from './cap-log-samples.ts';
import { positionAt, recorded } from './recorded-events.ts';

describe('a recount', () => {
  test('finds nothing where every contact had room, and says how much it has seen', async () => {
    const log = [
      live('o1', ruleWith({ limit: 2 })),
      shown('d1', noon),
      shown('d2', noon + second),
      shown('d3', noon + 60 * second),
    ];
    expect(await recount(...log)).toEqual({ reservations: 3, confirmations: 3, decisionsChecked: 3, violations: [] });
    expect(await recount()).toEqual({ reservations: 0, confirmations: 0, decisionsChecked: 0, violations: [] });
  });

  test('names the contact, the rule and what was found', async () => {
    const { violations } = await recount(
      live('o1', ruleWith({ name: 'once a minute' })),
      shown('d1', noon),
      shown('d2', noon + 59_999),
    );
    expect(violations).toEqual([
      {
        ...{ decisionId: 'd2', offerId: 'o1', rule: 'once a minute', scope: 'offer:o1' },
        ...{ counted: 'IMPRESSION', limit: 1, found: 2, at: instant(noon + 59_999) },
      },
    ]);
  });

  test('judges a decision by the catalogue that it saw, not by one that was published before it was recorded', async () => {
    const told = (catalogue?: string) => [
      live('o1'),
      shown('d1', noon),
      live('o1', ruleWith({ limit: 1 })),
      shown('d2', noon + second, catalogue === undefined ? {} : { catalogue }),
    ];
    const [before, after] = [positionAt(2), positionAt(6)];
    expect((await recount(...told(before))).violations).toEqual([]);
    expect((await recount(...told(after))).violations).toHaveLength(1);
    expect((await recount(...told())).violations).toHaveLength(1);
  });

  test('counts decisions with their reservation, in the order of their offers', async () => {
    const rule = ruleWith({ counts: 'DECISION', scope: { kind: 'EVERYTHING' }, limit: 2 });
    const { violations } = await recount(
      live('o1', rule),
      live('o2', rule),
      live('o3', rule),
      reserve('d1', noon, { offers: ['o1', 'o2', 'o3'] }),
    );
    expect(violations.map(({ offerId, found }) => [offerId, found])).toEqual([['o3', 3]]);
  });

  test.each(['CLICK', 'ACCEPTANCE'] as const)('counts each %s where it happened', async (counted) => {
    const log = [live('o1', ruleWith({ counts: counted })), reserve('d1', noon), reserve('d2', noon)];
    const later = [confirm('d1', noon + 100 * second, counted), confirm('d2', noon + 159_999, counted)];
    expect((await recount(...log, ...later)).violations).toHaveLength(1);
    expect((await recount(...log, confirm('d1', noon), confirm('d2', noon))).violations).toEqual([]);
  });

  test('counts each customer alone, and everybody in totals to the millisecond', async () => {
    const contacts = [shown('d1', noon + 10 * second), shown('d2', noon + 70 * second - 1, { customerId: 'c2' })];
    expect((await recount(live('o1', ruleWith()), ...contacts)).violations).toEqual([]);
    const total = live('o1', ruleWith({ subject: 'TOTAL' }));
    expect((await recount(total, ...contacts)).violations).toMatchObject([{ decisionId: 'd2', found: 2 }]);
    const later = shown('d2', noon + 70 * second, { customerId: 'c2' });
    expect((await recount(total, shown('d1', noon + 10 * second), later)).violations).toEqual([]);
  });

  test('counts days in the time zone of the reservation', async () => {
    const rule = ruleWith({ window: { kind: 'CALENDAR', unit: 'DAY', zone: 'CUSTOMER' } });
    const inZone = (timeZone: string) => {
      const late = Date.parse('2026-11-18T14:30:00.000Z');
      return recount(
        live('o1', rule),
        shown('d1', late, { timeZone }),
        shown('d2', late + 3600 * second, { timeZone }),
      );
    };
    expect((await inZone('UTC')).violations).toHaveLength(1);
    expect((await inZone('Asia/Tokyo')).violations).toEqual([]);
  });

  test('sees a contact that was recorded later than it happened', async () => {
    const log = [
      live('o1', ruleWith()),
      reserve('d1', noon),
      reserve('d2', noon),
      confirm('d2', noon + 30 * second),
      confirm('d1', noon + 10 * second),
    ];
    expect((await recount(...log)).violations).toMatchObject([
      { decisionId: 'd1', found: 2, at: instant(noon + 30 * second) },
    ]);
  });

  test('fails on a log that confirms what was never reserved', async () => {
    await expect(recount(confirm('d1', noon))).rejects.toThrow('reservation');
  });
});

describe('the rules of a recount', () => {
  const twice = [shown('d1', noon), shown('d2', noon + second)];

  test('are those of the published revision, not of a draft', async () => {
    const strict = ruleWith();
    expect((await recount(drafted('o1', strict), ...twice)).violations).toEqual([]);
    const revised = { ...drafted('o1', strict), type: 'OfferRevised' };
    expect((await recount(live('o1'), revised, ...twice)).violations).toEqual([]);
    expect((await recount(live('o1'), revised, published('o1'), ...twice)).violations).toHaveLength(1);
  });

  test('are those of the latest definition of the placement', async () => {
    const everything = ruleWith({ scope: { kind: 'EVERYTHING' } });
    expect((await recount(live('o1'), defined('home', everything), ...twice)).violations).toHaveLength(1);
    expect((await recount(live('o1'), defined('basket', everything), ...twice)).violations).toEqual([]);
    const redefined = { ...defined('home'), type: 'PlacementRedefined' };
    expect((await recount(live('o1'), defined('home', everything), redefined, ...twice)).violations).toEqual([]);
  });

  test('judge what was reserved under them, and count what was before them', async () => {
    const [one, two] = twice;
    const stricter = live('o1', ruleWith());
    expect((await recount(live('o1'), ...twice, stricter)).violations).toEqual([]);
    expect((await recount(live('o1'), one ?? [], stricter, two ?? [])).violations).toMatchObject([
      { decisionId: 'd2' },
    ]);
    const reservedBefore = [reserve('d2', noon), ...stricter, confirm('d2', noon)];
    expect((await recount(live('o1'), one ?? [], ...reservedBefore)).violations).toEqual([]);
  });

  test('do not blame a contact for later ones that its rule did not bind', async () => {
    const everything = live('o1', ruleWith({ scope: { kind: 'EVERYTHING' } }));
    const other = { offers: ['o2'] };
    const early = [everything, live('o2'), reserve('d1', noon), shown('d2', noon, other), confirm('d1', noon)];
    expect((await recount(...early.flat())).violations).toEqual([]);
    const late = [
      everything,
      live('o2'),
      reserve('d2', noon, other),
      reserve('d1', noon),
      confirm('d2', noon, 'IMPRESSION', 'o2'),
      confirm('d1', noon),
    ];
    expect((await recount(...late)).violations).toMatchObject([{ decisionId: 'd1', found: 2 }]);
  });

  test.each([
    { apartMs: 9999, violations: 0 },
    { apartMs: 10_001, violations: 1 },
  ])(
    'where several reserve, are blamed for others that were recorded $apartMs ms before: $violations',
    async (given) => {
      const log = [
        live('o1', ruleWith({ scope: { kind: 'EVERYTHING' } })),
        live('o2'),
        reserve('d2', noon, { offers: ['o2'] }),
        confirm('d2', noon, 'IMPRESSION', 'o2'),
        reserve('d1', noon + given.apartMs),
        confirm('d1', noon + given.apartMs),
      ];
      const { violations } = await recountCaps(each(recorded(log.flat())), { overlapMs: 10_000 });
      expect(violations).toHaveLength(given.violations);
    },
  );

  test('do not blame a contact for later ones that were admitted under a higher limit', async () => {
    const loose = live('o1', ruleWith({ limit: 2 }));
    const later = [reserve('d1', noon), ...loose, shown('d2', noon), confirm('d1', noon)];
    expect((await recount(live('o1', ruleWith()), ...later)).violations).toEqual([]);
    expect((await recount(loose, ...later)).violations).toEqual([]);
    const again = live('o1', ruleWith());
    const strict = [reserve('d1', noon), ...again, shown('d2', noon), confirm('d1', noon)];
    expect((await recount(live('o1', ruleWith()), ...strict)).violations).toMatchObject([
      { decisionId: 'd1', found: 2 },
    ]);
  });

  test('that pause forbid a reservation after the contact that reached the limit', async () => {
    const pausing = live('o1', ruleWith({ pauseDays: 2, limit: 2 }));
    const hit = [pausing, shown('d1', noon), shown('d2', noon + second)];
    const { violations } = await recount(...hit, reserve('d3', noon + second + 2 * day - 1));
    expect(violations).toMatchObject([
      { decisionId: 'd3', limit: 2, found: 2, pausedUntil: instant(noon + second + 2 * day) },
    ]);
    expect((await recount(...hit, reserve('d3', noon + second + 2 * day))).violations).toEqual([]);
    expect(
      (await recount(pausing, shown('d1', noon), shown('d2', noon + 60 * second), reserve('d3', noon + day)))
        .violations,
    ).toEqual([]);
  });
});
