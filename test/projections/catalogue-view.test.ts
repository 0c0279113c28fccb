import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCatalogueView, type PublishedCatalogue } from '../../projections/catalogue-view.ts';
import { createInProcessReadModels } from '../../projections/in-process-read-models.ts';
import { offers } from '../../projections/offers.ts';
import { placements } from '../../projections/placements.ts';
import type { ReadModels } from '../../projections/read-models.ts';
import { createProjectionRunner } from '../../projections/runner.ts';
import type { EventStore, ReadAllOptions } from '../../src/event-store/event-store.ts';
import { createSqliteEventStore } from '../../src/event-store/sqlite-event-store.ts';
import { temporaryPath } from '../event-store/temporary-log.ts';
import { catalogueEvents } from './catalogue-events.ts';

let store: EventStore;
const { offer, draft, publish, place } = catalogueEvents(() => store);
let close: () => Promise<void>;
let compilations: PublishedCatalogue[];
let reads: number;
let fail: boolean;
let holding: Promise<void> | undefined;
let view: ReturnType<typeof createCatalogueView<string>>;
/** Behind which position the log was read last. */
let readAfter: string | undefined;

beforeEach(async () => {
  const log = createSqliteEventStore({ path: temporaryPath() });
  store = {
    ...log,
    readAll(options?: ReadAllOptions) {
      reads++;
      readAfter = options?.after;
      return log.readAll(options);
    },
  };
  const models = createInProcessReadModels();
  const readModels: ReadModels = {
    ...models,
    async readGroup(projections) {
      const held = holding;
      const entries = structuredClone(await models.readGroup(projections));
      await held;
      return entries;
    },
  };
  holding = undefined;
  compilations = [];
  reads = 0;
  fail = false;
  view = createCatalogueView({ readModels, compile });
  const runner = createProjectionRunner({ store: log, readModels, projections: [offers, placements], also: [view] });
  await runner.start();
  close = async () => {
    await runner.stop();
    await log.close();
  };
});

afterEach(() => close());

/** A read of the models from now on gets what is in them now, as from a server, but not before it is released. */
function heldBack(): { release: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  holding = promise;
  return { release: resolve };
}

/** A catalogue in one line: what is in it, and in which state and with which name. */
function compile(catalogue: PublishedCatalogue): string {
  compilations.push(catalogue);
  if (fail) throw new Error('does not compile');
  return [
    ...catalogue.offers.map(({ offerId, state, revision, terms }) => `${offerId} ${state} ${revision} ${terms.name}`),
    ...catalogue.placements.map(({ placementId, retired, terms }) => `${placementId} ${retired} ${terms.name}`),
  ].join(', ');
}

describe('the catalogue of now', () => {
  test('has offers once they are published, until they are retired, and all placements, in order of id', async () => {
    await draft('o2');
    await draft('o1');
    expect(await view.current()).toBe('');
    await publish('o2');
    await publish('o1');
    await place('home');
    expect(await view.current()).toBe('o1 LIVE 1 n1, o2 LIVE 1 n1, home false p');
  });

  test('sees every publication, pause, resumption and retirement', async () => {
    await draft('o1');
    await publish('o1');
    await place('home');
    expect(await view.current()).toBe('o1 LIVE 1 n1, home false p');
    const seen: string[] = [];
    for (const [id, type] of [
      ['o1', 'OfferPaused'],
      ['o1', 'OfferResumed'],
      ['home', 'PlacementRetired'],
      ['home', 'PlacementRedefined'],
      ['o1', 'OfferRetired'],
    ] as const) {
      await (id === 'home' ? place(id, type) : offer(id, type));
      seen.push(await view.current());
    }
    expect(seen).toEqual([
      'o1 PAUSED 1 n1, home false p',
      'o1 LIVE 1 n1, home false p',
      'o1 LIVE 1 n1, home true p',
      'o1 LIVE 1 n1, home false p',
      'home false p',
    ]);
  });

  test('has the published terms while a revision of them is worked on', async () => {
    await draft('o1');
    await publish('o1');
    await draft('o1', 2);
    expect(await view.current()).toBe('o1 LIVE 1 n1');
    await publish('o1', 2);
    expect(await view.current()).toBe('o1 LIVE 2 n2');
  });

  test('is compiled again when decisions see a difference, and not for work that they do not see', async () => {
    await draft('o1');
    await publish('o1');
    await view.current();
    await draft('o1', 2);
    await offer('o1', 'OfferSubmitted', { revision: 2 });
    await offer('o1', 'OfferApproved', { revision: 2 });
    await view.current();
    expect(compilations).toHaveLength(1);
    await publish('o1', 2);
    await view.current();
    expect(compilations).toHaveLength(2);
  });

  test('is not a promise once it is compiled', async () => {
    await place('home');
    const first = view.current();
    expect(first).toBeInstanceOf(Promise);
    await first;
    expect(view.current()).toBe('home false p');
  });

  test('is compiled once for all who ask at the same time', async () => {
    await Promise.all([view.current(), view.current(), view.current()]);
    expect(compilations).toHaveLength(1);
  });

  test('is never older than the call, although an older compilation is under way or ends later', async () => {
    await draft('o1');
    const first = heldBack();
    const before = view.current();
    await publish('o1');
    const second = heldBack();
    const after = view.current();
    second.release();
    expect(await after).toBe('o1 LIVE 1 n1');
    first.release();
    expect(await before).toBe('');
    expect(await view.current()).toBe('o1 LIVE 1 n1');
    expect(compilations).toHaveLength(2);
  });

  test('that does not compile is an error, and is tried again', async () => {
    await place('home');
    fail = true;
    await expect(view.current()).rejects.toThrow('does not compile');
    fail = false;
    expect(await view.current()).toBe('home false p');
  });
});

describe('the catalogue of a past decision', () => {
  test('is what was published at its position', async () => {
    await draft('o1');
    const first = await publish('o1');
    const paused = await offer('o1', 'OfferPaused');
    await draft('o1', 2);
    const second = await publish('o1', 2);
    expect(await view.catalogueAt(store, first)).toBe('o1 LIVE 1 n1');
    expect(await view.catalogueAt(store, paused)).toBe('o1 PAUSED 1 n1');
    expect(await view.catalogueAt(store, second)).toBe('o1 LIVE 2 n2');
    expect(await view.catalogueAt(store, '')).toBe('');
  });

  test('is the current one when nothing has changed since', async () => {
    await place('home');
    const current = await view.current();
    const position = compilations[0]?.position ?? '';
    expect(await view.catalogueAt(store, position)).toBe(current);
    expect([compilations.length, reads]).toEqual([1, 0]);
  });

  test('equals what decisions saw, at each position that a decision has stored', async () => {
    const seen = new Map<string, string>();
    for (const step of [
      () => draft('o1'),
      () => publish('o1'),
      () => draft('o1', 2),
      () => place('home'),
      () => draft('o2'),
    ]) {
      await step();
      const current = await view.current();
      seen.set(compilations.at(-1)?.position ?? '', current);
    }
    await offer('o1', 'OfferRetired');
    await view.current();
    for (const [position, catalogue] of seen) expect(await view.catalogueAt(store, position)).toBe(catalogue);
  });

  test('is folded once for the last four positions', async () => {
    const positions: string[] = [];
    for (const id of ['a', 'b', 'c', 'd', 'e']) positions.push(await place(id));
    const [a = '', b = '', c = '', d = '', e = ''] = positions;
    await Promise.all([a, a, b, c, d, a].map((position) => view.catalogueAt(store, position)));
    expect(reads).toBe(4);
    await view.catalogueAt(store, e);
    for (const position of [a, c, d, e]) await view.catalogueAt(store, position);
    expect(reads).toBe(5);
    await view.catalogueAt(store, b);
    expect(reads).toBe(6);
  });

  test('that could not be read is tried again', async () => {
    const position = await place('home');
    const broken = {
      ...store,
      readAll: () => {
        throw new Error('down');
      },
    };
    await expect(view.catalogueAt(broken, position)).rejects.toThrow('down');
    expect(await view.catalogueAt(store, position)).toBe('home false p');
  });
});

describe('the catalogue of now by the log', () => {
  test('has each change at once, and reads only what is new', async () => {
    expect(await view.logged(store)).toBe('');
    await draft('o1');
    await publish('o1');
    expect(await view.logged(store)).toBe('o1 LIVE 1 n1');
    const before = [compilations.length, reads];
    expect(await view.logged(store)).toBe('o1 LIVE 1 n1');
    expect([compilations.length, reads]).toEqual([before[0], (before[1] ?? 0) + 1]);
    await offer('o1', 'OfferPaused');
    expect(await Promise.all([view.logged(store), view.logged(store)])).toEqual(Array(2).fill('o1 PAUSED 1 n1'));
  });

  test('is the current one when nothing has changed since', async () => {
    await place('home');
    const current = await view.current();
    expect(await view.logged(store)).toBe(current);
    expect(compilations).toHaveLength(1);
  });

  test('is not looked for where the current one is known to be unchanged', async () => {
    await place('home');
    await view.current();
    const drafted = await draft('o1');
    view.unchanged(drafted);
    await view.logged(store);
    expect(readAfter).toBe(drafted);
    // Of a catalogue that something has happened to since, nothing is known.
    view.unchanged(await publish('o1'));
    expect(await view.logged(store)).toBe('o1 LIVE 1 n1, home false p');
  });
});
