// The catalogue as the log has it, made of that of before: nothing is read again but what has changed.
import { expect, onTestFinished, test } from 'vitest';
import { createCatalogueView, type PublishedChanges } from '../../projections/catalogue-view.ts';
import { createInProcessReadModels } from '../../projections/in-process-read-models.ts';
import type { PublishedOffer } from '../../src/decisioning/catalogue.ts';
import { createSqliteEventStore } from '../../src/event-store/sqlite-event-store.ts';
import { temporaryPath } from '../event-store/temporary-log.ts';
import { catalogueEvents } from './catalogue-events.ts';

const shown = (offers: readonly PublishedOffer[]) =>
  offers.map(({ offerId, state, revision }) => `${offerId} ${state} ${revision}`).join(', ');

test('is changed by what has happened since, to those to which it has', async () => {
  const store = createSqliteEventStore({ path: temporaryPath() });
  onTestFinished(() => store.close());
  const { offer, draft, publish, place } = catalogueEvents(() => store);
  const changes: PublishedChanges[] = [];
  let folds = 0;
  const view = createCatalogueView<string>({
    readModels: createInProcessReadModels(),
    compile({ offers }) {
      folds += 1;
      return shown(offers);
    },
    change(before, changed) {
      changes.push(changed);
      return `${before} / ${shown(changed.offers)}`;
    },
  });
  for (const offerId of ['o1', 'o2', 'o3']) {
    await draft(offerId);
    await publish(offerId);
  }
  const whole = 'o1 LIVE 1, o2 LIVE 1, o3 LIVE 1';
  expect(await view.logged(store)).toBe(whole);
  await offer('o1', 'OfferPaused');
  await draft('o2', 2);
  const retired = await offer('o3', 'OfferRetired');
  expect(await view.logged(store)).toBe(`${whole} / o1 PAUSED 1, o2 LIVE 1`);
  expect(changes).toMatchObject([{ withdrawn: ['o3'], placements: [], position: retired }]);
  await place('home');
  await view.logged(store);
  expect(await view.logged(store)).toBe(`${whole} / o1 PAUSED 1, o2 LIVE 1 / `);
  expect(changes.map(({ placements }) => placements.length)).toEqual([0, 1]);
  expect(folds).toBe(1);
});
