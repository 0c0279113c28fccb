// The catalogue that decisions are made from: compiled once, and changed where something that decisions see has changed.
import type { ModelEvent } from '../src/aggregates/model/events.ts';
import type { OfferEvent } from '../src/aggregates/offer/events.ts';
import type { PlacementEvent } from '../src/aggregates/placement/events.ts';
import type { PublishedModel, PublishedOffer, PublishedPlacement } from '../src/decisioning/catalogue.ts';
import { beginning, type EventStore, type Position, type RecordedEvent } from '../src/event-store/event-store.ts';
import { categoryOf } from '../src/event-store/stream-names.ts';
import { type ModelEntry, models } from './models.ts';
import { type OfferEntry, offers } from './offers.ts';
import { type PlacementEntry, placements } from './placements.ts';
import type { Projection } from './projection.ts';
import type { GroupCursor, GroupEntries, ReadModels, StoredEntry } from './read-models.ts';
import type { Follower } from './runner.ts';

/** What decisions may see, and how far in the log that is. In order of id. */
export interface PublishedCatalogue {
  readonly offers: readonly PublishedOffer[];
  readonly placements: readonly PublishedPlacement[];
  readonly models: readonly PublishedModel[];
  /** Position of the last event of an offer, a placement or a model that was seen; folding the log up to it gives this catalogue again. */
  readonly position: Position;
}

/** What has become of some offers, placements and models; the others are as before. */
export interface PublishedChanges extends PublishedCatalogue {
  /** Ids of offers that decisions do not see any more. */
  readonly withdrawn: readonly string[];
}

export interface CatalogueViewOptions<Compiled> {
  readonly readModels: ReadModels;
  readonly compile: (catalogue: PublishedCatalogue) => Compiled;
  /** Gives what `compile` would give after the changes, and leaves the catalogue of before as it is. Absent: `compile` does. */
  readonly change?: (compiled: Compiled, changes: PublishedChanges) => Compiled;
}

/** As a follower of the log it notices what changes; it must be served after the read models. */
export interface CatalogueView<Compiled> extends Follower {
  /** For a process that does not follow the log: something may have changed in the read models. */
  noticed(): void;
  /** The same, after a look: nothing has changed, and up to this position all of the log was in the read models. `logged` begins there. */
  unchanged(upTo: Position): void;
  /**
   * The catalogue of now. Not a promise unless it has to be compiled first; callers at the same time share one compilation.
   * Rejects when the read models or `compile` fail: what may have been paused since is not shown instead.
   */
  current(): Compiled | Promise<Compiled>;
  /** The catalogue that a past decision saw: the log folded up to a position. The last four are kept. */
  catalogueAt(store: EventStore, position: Position): Promise<Compiled>;
  /** The catalogue of now as the log has it, for those who cannot ask the read models. */
  logged(store: EventStore): Promise<Compiled>;
}

const pastKept = 4;
const categories = ['offer', 'placement', 'model'];
/** Of the streams in which a catalogue changes. */
export const catalogueCategories: ReadonlySet<string> = new Set(categories);

/** Everything else that happens to an offer or a model (drafts, reviews) is not seen by decisions. */
const visible: ReadonlySet<string> = new Set<(OfferEvent | PlacementEvent | ModelEvent)['type']>([
  'OfferPublished',
  'OfferPaused',
  'OfferResumed',
  'OfferRetired',
  'PlacementDefined',
  'PlacementRedefined',
  'PlacementRetired',
  'ModelApproved',
  'ModelRetired',
]);

export function createCatalogueView<Compiled>(options: CatalogueViewOptions<Compiled>): CatalogueView<Compiled> {
  const { readModels, compile, change } = options;
  /** Counts the invalidations: a compilation that began before the last one is not the catalogue of now. */
  let generation = 0;
  let compiled: Made<Compiled> | undefined;
  let compiling: { readonly generation: number; readonly catalogue: Promise<Compiled> } | undefined;
  /** Least recently used first. */
  const past = new Map<Position, Promise<Compiled>>();
  let newest: Newest<Compiled> = { position: beginning, upTo: beginning };

  async function compileNow(now: number): Promise<Compiled> {
    try {
      const made = { ...((await changedNow()) ?? (await wholeNow())), generation: now };
      if (!compiled || compiled.generation < now) compiled = made;
      return made.catalogue;
    } finally {
      if (compiling?.generation === now) compiling = undefined;
    }
  }

  async function wholeNow(): Promise<Omit<Made<Compiled>, 'generation'>> {
    const all: CatalogueEntries = await readModels.readGroup(catalogueModels);
    const catalogue = published(...all.entries);
    return { cursor: all.cursor, position: catalogue.position, catalogue: compile(catalogue) };
  }

  async function changedNow(): Promise<Omit<Made<Compiled>, 'generation'> | undefined> {
    if (!change || !compiled) return undefined;
    const before = compiled;
    const changes: CatalogueEntries | undefined = await readModels.changesOf(catalogueModels, before.cursor);
    // Models that are not those that it was compiled from.
    if (!changes) return undefined;
    const news = changesIn(changes.entries);
    if (news.position <= before.position) return { ...before, cursor: changes.cursor };
    return { cursor: changes.cursor, position: news.position, catalogue: change(before.catalogue, news) };
  }

  function knowUpTo(made: Made<Compiled>, upTo: Position): void {
    newest = { position: made.position, upTo, made };
  }

  async function loggedNow(store: EventStore): Promise<Compiled> {
    if (compiled && compiled.position > newest.upTo) knowUpTo(compiled, compiled.position);
    const { made, upTo: after, ...before } = newest;
    let { position } = before;
    const streams = new Set<string>();
    const upTo = await store.head();
    for await (const event of store.readAll({ after, upTo, categories })) {
      position = event.position;
      streams.add(event.stream);
    }
    let catalogue: Compiled;
    if (made && streams.size === 0) catalogue = made.catalogue;
    else if (!made || !change) catalogue = await catalogueAt(store, position);
    else {
      // Of the log no more is read than what has become of those to which something has happened.
      const events = (await Promise.all([...streams].map((stream) => store.readStream(stream)))).flat();
      const entries = emptyEntries();
      for (const event of events) if (event.position <= upTo) foldInto(entries, event);
      catalogue = change(made.catalogue, changesIn(entries));
    }
    if (upTo > newest.upTo) newest = { position, upTo, made: { catalogue } };
    return catalogue;
  }

  function catalogueAt(store: EventStore, position: Position): Promise<Compiled> {
    if (compiled?.position === position) return Promise.resolve(compiled.catalogue);
    const catalogue = past.get(position) ?? fold(store, position).then(compile);
    past.delete(position);
    past.set(position, catalogue);
    const [oldest] = past.keys();
    if (past.size > pastKept && oldest !== undefined) past.delete(oldest);
    // What failed is not kept: the next call tries again.
    catalogue.catch(() => past.get(position) === catalogue && past.delete(position));
    return catalogue;
  }

  return {
    current() {
      if (compiled?.generation === generation) return compiled.catalogue;
      if (compiling?.generation !== generation) compiling = { generation, catalogue: compileNow(generation) };
      return compiling.catalogue;
    },

    catalogueAt,

    logged: loggedNow,

    categories,
    onEvents(events) {
      if (events.some((event) => visible.has(event.type))) generation++;
    },
    noticed() {
      generation++;
    },
    unchanged(upTo) {
      if (compiled?.generation === generation && upTo > newest.upTo) knowUpTo(compiled, upTo);
    },
  };
}

interface Made<Compiled> {
  readonly generation: number;
  readonly cursor: GroupCursor;
  readonly position: Position;
  readonly catalogue: Compiled;
}

/** The newest catalogue that is known of the log. */
interface Newest<Compiled> {
  /** Of its last event. */
  readonly position: Position;
  /** Up to where the log was looked at for it. */
  readonly upTo: Position;
  /** Absent: nobody has asked for it yet. */
  readonly made?: { readonly catalogue: Compiled };
}

/** What a catalogue is compiled from. */
export const catalogueModels = [offers, placements, models] as const;
type CatalogueEntries = GroupEntries<[OfferEntry, PlacementEntry, ModelEntry]>;

/** The catalogue in the entries of the read models: offers that were published and are not retired, all placements, approved models. */
export function published(
  offerEntries: ReadonlyMap<string, StoredEntry<OfferEntry>>,
  placementEntries: ReadonlyMap<string, StoredEntry<PlacementEntry>>,
  modelEntries: ReadonlyMap<string, StoredEntry<ModelEntry>>,
): PublishedCatalogue {
  const all = [...offerEntries.values(), ...placementEntries.values(), ...modelEntries.values()];
  const positions = all.map(({ position }) => position);
  return {
    offers: [...offerEntries.values()]
      .flatMap(({ entry }) => publishedOffer(entry))
      .sort((one, other) => (one.offerId < other.offerId ? -1 : 1)),
    placements: [...placementEntries.values()]
      .map(({ entry: { placementId, revision, retired, terms } }) => ({ placementId, revision, retired, terms }))
      .sort((one, other) => (one.placementId < other.placementId ? -1 : 1)),
    models: [...modelEntries.values()]
      .flatMap(({ entry }) => publishedModel(entry))
      .sort((one, other) => (one.modelId < other.modelId ? -1 : 1)),
    position: positions.sort().at(-1) ?? beginning,
  };
}

function publishedOffer(entry: OfferEntry): PublishedOffer[] {
  const { offerId, lifecycle, publishedRevision, publishedTerms } = entry;
  if (publishedRevision === undefined || publishedTerms === undefined) return [];
  if (lifecycle !== 'LIVE' && lifecycle !== 'PAUSED') return [];
  return [{ offerId, revision: publishedRevision, state: lifecycle, terms: publishedTerms }];
}

function publishedModel({ modelId, approved, retired }: ModelEntry): PublishedModel[] {
  return approved ? [{ modelId, revision: approved.revision, retired, terms: approved.terms }] : [];
}

/** What is read of entries that have changed, as changes. */
function changesIn(entries: CatalogueEntries['entries']): PublishedChanges {
  const news = published(...entries);
  const seen = new Set(news.offers.map(({ offerId }) => offerId));
  return { ...news, withdrawn: [...entries[0].keys()].filter((offerId) => !seen.has(offerId)) };
}

async function fold(store: EventStore, upTo: Position): Promise<PublishedCatalogue> {
  const entries = emptyEntries();
  for await (const event of store.readAll({ upTo, categories })) foldInto(entries, event);
  return published(...entries);
}

type FoldedEntries = [
  Map<string, StoredEntry<OfferEntry>>,
  Map<string, StoredEntry<PlacementEntry>>,
  Map<string, StoredEntry<ModelEntry>>,
];

function emptyEntries(): FoldedEntries {
  return [new Map(), new Map(), new Map()];
}

function foldInto([offerEntries, placementEntries, modelEntries]: FoldedEntries, event: RecordedEvent): void {
  const category = categoryOf(event.stream);
  if (category === 'offer') foldOne(offerEntries, offers, event);
  else if (category === 'placement') foldOne(placementEntries, placements, event);
  else foldOne(modelEntries, models, event);
}

function foldOne<Entry>(
  entries: Map<string, StoredEntry<Entry>>,
  projection: Projection<Entry>,
  event: RecordedEvent,
): void {
  const entryId = projection.entryOf(event);
  if (entryId === undefined) return;
  const entry = projection.evolve(entries.get(entryId)?.entry ?? projection.empty(entryId), event);
  entries.set(entryId, { entry, position: event.position });
}
