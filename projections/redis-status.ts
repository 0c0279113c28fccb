// What the read models in Redis are at, for people and for programs that watch.
import { randomUUID } from 'node:crypto';
import { type EventStore, noStream, type Position } from '../src/event-store/event-store.ts';
import { createGuardedScripts } from '../src/redis/guarded-scripts.ts';
import type { RedisConnection } from '../src/redis/redis-connection.ts';
import type { Build, RedisKeys } from '../src/redis/redis-keys.ts';
import type { Edition, Model } from './edition.ts';
import type { Progress } from './progress.ts';
import { readSessionReport, type SessionReport } from './projector.ts';
import type { RedisControl } from './redis-control.ts';
import { mastersOf, nameOf } from './redis-servers.ts';

export interface ReadModelsStatus {
  readonly models: readonly { readonly name: string; readonly version: number; readonly build: Build }[];
  /** Everything up to here is in all of them. */
  readonly position: Position;
  readonly head: Position;
  readonly lag: { readonly events: number; readonly milliseconds: number };
  /** Who has the lease, and what it says of itself; absent: nobody projects. */
  readonly projector?: { readonly owner: string; readonly session?: SessionReport };
  /** Where readers are let in, and where nothing is answered before a projector has found out what is missing. */
  readonly servers: readonly { readonly name: string; readonly isOpen: boolean }[];
  /** Milliseconds until the read models had passed an event that was appended now; absent when that took too long. */
  readonly canary?: number;
}

export interface RedisStatusOptions {
  readonly connection: RedisConnection;
  readonly keys: RedisKeys;
  readonly control: RedisControl;
  readonly store: EventStore;
  readonly progress: Progress;
  readonly models: readonly Model[];
  /** By `programName`. */
  readonly program: string;
  /** Texts of the scripts that readers call. */
  readonly serving: Readonly<Record<string, string>>;
}

/**
 * Appends one event, of which nobody makes anything, to a stream of its own.
 * @throws ReadSideUnavailable when nothing was ever built; what the client or the store throws.
 */
export async function readStatus(options: RedisStatusOptions): Promise<ReadModelsStatus> {
  const { connection, keys, control, store, progress, models, program } = options;
  const edition = await control.refresh();
  const { position, head = position, milliseconds } = await progress.lag();
  const [owner, session, servers, events] = await Promise.all([
    connection.client.get(keys.lease(program)),
    readSessionReport(connection, keys, program),
    serversOf(options, edition),
    countBetween(store, position, head),
  ]);
  // Without a projector it will not arrive; one may have the lease in a moment.
  const canary = await sendCanary(options, owner === null ? 500 : 5000);
  return {
    models: models.map((model) => ({ name: model.name, version: model.version, build: edition.buildOf(model) })),
    position,
    head,
    lag: { events, milliseconds },
    ...(owner !== null && { projector: { owner, ...(session?.owner === owner && { session }) } }),
    servers,
    ...(canary !== undefined && { canary }),
  };
}

function serversOf({ connection, control, serving }: RedisStatusOptions, edition: Edition) {
  const scripts = createGuardedScripts(connection.client, serving, control.servingToken(edition));
  return Promise.all(
    mastersOf(connection).map(async (server) => ({ name: nameOf(server), isOpen: await scripts.isOpen(server) })),
  );
}

async function countBetween(store: EventStore, after: Position, upTo: Position): Promise<number> {
  let events = 0;
  if (after < upTo) for await (const _ of store.readAll({ after, upTo })) events++;
  return events;
}

async function sendCanary({ store, progress }: RedisStatusOptions, patienceMs: number): Promise<number | undefined> {
  const id = randomUUID();
  const metadata = { at: new Date().toISOString(), v: 1, correlationId: id, causationId: id, actor: 'status' };
  const sentAt = performance.now();
  const { position } = await store.append(`canary-${id}`, noStream, [{ id, type: 'CanarySent', data: {}, metadata }]);
  if (!(await progress.waitFor(position, patienceMs))) return undefined;
  return Math.round(performance.now() - sentAt);
}

/** For people. */
export function statusLines(status: ReadModelsStatus): string {
  const { models, position, head, lag, projector, servers, canary } = status;
  const session = projector?.session;
  const width = Math.max(...models.map(({ name }) => name.length));
  const lines: [string, string][] = [
    ...models.map(({ name, version, build }, index): [string, string] => [
      index === 0 ? 'models' : '',
      `${name.padEnd(width)}  version ${version}  build ${build}`,
    ]),
    ['position', position || 'the beginning'],
    ['log', `ends at ${head || 'the beginning'}: ${lag.events} events, ${lag.milliseconds} ms behind`],
    ['projector', projector ? [projector.owner, session && phaseOf(session)].filter(Boolean).join(', ') : 'none'],
    ...servers.map(({ name, isOpen }, index): [string, string] => [
      index === 0 ? 'servers' : '',
      `${name}  ${isOpen ? 'open to readers' : 'closed: not known to have everything'}`,
    ]),
    ['canary', canary === undefined ? 'has not arrived' : `arrived after ${canary} ms`],
  ];
  return lines.map(([label, text]) => `${label.padEnd(10)}${text}\n`).join('');
}

function phaseOf({ phase, begunAt }: SessionReport): string {
  return `${phase === 'LIVE' ? 'live' : 'catching up'}, since ${begunAt}`;
}
