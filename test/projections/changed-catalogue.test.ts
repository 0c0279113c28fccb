// A catalogue that is changed rather than compiled again: what it is told of the changes.
import { beforeEach, describe, expect, test } from 'vitest';
import {
  catalogueModels,
  createCatalogueView,
  type PublishedCatalogue,
  type PublishedChanges,
} from '../../projections/catalogue-view.ts';
import { createInProcessReadModels, type InProcessReadModels } from '../../projections/in-process-read-models.ts';
import type { Projection } from '../../projections/projection.ts';
import type { EventStore, RecordedEvent } from '../../src/event-store/event-store.ts';
import { recorded } from './recorded-events.ts';
import { someOffer, somePlacement } from './terms.ts';

type Named = ReadonlyMap<string, string>;

let models: InProcessReadModels;
let compilations: number;
let changes: PublishedChanges[];
let view: ReturnType<typeof createCatalogueView<Named>>;
let position: number;

beforeEach(() => {
  models = createInProcessReadModels();
  compilations = 0;
  changes = [];
  position = 0;
  view = createCatalogueView<Named>({
    readModels: models,
    compile(catalogue) {
      compilations++;
      return named(catalogue);
    },
    change(before, news) {
      changes.push(news);
      const after = new Map([...before, ...named(news)]);
      for (const offerId of news.withdrawn) after.delete(offerId);
      return after;
    },
  });
});

/** Names and states, by id. */
function named(catalogue: PublishedCatalogue): Named {
  return new Map([
    ...catalogue.offers.map(({ offerId, state, terms }) => [offerId, `${terms.name} ${state}`] as const),
    ...catalogue.placements.map(({ placementId, terms }) => [placementId, terms.name] as const),
  ]);
}

/** The models see an event, and nobody else does yet. */
function applied(stream: string, type: string, data: object): RecordedEvent {
  const [event] = recorded([{ stream, type, data: { by: 'ann', reason: 'so', ...data } }], ++position);
  if (!event) throw new Error('nothing was recorded');
  models.apply(catalogueModels as unknown as readonly Projection<unknown>[], [event]);
  return event;
}

const applyOffer = (offerId: string, type: string, data: object = {}) =>
  applied(`offer-${offerId}`, type, { offerId, ...data });

function offer(offerId: string, ...types: string[]): string {
  const events = types.map((type) => applyOffer(offerId, type, { revision: 1, author: 'ann', terms: someOffer('n') }));
  void view.onEvents(events);
  return events.at(-1)?.position ?? '';
}

function place(placementId: string): void {
  const data = { placementId, revision: 1, terms: somePlacement('p') };
  void view.onEvents([applied(`placement-${placementId}`, 'PlacementDefined', data)]);
}

function model(modelId: string, ...types: string[]): void {
  const terms = { name: 'm', kind: 'STATIC', static: { offers: [], categories: [], default: 0.5 } };
  const data = { modelId, revision: 1, author: 'ann', terms };
  void view.onEvents(types.map((type) => applied(`model-${modelId}`, type, data)));
}

describe('a catalogue that can be changed', () => {
  test('is told of models from their approval on, and when they are retired', async () => {
    offer('o1', 'OfferDrafted', 'OfferPublished');
    await view.current();
    model('m1', 'ModelDefined');
    model('m2', 'ModelDefined');
    await view.current();
    expect(changes).toEqual([]);
    model('m1', 'ModelApproved');
    await view.current();
    model('m1', 'ModelRetired');
    await view.current();
    expect(changes.map((news) => news.models.map(({ modelId, retired }) => [modelId, retired]))).toEqual([
      [['m1', false]],
      [['m1', true]],
    ]);
  });

  test('is compiled once, and then told of what decisions see differently', async () => {
    offer('o1', 'OfferDrafted', 'OfferPublished');
    offer('o2', 'OfferDrafted');
    const first = await view.current();
    offer('o2', 'OfferPublished');
    place('home');
    offer('o1', 'OfferRetired');
    expect(Object.fromEntries(await view.current())).toEqual({ o2: 'n LIVE', home: 'p' });
    offer('o2', 'OfferSubmitted');
    offer('o2', 'OfferPaused');
    expect(Object.fromEntries(await view.current())).toEqual({ o2: 'n PAUSED', home: 'p' });
    expect(Object.fromEntries(first)).toEqual({ o1: 'n LIVE' });
    expect(compilations).toBe(1);
    expect(changes.map((news) => [news.offers.length, news.placements.length, news.withdrawn])).toEqual([
      [1, 1, ['o1']],
      [1, 0, []],
    ]);
  });

  test('is that of the position of the last change, and serves past decisions of it', async () => {
    offer('o1', 'OfferDrafted', 'OfferPublished');
    await view.current();
    const paused = offer('o1', 'OfferPaused');
    const current = await view.current();
    expect(changes.at(-1)?.position).toBe(paused);
    const unread = {} as EventStore;
    expect(await view.catalogueAt(unread, paused)).toBe(current);
  });

  test('is that of the models, which may have gone on since it was told', async () => {
    offer('o1', 'OfferDrafted', 'OfferPublished');
    await view.current();
    offer('o1', 'OfferPaused');
    const resumed = applyOffer('o1', 'OfferResumed');
    const current = await view.current();
    expect(Object.fromEntries(current)).toEqual({ o1: 'n LIVE' });
    void view.onEvents([resumed]);
    expect(await view.current()).toBe(current);
    expect([compilations, changes.length]).toEqual([1, 1]);
  });

  test('is looked after without events when it is told that there may be some', async () => {
    offer('o1', 'OfferDrafted', 'OfferPublished');
    await view.current();
    applyOffer('o1', 'OfferPaused');
    expect(Object.fromEntries(await view.current())).toEqual({ o1: 'n LIVE' });
    view.noticed();
    expect(Object.fromEntries(await view.current())).toEqual({ o1: 'n PAUSED' });
    expect([compilations, changes.length]).toEqual([1, 1]);
  });

  test('is told of what changes while it is being changed', async () => {
    offer('o1', 'OfferDrafted', 'OfferPublished');
    await view.current();
    offer('o1', 'OfferPaused');
    const before = view.current();
    offer('o1', 'OfferResumed');
    await before;
    expect(Object.fromEntries(await view.current())).toEqual({ o1: 'n LIVE' });
    expect(changes.at(-1)?.offers.map(({ state }) => state)).toEqual(['LIVE']);
  });

  test('is compiled anew from models that are not those that it was compiled from', async () => {
    offer('o1', 'OfferDrafted', 'OfferPublished');
    await view.current();
    offer('o1', 'OfferPaused');
    models.changesOf = () => Promise.resolve(undefined);
    expect(Object.fromEntries(await view.current())).toEqual({ o1: 'n PAUSED' });
    expect([compilations, changes.length]).toEqual([2, 0]);
  });

  test('is told again of what a failing change has missed', async () => {
    offer('o1', 'OfferDrafted', 'OfferPublished');
    await view.current();
    offer('o1', 'OfferPaused');
    const { changesOf } = models;
    models.changesOf = () => Promise.reject(new Error('down'));
    await expect(view.current()).rejects.toThrow('down');
    models.changesOf = changesOf;
    expect(Object.fromEntries(await view.current())).toEqual({ o1: 'n PAUSED' });
    expect(changes).toHaveLength(1);
  });
});
