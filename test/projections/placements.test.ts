import { expect, test } from 'vitest';
import { placements } from '../../projections/placements.ts';
import { folded, recorded } from './recorded-events.ts';
import { somePlacement } from './terms.ts';

const stream = 'placement-home';
const defined = {
  stream,
  type: 'PlacementDefined',
  data: { placementId: 'home', revision: 1, by: 'ann', terms: somePlacement('first') },
};
const redefined = {
  stream,
  type: 'PlacementRedefined',
  data: { placementId: 'home', revision: 2, by: 'ann', terms: somePlacement('second') },
};
const retired = { stream, type: 'PlacementRetired', data: { placementId: 'home', by: 'ann' } };

test('a placement has the terms of its last definition', () => {
  expect(folded(placements, 'home', recorded([defined, redefined]))).toEqual({
    placementId: 'home',
    revision: 2,
    retired: false,
    terms: somePlacement('second'),
  });
});

test('a retired placement keeps its terms, and one that is defined again is not retired', () => {
  expect(folded(placements, 'home', recorded([defined, retired]))).toMatchObject({ retired: true, revision: 1 });
  expect(folded(placements, 'home', recorded([defined, retired, redefined]))).toMatchObject({ retired: false });
});
