// A Kairos without a server over a real log that refuses appends when a test says so.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createInProcessCapGate } from '../../projections/in-process-cap-gate.ts';
import { createInProcessReadModels } from '../../projections/in-process-read-models.ts';
import { ReadSideUnavailable } from '../../projections/read-side-unavailable.ts';
import { isRefused } from '../../src/aggregates/decider.ts';
import type { ModelTerms } from '../../src/aggregates/model/events.ts';
import type { OfferTerms } from '../../src/aggregates/offer/events.ts';
import type { PlacementTerms } from '../../src/aggregates/placement/events.ts';
import { createAdmission } from '../../src/application/admission.ts';
import type { DecisionRecord } from '../../src/application/decision-records.ts';
import { createKairos, type Kairos } from '../../src/application/kairos.ts';
import type { LateDecision } from '../../src/application/late-decisions.ts';
import type { Observations } from '../../src/application/observations.ts';
import type { PropensityService } from '../../src/application/propensity-service.ts';
import { Overrun } from '../../src/application/time-budget.ts';
import { type BreakerState, createBreaker } from '../../src/breaker.ts';
import {
  type Appended,
  AppendTooLate,
  type EventStore,
  forwardNow,
  type NewEvent,
  StoreUnavailable,
} from '../../src/event-store/event-store.ts';
import type { CommandContext } from '../../src/event-store/execute.ts';
import { createSqliteEventStore } from '../../src/event-store/sqlite-event-store.ts';
import { createSqliteLateSpool } from '../../src/late-spool/sqlite-late-spool.ts';
import { createInProcessScreenPopFeed } from '../../src/screen-pop/in-process-screen-pop-feed.ts';
import { heldConstant } from '../event-store/held-constant.ts';
import { createUnreachableStore, type UnreachableStore } from '../event-store/unreachable-store.ts';
import { testVocabulary } from '../running-kairos.ts';
import { placementTerms, terms } from './rig-terms.ts';

export interface Rig {
  readonly kairos: Kairos;
  /** The instant of the commands that follow. */
  at: string;
  /** When the read models and the gate cannot be reached: ever, when a reservation was made, whose answer is lost, or is to be withdrawn. */
  away: 'NO' | 'ALL' | 'WHEN_RESERVED' | 'WHEN_WITHDRAWN';
  /** Milliseconds by which the read models and the gate answer late. */
  slow: { look: number; reserve: number };
  /** What is recorded is not in the read models before this is over. */
  appliedAfter: Promise<unknown>;
  /** The log as Kairos reaches it. */
  readonly log: UnreachableStore;
  /** What Kairos has reported, where a test wants to see it. */
  readonly reported: unknown[];
  /** How many calls of the read models and the gate did not reach them. */
  missed: number;
  /** How many reached the gate: looks. */
  looks: number;
  context(): CommandContext;
  /** The next append that holds an event of this type fails, or the one behind so many: before it is written, or after. */
  failNext(type: string, when?: 'BEFORE' | 'AFTER'): void;
  publish(offerId: string, terms?: Partial<OfferTerms>): Promise<void>;
  place(placementId: string, terms?: Partial<PlacementTerms>): Promise<void>;
  /** A model that is in use from here on. */
  model(modelId: string, terms: ModelTerms): Promise<void>;
  consent(customerId: string): Promise<void>;
  decide(customerId: string, placement: string, requestId?: string): Promise<DecisionRecord>;
  /** Types of all events, in order. */
  types(): Promise<string[]>;
  stop(): Promise<void>;
}

interface RigOptions {
  readonly lagMs?: number;
  readonly reports?: boolean;
  readonly mostLate?: number;
  readonly mostUnderWay?: number;
  readonly isFar?: boolean;
  readonly goodForMs?: number;
  readonly onBreaker?: (name: string, state: BreakerState) => void;
  /** Of the breaker, milliseconds; 20 when absent. */
  readonly probeAfterMs?: number;
  readonly propensityService?: PropensityService;
  readonly observers?: readonly Observations[];
}

/**
 * @param lagMs so much later than in the log are events in the read models; at once when absent
 * @param reports whether what Kairos reports is kept; it fails what is under way when absent
 * @param mostLate how many decisions can wait to be recorded
 * @param isFar the read models and the gate are as if in another process, and how far they are behind the log is watched
 * @param goodForMs of the gate
 * @param propensityService whom models at a service are asked by
 * @param mostUnderWay whoever comes on top is turned away; nobody is when absent
 */
export async function createRig({
  lagMs = 0,
  reports = false,
  mostLate = 1000,
  isFar = false,
  goodForMs,
  onBreaker = (_: string, __: BreakerState) => {},
  probeAfterMs = 20,
  propensityService,
  observers,
  mostUnderWay,
}: RigOptions = {}): Promise<Rig> {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-rig-'));
  const failing = new Map<string, 'BEFORE' | 'AFTER'>();
  const log = heldConstant(createSqliteEventStore({ path: join(folder, 'kairos.db') }));
  const store: EventStore = {
    ...log,
    async append(stream: string, revision: number, events: readonly NewEvent[]) {
      const type = events.find((event) => failing.has(event.type))?.type ?? '';
      const when = failing.get(type);
      failing.delete(type);
      if (when === 'BEFORE') throw new StoreUnavailable('the test refuses it');
      const appended = await log.append(stream, revision, events);
      if (when === 'AFTER') throw new StoreUnavailable('the test loses the answer');
      return appended;
    },
    /** As a store that cannot write to several streams at once: what fails in between leaves the first part written. */
    async appendAll(appends) {
      const appended: Appended[] = [];
      for (const { stream, expectedRevision, events, by = Number.POSITIVE_INFINITY } of appends) {
        if (forwardNow() > by) throw new AppendTooLate('the test was too slow');
        appended.push(await store.append(stream, expectedRevision, events));
      }
      return appended;
    },
  };
  const reported: unknown[] = [];
  const onError = (error: unknown) => {
    if (!reports) throw error;
    reported.push(error);
  };
  const reachable = createUnreachableStore(store);
  const spool = createSqliteLateSpool<LateDecision>({ path: join(folder, 'late-1.db'), most: mostLate, onError });
  const models = createInProcessReadModels();
  const gate = createInProcessCapGate();
  const reach = async <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
    if (rig.away !== 'ALL') return ask();
    rig.missed++;
    throw new ReadSideUnavailable('the test keeps them away');
  };
  const late = (milliseconds: number) => (milliseconds > 0 ? delay(milliseconds) : undefined);
  const breaker = createBreaker({
    name: 'read side',
    isFailure: (error) => error instanceof Overrun || error instanceof ReadSideUnavailable,
    onState: onBreaker,
    probeAfterMs,
  });
  const kairos = createKairos({
    store: reachable.store,
    spool,
    readModels: {
      ...models,
      apply:
        lagMs === 0 && !isFar
          ? models.apply
          : async (...applied) => {
              if (lagMs > 0) await delay(lagMs);
              await rig?.appliedAfter;
              models.apply(...applied);
            },
      readGroup: (projections) => reach(() => models.readGroup(projections)),
      changesOf: (projections, since) => reach(() => models.changesOf(projections, since)),
      read: (projection, id) => reach(() => models.read(projection, id)),
      readTogether: (projections, id) => reach(() => models.readTogether(projections, id)),
    },
    gate: {
      ...gate,
      ...(goodForMs !== undefined && { goodForMs }),
      look: (...asked) =>
        reach(async () => {
          rig.looks++;
          await late(rig.slow.look);
          return gate.look(...asked);
        }),
      async withdraw(...asked) {
        if (rig.away === 'WHEN_WITHDRAWN') throw new ReadSideUnavailable('the test keeps it away');
        return reach(() => gate.withdraw(...asked));
      },
      async reserve(request) {
        const reservation = await reach(() => gate.reserve(request));
        await late(rig.slow.reserve);
        if (rig.away === 'WHEN_RESERVED') throw new ReadSideUnavailable('the test loses the answer');
        return reservation;
      },
    },
    ...(isFar && { breaker, watchesLag: true }),
    admission: mostUnderWay === undefined ? undefined : createAdmission({ most: mostUnderWay, least: mostUnderWay }),
    screenPops: createInProcessScreenPopFeed(),
    vocabulary: testVocabulary,
    propensityService,
    ...(observers && { observers }),
    clock: { mode: 'request', now: () => rig.at, timeOf: () => rig.at },
    onError,
  });
  await kairos.following.start();
  await kairos.late?.start();

  const rig: Rig = {
    kairos,
    at: '2026-11-21T12:00:00.000Z',
    log: reachable,
    reported,
    away: 'NO',
    slow: { look: 0, reserve: 0 },
    appliedAfter: Promise.resolve(),
    missed: 0,
    looks: 0,
    context: () => ({ at: rig.at, actor: 'ann', correlationId: 'test' }),
    failNext: (type, when = 'BEFORE') => void failing.set(type, when),
    async publish(offerId, changes = {}) {
      const { offer } = kairos.deciders;
      const context = rig.context();
      const drafted = { type: 'DraftOffer' as const, offerId, terms: { ...terms, ...changes }, by: 'ann' };
      await surely(kairos.executor.execute(offer, offerId, drafted, context));
      for (const type of ['SubmitOffer', 'ApproveOffer', 'PublishOffer'] as const) {
        await surely(kairos.executor.execute(offer, offerId, { type, offerId, by: 'bob' }, context));
      }
    },
    async place(placementId, changes = {}) {
      const terms = { ...placementTerms, ...changes };
      const command = { type: 'DefinePlacement' as const, placementId, terms, by: 'ann' };
      await surely(kairos.executor.execute(kairos.deciders.placement, placementId, command, rig.context()));
    },
    async model(modelId, terms) {
      const { model } = kairos.deciders;
      const known = await kairos.executor.load(model, modelId);
      const type = known.state.working ? ('ReviseModel' as const) : ('DefineModel' as const);
      await surely(kairos.executor.execute(model, modelId, { type, modelId, terms, by: 'ann' }, rig.context()));
      const approve = { type: 'ApproveModel' as const, modelId, by: 'bob' };
      await surely(kairos.executor.execute(model, modelId, approve, rig.context()));
    },
    async consent(customerId) {
      const command = {
        type: 'GrantConsent' as const,
        customerId,
        purpose: 'marketing',
        channels: ['WEB' as const, 'CALL_CENTER' as const],
        evidence: 'form',
        policyVersion: '1',
        at: rig.at,
      };
      await surely(kairos.executor.execute(kairos.deciders.consent, customerId, command, rig.context()));
    },
    async decide(customerId, placement, requestId) {
      const [record] = await surely(
        kairos.nextBestOffer.decide({ customerId, requestId, attributes: {} }, [placement], rig.context()),
      );
      if (!record) throw new Error('no decision');
      return record;
    },
    async types() {
      const types: string[] = [];
      for await (const { type } of log.readAll()) types.push(type);
      return types;
    },
    async stop() {
      await kairos.doubtful.stop();
      await kairos.late?.stop();
      kairos.propensities.stop();
      await kairos.following.stop();
      await log.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return rig;
}

/** What is not refused. */
export async function surely<Outcome extends object>(
  pending: Promise<Outcome>,
): Promise<Exclude<Outcome, { refused: string }>> {
  const outcome = await pending;
  if (isRefused(outcome)) throw new Error(JSON.stringify(outcome));
  return outcome as Exclude<Outcome, { refused: string }>;
}
