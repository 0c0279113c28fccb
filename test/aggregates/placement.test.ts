// What may happen to a placement, and what its terms must be.
import { describe, test } from 'vitest';
import type { CapRule } from '../../src/aggregates/cap-rule.ts';
import { createPlacementDecider, type PlacementCommand } from '../../src/aggregates/placement/decider.ts';
import { type PlacementEvent, type PlacementTerms, placementEvent } from '../../src/aggregates/placement/events.ts';
import { scenario } from './scenario.ts';
import { placementTermsWith } from './valid-terms.ts';

const decider = createPlacementDecider({
  checkFormula(expression) {
    const at = expression.indexOf('lucky');
    return at < 0 ? undefined : { problem: 'there is no lucky', at };
  },
});
const placement = scenario(decider, placementEvent);

const terms = placementTermsWith();
const otherTerms = placementTermsWith({ slots: 5 });
const by = 'ann';
const defined: PlacementEvent = { type: 'PlacementDefined', data: { placementId: 'home', revision: 1, by, terms } };
const redefined: PlacementEvent = {
  type: 'PlacementRedefined',
  data: { placementId: 'home', revision: 2, by, terms: otherTerms },
};
const retired: PlacementEvent = { type: 'PlacementRetired', data: { placementId: 'home', by } };

const define = (input: unknown = terms, placementId = 'home'): PlacementCommand => {
  return { type: 'DefinePlacement', placementId, by, terms: input as PlacementTerms };
};
const redefine = (input: PlacementTerms = otherTerms, basedOn?: number): PlacementCommand => {
  return { type: 'RedefinePlacement', placementId: 'home', by, terms: input, basedOn };
};
const retire = (basedOn?: number): PlacementCommand => ({ type: 'RetirePlacement', placementId: 'home', by, basedOn });

describe('defining', () => {
  test('a new placement is defined as revision 1', () => placement.when(define()).thenRecorded(defined));
  test('the same definition again is already so', () => placement.given(defined).when(define()).thenNothing());
  test('another definition under the same id is refused', () =>
    placement
      .given(defined)
      .when(define(otherTerms))
      .thenRefused('PLACEMENT_EXISTS', { field: 'placementId', rule: 'home' }));
  test('an id that is not opaque is refused', () =>
    placement
      .when(define(terms, 'home page'))
      .thenRefused('PLACEMENT_ID_INVALID', { field: 'placementId', rule: '"home page"' }));
  test('the id of a retired placement is not used again', () =>
    placement.given(defined, retired).when(define()).thenRefused('PLACEMENT_RETIRED'));
});

describe('redefining', () => {
  test('other terms are the next revision', () => placement.given(defined).when(redefine()).thenRecorded(redefined));
  test('equal terms are no revision', () => placement.given(defined).when(redefine(terms)).thenNothing());
  test('what was never defined is refused', () =>
    placement.when(redefine()).thenRefused('PLACEMENT_UNKNOWN', { field: 'placementId' }));
  test('what is retired is refused', () =>
    placement.given(defined, retired).when(redefine()).thenRefused('PLACEMENT_RETIRED'));
  test('the channel stays what it was', () =>
    placement
      .given(defined)
      .when(redefine(placementTermsWith({ channel: 'APP' })))
      .thenRefused('PLACEMENT_CHANNEL_FIXED', { field: 'channel', rule: /WEB.*APP/ }));
  test('an older revision is refused with the current one', () =>
    placement
      .given(defined, redefined)
      .when(redefine(placementTermsWith({ slots: 7 }), 1))
      .thenRefused('REVISION_STALE', { field: 'basedOn', rule: 'at revision 2' }));
  test('the same terms sent twice are already so, though their base is stale by then', () =>
    placement.given(defined, redefined).when(redefine(otherTerms, 1)).thenNothing());
  test('terms are checked as in a definition', () =>
    placement
      .given(defined)
      .when(redefine(placementTermsWith({ slots: 0 })))
      .thenRefused('PLACEMENT_TERMS_INVALID', { field: 'slots' }));
});

describe('what is said by being absent', () => {
  const cap: CapRule = {
    name: 'daily',
    counts: 'IMPRESSION',
    scope: { kind: 'EVERYTHING' },
    subject: 'CUSTOMER',
    limit: 2,
    window: { kind: 'LIFETIME' },
  };
  const before: PlacementEvent = {
    type: 'PlacementDefined',
    data: { placementId: 'home', revision: 1, by: 'ann', terms: placementTermsWith({ caps: [cap] }) },
  };
  const said = placementTermsWith({
    recording: 'BEFORE_ANSWER',
    defaultAnswer: 'OFF',
    caps: [{ ...cap, strict: true }],
  });
  const other = placementTermsWith({ recording: 'LATE', defaultAnswer: 'ON', caps: [{ ...cap, strict: false }] });

  test('is already so when it is said: recorded before the answer, no default answer, caps are strict', () =>
    placement.given(before).when(redefine(said)).thenNothing());
  test('is not recorded', () =>
    placement
      .given({ ...before, data: { ...before.data, terms: other } })
      .when(redefine(said))
      .thenRecorded({
        type: 'PlacementRedefined',
        data: { placementId: 'home', revision: 2, by: 'ann', terms: placementTermsWith({ caps: [cap] }) },
      }));
  test('is recorded when it is otherwise', () =>
    placement
      .given(before)
      .when(redefine(other))
      .thenRecorded({
        type: 'PlacementRedefined',
        data: { placementId: 'home', revision: 2, by: 'ann', terms: other },
      }));
});

describe('retiring', () => {
  test('a placement is retired', () => placement.given(defined).when(retire(1)).thenRecorded(retired));
  test('retiring again is already so', () => placement.given(defined, retired).when(retire()).thenNothing());
  test('what was never defined is refused', () => placement.when(retire()).thenRefused('PLACEMENT_UNKNOWN'));
  test('an older revision is refused', () =>
    placement.given(defined, redefined).when(retire(1)).thenRefused('REVISION_STALE', { field: 'basedOn' }));
});

describe('terms', () => {
  const cap: CapRule = {
    name: 'daily',
    counts: 'IMPRESSION',
    scope: { kind: 'EACH_PLACEMENT' },
    subject: 'CUSTOMER',
    limit: 2,
    window: { kind: 'CALENDAR', unit: 'DAY', zone: 'CUSTOMER' },
  };
  test.each<[rule: string, field: string, terms: unknown]>([
    ['no terms', 'terms', null],
    ['no slots', 'slots', placementTermsWith({ slots: 0 })],
    ['more of one category than slots', 'perCategoryLimit', placementTermsWith({ slots: 3, perCategoryLimit: 4 })],
    [
      'quiet hours that end when they begin',
      'quietHours.to',
      placementTermsWith({ quietHours: { from: '09:00', to: '09:00' } }),
    ],
    [
      'a time of day that does not exist',
      'quietHours.from',
      placementTermsWith({ quietHours: { from: '24:00', to: '07:00' } }),
    ],
    ['a time budget of nothing', 'timeBudgetMs', placementTermsWith({ timeBudgetMs: 0 })],
    ['a stage budget of nothing', 'stageBudgets.load', placementTermsWith({ stageBudgets: { load: 0 } })],
    [
      'a stage that may take longer than the whole',
      'stageBudgets.record',
      placementTermsWith({ timeBudgetMs: 100, stageBudgets: { load: 100, record: 101 } }),
    ],
    [
      'features older than a day',
      'stageBudgets.features',
      placementTermsWith({ stageBudgets: { features: 86_400_001 } }),
    ],
    ['a stage that there is not', 'stageBudgets.think', placementTermsWith({ stageBudgets: { think: 1 } as never })],
    ['a share above all', 'explorationShare', placementTermsWith({ explorationShare: 1.1 })],
    ['an unknown ranking method', 'ranking.method', placementTermsWith({ ranking: { method: 'MAGIC' } as never })],
    ['two caps of one name', 'caps.1.name', placementTermsWith({ caps: [cap, cap] })],
    ['a negative limit', 'caps.0.limit', placementTermsWith({ caps: [{ ...cap, limit: -1 }] })],
    [
      'a total in the time zone of the customer',
      'caps.0.window.zone',
      placementTermsWith({ caps: [{ ...cap, subject: 'TOTAL' }] }),
    ],
    ['an unknown field', 'colour', { ...placementTermsWith(), colour: 'red' }],
  ])('%s: refused', (_, field, input) =>
    placement.when(define(input)).thenRefused('PLACEMENT_TERMS_INVALID', { field }),
  );
  test('a formula that does not fit is refused, with the problem and its offset', () =>
    placement
      .when(define(placementTermsWith({ ranking: { method: 'FORMULA', formula: 'value * lucky' } })))
      .thenRefused('PLACEMENT_FORMULA_INVALID', { field: 'ranking.formula', rule: /no lucky.*offset 8/ }));
  test.each<[rule: string, terms: PlacementTerms]>([
    ['a formula that fits', placementTermsWith({ ranking: { method: 'FORMULA', formula: 'value * 2.0' } })],
    ['as many of one category as slots', placementTermsWith({ slots: 2, perCategoryLimit: 2 })],
    ['quiet hours over midnight', placementTermsWith({ quietHours: { from: '22:00', to: '07:00' } })],
    [
      'features that may be older than an answer may take',
      placementTermsWith({ timeBudgetMs: 50, stageBudgets: { features: 86_400_000 } }),
    ],
    ['a cap of each customer a day', placementTermsWith({ caps: [cap] })],
  ])('%s: recorded', (_, input) =>
    placement
      .when(define(input))
      .thenRecorded({ type: 'PlacementDefined', data: { placementId: 'home', revision: 1, by, terms: input } }),
  );
  test('a rule of a stage budget names the field and what it may be', () =>
    placement
      .when(define(placementTermsWith({ timeBudgetMs: 100, stageBudgets: { load: 200 } })))
      .thenRefused('PLACEMENT_TERMS_INVALID', { rule: /^stageBudgets\.load is 200, .* the 100 ms of timeBudgetMs/ }));
  test('budgets that are as they are derived anyway are not recorded, as if they had not been said', () => {
    const { stageBudgets: _, ...silent } = placementTermsWith({ timeBudgetMs: 200 });
    const said = { ...silent, stageBudgets: { load: 80, record: 140, features: 60_000 } };
    const defined = {
      type: 'PlacementDefined' as const,
      data: { placementId: 'home', revision: 1, by, terms: silent },
    };
    placement.when(define(said)).thenRecorded(defined);
    placement.given(defined).when(define(said)).thenNothing();
  });
});
