// One stretch of projecting: from a checkpoint that was just read, as long as no server loses anything.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { beginning, type EventStore, type Position } from '../src/event-store/event-store.ts';
import { categoryOf } from '../src/event-store/stream-names.ts';
import { createGuardedScripts, type GuardedScripts, RedisNotReady } from '../src/redis/guarded-scripts.ts';
import type { RedisConnection, RedisServer } from '../src/redis/redis-connection.ts';
import type { RedisKeys } from '../src/redis/redis-keys.ts';
import { catalogueCategories } from './catalogue-view.ts';
import type { Edition } from './edition.ts';
import type { Projection } from './projection.ts';
import type { ReadModels } from './read-models.ts';
import { ReadSideUnavailable } from './read-side-unavailable.ts';
import { createRedisCheckpoint } from './redis-checkpoint.ts';
import type { Announced, RedisControl } from './redis-control.ts';
import { demandSameLog, ForeignLog } from './redis-log-identity.ts';
import type { RedisNotes } from './redis-notes.ts';
import { declareAllWhole, isWhole, mastersOf, nameOf } from './redis-servers.ts';
import { createProjectionRunner, type ProjectionRunnerOptions } from './runner.ts';

/** What is written in one session: made anew for each, so that nothing is remembered of what may have been lost. */
export interface SessionConsumers {
  /** With the gate and the feed beside them: they have had whatever the checkpoint passes. */
  readonly readModels: ReadModels;
  /** Told now and then that everything is applied that was recorded up to an instant, epoch milliseconds. */
  caughtUp?(at: number): Promise<void>;
}

/** What a session itself calls, besides its consumers. */
export type SessionScript = 'moveMarker' | 'switchBuild';

export interface SessionOptions<Projecting extends string> {
  readonly connection: RedisConnection;
  readonly keys: RedisKeys;
  readonly control: RedisControl;
  readonly notes: Pick<RedisNotes, 'publish'>;
  readonly store: EventStore;
  readonly projections: readonly Projection<unknown>[];
  /** Texts of the scripts that readers call, by name. */
  readonly serving: Readonly<Record<string, string>>;
  /** Texts of the scripts that the consumers call. */
  readonly projecting: Readonly<Record<Projecting | SessionScript, string>>;
  readonly consumers: (edition: Edition, scripts: GuardedScripts<Projecting | SessionScript>) => SessionConsumers;
  /**
   * Milliseconds from the beginning of a session to the opening of servers that were lost, or closed for new caps: more than a decision may
   * take from its reservation to its record, `goodForMs` of the gate and what a log at a server takes. 1,000 when absent.
   */
  readonly graceMs?: number;
  /** Milliseconds between two looks at all servers; 1,000 when absent. */
  readonly checkEveryMs?: number;
  /** Told of what is tried again within a session. */
  readonly onError: (error: unknown) => void;
  /** As `ProjectionRunnerOptions`. */
  readonly onApplied?: ProjectionRunnerOptions['onApplied'];
}

/** The checkpoint of what is built beside, to be put in use as a part of an edition. */
export function rebuildCheckpoint(after: Edition): string {
  return `rebuild-${after.name}`;
}

/** For so long the read models may stand still for a switch, in milliseconds. */
const standstillMs = 2000;

export type SessionPhase = 'CATCHING_UP' | 'LIVE';

export interface SessionEvents {
  /** Called when a phase begins and after every look at the servers. */
  onPhase(phase: SessionPhase, edition: Edition): void;
}

/**
 * Returns when it is told to end, or when another edition is in use, or readers were let in by another. Throws when something was lost
 * or is out of reach; the next session finds out what. Nothing of it is at work when it is over.
 */
export async function runSession<Projecting extends string>(
  options: SessionOptions<Projecting>,
  ending: AbortSignal,
  { onPhase }: SessionEvents,
): Promise<void> {
  const { connection, keys, control, notes, store, projections, onError } = options;
  const { graceMs = 1000, checkEveryMs = 1000 } = options;
  const servers = mastersOf(connection);
  const edition = await control.proposed();
  const projecting = createGuardedScripts(connection.client, options.projecting, `projecting ${randomUUID()}`);
  let token = control.servingToken(edition);
  const serving = createGuardedScripts(connection.client, options.serving, token);
  const { readModels, caughtUp } = options.consumers(edition, projecting);
  /** By then nobody reserved any more where this session is going to let readers in. */
  let quietSince = performance.now();
  const over = Promise.withResolvers<void>();
  const closing = new AbortController();
  let phase: SessionPhase = 'CATCHING_UP';
  let known: Promise<void> | undefined;
  let looks: NodeJS.Timeout | undefined;
  let looking: Promise<void> | undefined;

  /** Fails for a server that is not the one any more on which the session began. */
  async function look(server: RedisServer): Promise<void> {
    const [projects, serves, whole] = await Promise.all([
      projecting.isOpen(server),
      phase === 'CATCHING_UP' || serving.isOpen(server),
      isWhole(connection, keys, server),
    ]);
    // Until it is found out what is missing nobody may read there.
    if (!whole) await serving.close(server);
    if (!projects || !serves || !whole) throw lost(nameOf(server));
  }

  /**
   * Puts a build that somebody made beside in use. Nothing moves meanwhile, so that it has whatever a reader has seen in the one before;
   * who announced it brings it there. Where somebody reserves, only the next session lets readers in, when it has shut them out here.
   */
  async function switchTo(announced: Announced): Promise<void> {
    await runner.stop();
    const position = await readModels.checkpoint();
    const checkpointOf = (name: string) => createRedisCheckpoint({ connection, keys, projecting, name });
    const end = performance.now() + standstillMs;
    while ((await checkpointOf(rebuildCheckpoint(announced.after)).read()) < position) {
      if (performance.now() > end) return control.withdraw(announced.model);
      await delay(5);
    }
    // All other models are as they were: the next edition is as far as this one.
    if (position !== beginning) await checkpointOf(announced.after.name).moveTo(position);
    const next = createGuardedScripts(connection.client, options.serving, control.servingToken(announced.after));
    const letInNext = (server: RedisServer) => (announced.model.isReservedIn ? undefined : next.open(server));
    await Promise.all(servers.map((server) => look(server).then(() => letInNext(server))));
    await control.switchTo(announced, projecting);
  }

  async function lookAtAll(): Promise<void> {
    const [before, now] = [servers, mastersOf(connection)].map((each) => each.map(nameOf).sort().join());
    if (before !== now) throw new ReadSideUnavailable(`the servers of Redis were ${before} and are ${now}`);
    await Promise.all(servers.map(look));
    onPhase(phase, edition);
    const at = Date.now();
    if (caughtUp && (await runner.waitFor(await store.head(), checkEveryMs))) await caughtUp(at);
    const announced = phase === 'LIVE' ? await control.announced() : undefined;
    if (announced?.before.name !== edition.name) return;
    await switchTo(announced);
    over.resolve();
  }

  const runner = createProjectionRunner({
    store,
    projections,
    ...(options.onApplied && { onApplied: options.onApplied }),
    readModels: {
      ...readModels,
      async apply(projected, events) {
        // An empty log had nothing to be known by.
        known ??= demandOwnLog(beginning);
        await known;
        await readModels.apply(projected, events);
        const [oldest] = events;
        const position = events.at(-1)?.position;
        if (!oldest || position === undefined) return;
        const recorded = phase === 'LIVE' ? { recordedAt: oldest.recordedAt } : {};
        const changed = events.some(({ stream }) => catalogueCategories.has(categoryOf(stream)));
        const catalogue = changed ? { catalogue: true as const } : {};
        notes.publish({ kind: 'APPLIED', edition: edition.name, position, ...recorded, ...catalogue });
      },
    },
    onError(error) {
      if (!isOfReadSide(error)) return onError(error);
      // A server that was flushed is closed to readers before anything else is tried.
      lookNow();
      over.reject(error);
    },
  });

  /** An edition that is in use again, after another, has scripts from the first time. */
  async function closeUnmarked(): Promise<void> {
    if ((await store.head()) === beginning) return;
    for (const server of servers) {
      const isMarked = await server.exists(keys.marker(edition.name, connection.tagOn(server)));
      if (!isMarked && (await serving.isOpen(server))) await serving.close(server);
    }
  }

  async function demandOwnLog(checkpoint: Position): Promise<void> {
    try {
      await demandSameLog(options, checkpoint);
    } catch (error) {
      if (error instanceof ForeignLog) await Promise.all(servers.map(serving.close));
      throw error;
    }
  }

  /**
   * Who does not know yet that the caps have another build could reserve in the one before. Scripts can only be taken from a server all
   * at once: whoever else let readers in begins a session, too, and finds out what is in use.
   */
  async function shutOutBefore(): Promise<void> {
    if (!(await control.isToShutOut(edition))) return;
    await Promise.all(servers.map((server) => serving.close(server)));
    quietSince = performance.now();
    await control.shutOut(edition);
  }

  /** Nothing of before this session is relied upon that was not there when its scripts were. */
  async function begin(): Promise<void> {
    await declareAllWhole(connection, keys, servers);
    await closeUnmarked();
    await shutOutBefore();
    const checkpoint = await readModels.checkpoint();
    await demandOwnLog(checkpoint);
    await Promise.all(servers.map((server) => projecting.open(server)));
    if ((await control.establish(edition)).name !== edition.name) return over.resolve();
    // What was lost before the scripts were there may have been counted as there.
    if ((await readModels.checkpoint()) < checkpoint) throw lost('a server of Redis');
    if (checkpoint !== beginning) notes.publish({ kind: 'APPLIED', edition: edition.name, position: checkpoint });
    onPhase(phase, edition);
  }

  /**
   * Lets readers in if they are not yet: by then everything is recorded that was reserved on a server before it was lost. All servers
   * get scripts of a new term; readers go on with those of the last one, where they are, until they hear of it.
   */
  async function openServing(): Promise<void> {
    const isOpen = await Promise.all(servers.map((server) => serving.isOpen(server)));
    if (!isOpen.includes(false)) return;
    await delay(Math.max(0, graceMs - (performance.now() - quietSince)), undefined, { signal: closing.signal });
    await store.settled();
    const head = await store.head();
    if (!(await runner.waitFor(head, Number.POSITIVE_INFINITY))) return;
    if ((await readModels.checkpoint()) < head) throw lost('a server of Redis');
    const term = randomUUID();
    token = control.servingToken(edition, term);
    serving.renew(token);
    await Promise.all(servers.map(letIn));
    await control.beginTerm(term);
  }

  async function letIn(server: RedisServer): Promise<void> {
    await look(server);
    // A server that is lost right here has its connection cut: the scripts do not arrive at the one that takes its place.
    await serving.open(server);
    if (await projecting.isOpen(server)) return;
    // Somebody has shut them out right here.
    await serving.close(server);
    throw lost(nameOf(server));
  }

  function lookNow(): void {
    looking ??= lookAtAll()
      .catch(over.reject)
      .finally(() => {
        looking = undefined;
      });
  }

  async function work(): Promise<void> {
    await begin();
    if (closing.signal.aborted) return;
    looks = setInterval(lookNow, checkEveryMs);
    await runner.start();
    await openServing();
    if (closing.signal.aborted) return;
    phase = 'LIVE';
    onPhase(phase, edition);
  }

  const end = () => over.resolve();
  ending.addEventListener('abort', end);
  if (ending.aborted) end();
  const endListening = control.onChange((known) => control.servingToken(known) !== token && end());
  const working = work();
  working.catch(over.reject);
  try {
    await over.promise;
  } finally {
    closing.abort();
    endListening();
    ending.removeEventListener('abort', end);
    await runner.stop();
    await working.catch(() => {});
    clearInterval(looks);
    await looking;
    await readModels.close();
  }
}

function lost(where: string): ReadSideUnavailable {
  return new ReadSideUnavailable(`${where} has lost what it had, or has been replaced`);
}

/** Whether Redis is the cause, rather than a consumer or the log. */
export function isOfReadSide(error: unknown): boolean {
  return error instanceof ReadSideUnavailable || error instanceof RedisNotReady;
}
