// A table of propensities: by offer, else by category, else for all others.
import type { StaticModel } from '../catalogue.ts';
import type { ModelRows } from './compiled-model.ts';

export function compileStatic({ offers, categories, default: others }: StaticModel): ModelRows {
  const rows = Float64Array.from(
    [...offers, ...categories, { propensity: others ?? 0 }],
    ({ propensity }) => propensity,
  );
  const byOffer = new Map(offers.map(({ offerId }, row) => [offerId, row]));
  const byCategory = new Map(categories.map(({ category }, row) => [category, offers.length + row]));
  const otherwise = others === undefined ? -1 : rows.length - 1;
  const worthOf = (row: number) => rows[row] as number;
  return {
    rowOf: ({ offerId, published }) => byOffer.get(offerId) ?? byCategory.get(published.terms.category) ?? otherwise,
    worthIn: () => worthOf,
    readsFar: false,
  };
}
