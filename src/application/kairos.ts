// Everything that Kairos can do for a caller, put together over the ports. The composition root gives it the adapters.

import { countCaps } from '../../projections/cap-counting.ts';
import type { CapGate } from '../../projections/cap-gate.ts';
import { type CatalogueView, createCatalogueView, type PublishedCatalogue } from '../../projections/catalogue-view.ts';
import { consents } from '../../projections/consents.ts';
import { contacts } from '../../projections/contacts.ts';
import { features } from '../../projections/features.ts';
import { interactions } from '../../projections/interactions.ts';
import { createLagWatch } from '../../projections/lag-watch.ts';
import { models } from '../../projections/models.ts';
import { offers } from '../../projections/offers.ts';
import { placements } from '../../projections/placements.ts';
import { profiles } from '../../projections/profiles.ts';
import type { Progress } from '../../projections/progress.ts';
import type { Projection } from '../../projections/projection.ts';
import type { ReadModels } from '../../projections/read-models.ts';
import { createProjectionRunner } from '../../projections/runner.ts';
import { publishScreenPops } from '../../projections/screen-pops.ts';
import { createConsentDecider } from '../aggregates/consent/decider.ts';
import { createModelDecider } from '../aggregates/model/decider.ts';
import { createOfferDecider } from '../aggregates/offer/decider.ts';
import { createPlacementDecider } from '../aggregates/placement/decider.ts';
import { createProfileDecider } from '../aggregates/profile/decider.ts';
import type { Breaker } from '../breaker.ts';
import { type Catalogue, compileCatalogue } from '../decisioning/compiled-catalogue.ts';
import { createLanguage } from '../decisioning/language.ts';
import type { Vocabulary } from '../decisioning/vocabulary.ts';
import type { EventStore, Position } from '../event-store/event-store.ts';
import { createExecutor, type Executor } from '../event-store/execute.ts';
import type { LateSpool } from '../late-spool/late-spool.ts';
import type { ScreenPopFeed } from '../screen-pop/screen-pop-feed.ts';
import type { ServiceLevels } from '../service-levels/service-levels.ts';
import { type Admission, openAdmission } from './admission.ts';
import { type AnsweringByDefault, answeringByDefault } from './answering-by-default.ts';
import { createCatalogueNow } from './catalogue-now.ts';
import type { Clock } from './clock.ts';
import { type ReadDecision, readDecision } from './decision-records.ts';
import { createDefaultAnswers, type DefaultAnswers } from './default-answers.ts';
import { createDoubtfulRecords, type DoubtfulRecords } from './doubtful-records.ts';
import { createExplanations, type Explanations } from './explanations.ts';
import { createInteractions, type Interactions } from './interactions.ts';
import { createLateDecisions, type LateDecision, type LateDecisions } from './late-decisions.ts';
import { type Ask, createNextBestOffer } from './next-best-offer.ts';
import { type Observations, tellAll } from './observations.ts';
import { createOutcomes, type Outcomes } from './outcomes.ts';
import { createPropensities, type Propensities } from './propensities.ts';
import { nobodyIsAsked, type PropensityService } from './propensity-service.ts';
import { createAskReadSide } from './read-side-calls.ts';
import { createSettling } from './settling.ts';
import { createShownOffer, type ShownOffer } from './shown-offer.ts';
import { createSignals, type Signals } from './signals.ts';
import { createTurns } from './turns.ts';

/** The read models, in the order in which an event reaches them. */
export const readModelProjections: readonly Projection<unknown>[] = [
  offers,
  placements,
  models,
  profiles,
  consents,
  features,
  contacts,
  interactions,
] as readonly Projection<unknown>[];

export interface Kairos {
  readonly vocabulary: Vocabulary;
  readonly clock: Clock;
  readonly store: EventStore;
  readonly executor: Executor;
  readonly deciders: {
    readonly offer: ReturnType<typeof createOfferDecider>;
    readonly placement: ReturnType<typeof createPlacementDecider>;
    readonly model: ReturnType<typeof createModelDecider>;
    readonly profile: ReturnType<typeof createProfileDecider>;
    readonly consent: ReturnType<typeof createConsentDecider>;
  };
  readonly readModels: ReadModels;
  readonly shownOffer: ShownOffer;
  readonly catalogue: CatalogueView<Catalogue>;
  readonly gate: CapGate;
  readonly following: Following;
  readonly screenPops: ScreenPopFeed;
  readonly nextBestOffer: AnsweringByDefault;
  readonly defaults: DefaultAnswers;
  readonly admission: Admission;
  /** Started after `following`, and stopped before it. */
  readonly late: LateDecisions | undefined;
  /** Stopped before `following`. */
  readonly doubtful: DoubtfulRecords;
  /** Stopped when nothing is decided any more. */
  readonly propensities: Propensities;
  readonly readDecision: ReadDecision;
  readonly outcomes: Outcomes;
  readonly signals: Signals;
  readonly interactions: Interactions;
  readonly explanations: Explanations;
  /** Of this process; absent: nobody counts. */
  readonly serviceLevels?: Pick<ServiceLevels, 'levels'>;
  /** Tells whoever measures. */
  readonly observations: Required<Observations>;
}

/** Whoever brings what happens to the read models, the gate, the feed and the catalogue, or hears of it from those who do. */
export interface Following extends Progress {
  /** So many milliseconds something that was recorded waits to be in the read models, at least, as far as was last looked; 0: nothing. */
  behindMs(): number;
  /** As `waitFor`, for whoever asks about one customer and not about the catalogue. */
  waitForCustomers(position: Position, timeoutMs: number): Promise<boolean>;
  /** Resolves when decisions see everything that was in the log at the time of the call. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface Adapters {
  readonly store: EventStore;
  readonly readModels: ReadModels;
  readonly gate: CapGate;
  readonly screenPops: ScreenPopFeed;
  readonly vocabulary: Vocabulary;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
  /** Where decisions that are recorded late are kept; absent: none is. */
  readonly spool?: LateSpool<LateDecision> | undefined;
  /** Who is let in; absent: everybody. */
  readonly admission?: Admission | undefined;
  /** What models at a service are asked by; absent: nobody is asked. */
  readonly propensityService?: PropensityService | undefined;
  /** Who measures; absent: nobody. */
  readonly observers?: readonly Observations[];
  readonly serviceLevels?: Pick<ServiceLevels, 'levels'>;
  /** For adapters that others fill too; absent: this process follows the log, and fills them itself. */
  readonly follow?: (catalogue: CatalogueView<Catalogue>, onApplied: Required<Observations>['applied']) => Following;
  /** Of read models and a gate that are not in this process. */
  readonly breaker?: Breaker;
  /** For a log that others write to as well, of which this process may hear late: how far behind it is, is looked at every second. */
  readonly watchesLag?: boolean;
}

/** Nothing is read or written before `following.start()`. */
export function createKairos(adapters: Adapters): Kairos {
  const { store, readModels, gate, vocabulary } = adapters;
  const language = createLanguage(vocabulary);
  const executor = createExecutor({ store });
  const turns = createTurns();
  const compile = ({ offers, placements, models, position }: PublishedCatalogue) =>
    compileCatalogue(language, offers, placements, position, models);
  const catalogue = createCatalogueView<Catalogue>({
    readModels,
    compile,
    change: (before, changes) => before.with(changes),
  });
  const { spool, propensityService, onError, observers = [], admission = openAdmission } = adapters;
  const observations = tellAll(observers, onError);
  const { applied } = observations;
  const following = adapters.follow?.(catalogue, applied) ?? followLog(adapters, catalogue, applied);
  const settle = createSettling(turns, following.waitForCustomers);
  const askReadSide = createAskReadSide(adapters.breaker);
  const { behindMs } = following;
  const catalogueNow = createCatalogueNow(catalogue, store, askReadSide, behindMs);
  const recording = { store, executor, gate, turns, settle, onError };
  const late = spool && createLateDecisions({ ...recording, spool });
  const doubtful = createDoubtfulRecords(recording);
  const read: ReadDecision = async (id, from) => late?.read(id) ?? readDecision(store, id, from);
  const reads = { store, readModels, gate, catalogue: catalogueNow, language, readDecision: read };
  const propensities = createPropensities({ propensityService, observations, onError });
  const parts = {
    ...reads,
    executor,
    turns,
    settle,
    late,
    doubtful,
    observations,
    askReadSide,
    behindMs,
    propensities,
    onError,
    firstAsked: new WeakSet<Ask>(),
  };
  const outcomes = createOutcomes(parts);
  const nextBestOffer = createNextBestOffer({ ...parts, dismiss: outcomes.dismissInTurn });
  const defaults = createDefaultAnswers({ ...reads, onError });
  return {
    ...adapters,
    executor,
    shownOffer: createShownOffer(adapters),
    deciders: {
      offer: createOfferDecider(language),
      placement: createPlacementDecider(language),
      model: createModelDecider({
        attributeType: (name) => language.attribute(name)?.type,
        addressProblem: propensityService?.problemOf ?? (() => nobodyIsAsked),
      }),
      profile: createProfileDecider(language),
      consent: createConsentDecider({ purposes: Object.keys(vocabulary.purposes) }),
    },
    catalogue,
    following,
    nextBestOffer: answeringByDefault(nextBestOffer, { ...parts, admission, defaults }),
    defaults,
    admission,
    late,
    doubtful,
    propensities,
    readDecision: read,
    outcomes,
    signals: createSignals(executor),
    interactions: createInteractions({ ...parts, nextBestOffer, outcomes }),
    explanations: createExplanations({ ...parts, catalogue, vocabulary, compile }),
    observations,
  };
}

function followLog(
  { store, readModels, gate, screenPops, watchesLag, onError }: Adapters,
  catalogue: CatalogueView<Catalogue>,
  onApplied: Required<Observations>['applied'],
): Following {
  const runner = createProjectionRunner({
    store,
    readModels,
    projections: readModelProjections,
    also: [catalogue, countCaps(gate), publishScreenPops(screenPops)],
    onApplied,
    onError,
  });
  const lag = createLagWatch({ store, progress: runner, onError });
  return {
    ...runner,
    waitForCustomers: runner.waitFor,
    behindMs: lag.behindMs,
    async start() {
      await runner.start();
      if (watchesLag) void lag.start();
    },
    async stop() {
      lag.stop();
      await runner.stop();
    },
  };
}
