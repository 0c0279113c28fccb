// Opens a place of a log by the name it is given on the command line.
import { accessSync, constants, existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { claimDataFolder } from '../data-folder.ts';
import { readEventStoreUrl } from '../event-store/event-store-url.ts';
import { openEventStore } from '../event-store/open-event-store.ts';
import { createSqliteEventStore } from '../event-store/sqlite-event-store.ts';
import { createFileSource, createFileTarget, createStreamSource, createStreamTarget } from './line-place.ts';
import type { LogPlace, LogTarget } from './log-place.ts';
import { createStorePlace } from './store-place.ts';

/** A log is what Kairos runs on; lines are what a file or a pipe holds. */
export type PlaceKind = 'log' | 'lines';

/** Standard input or output. */
export const standardStream = '-';
/** What Kairos has in its folder, also where its log is at a server. */
const ownFile = /^(kairos|late-\d+)\./;
const url = /^[a-z][a-z0-9+.-]*:\/\//i;

/** How long a server may be away, in milliseconds, before a transfer ends that would have to be started again. */
const patienceMs = 10_000;

export function kindOf(name: string): PlaceKind {
  return name === standardStream || (name.endsWith('.ndjson') && !url.test(name)) ? 'lines' : 'log';
}

/** @throws Error that says what is wrong with the place. */
export async function openSource(name: string): Promise<LogPlace> {
  if (name === standardStream) return createStreamSource('standard input', process.stdin);
  if (url.test(name)) return openServer(name);
  const path = kindOf(name) === 'log' ? logFile(name) : name;
  if (!existsSync(path)) throw new Error(`there is no ${kindOf(name) === 'log' ? 'event log' : 'file'} ${path}`);
  const found = statSync(path);
  if (!found.isFile()) throw new Error(`${path} is not a file`);
  accessSync(path, constants.R_OK);
  if (kindOf(name) === 'lines') return createFileSource(name, path);
  // The store would make a log of it.
  if (found.size === 0) throw new Error(`${path} is empty, not an event log`);
  return createStorePlace(name, createSqliteEventStore({ path }));
}

/** @throws Error that says what is wrong with the place, also when Kairos runs on it. */
export async function openTarget(name: string): Promise<LogTarget> {
  if (name === standardStream) return createStreamTarget('standard output', process.stdout);
  if (url.test(name)) return openServer(name);
  if (kindOf(name) === 'lines') return createFileTarget(name, name);
  const path = logFile(name);
  const folder = dirname(path);
  if (!existsSync(path) && existsSync(folder) && readdirSync(folder).some((file) => !ownFile.test(file)))
    throw new Error(`${folder} holds other things than an event log`);
  const { release } = claimDataFolder(folder, false, '');
  try {
    const store = createSqliteEventStore({ path });
    return createStorePlace(name, store, () => store.close().finally(release));
  } catch (error) {
    release();
    throw error;
  }
}

/** @throws Error when both are one place, as far as names can tell, or cannot be opened together. */
export function demandTwoPlaces(one: string, other: string): void {
  if (placeOf(one) === placeOf(other)) throw new Error('they are the same place');
  const packages = new Set([one, other].filter((name) => url.test(name)).map((name) => name.replace(/\W.*/, '')));
  if (packages.size > 1)
    throw new Error('the two packages cannot be in one process: begin both with esdb:// or both with kurrentdb://');
}

function placeOf(name: string): string {
  if (name === standardStream) return name;
  if (url.test(name)) return name.replace(/\/?(\?.*)?$/, '').replace(/\/\/.*@/, '//');
  const path = resolve(kindOf(name) === 'log' ? logFile(name) : name);
  return existsSync(path) ? realpathSync(path) : path;
}

/** Of a name of the file itself, or of its folder. */
function logFile(name: string): string {
  const isFile = existsSync(name) ? !statSync(name).isDirectory() : name.endsWith('.db');
  return isFile ? name : join(name, 'kairos.db');
}

async function openServer(name: string): Promise<LogTarget> {
  const store = await openEventStore(name, { timeoutMs: patienceMs, onError: report });
  return createStorePlace(readEventStoreUrl(name).shown, store);
}

/** What passes by itself. */
function report(error: unknown): void {
  console.error(withoutSecrets((error as Error).message));
}

/** The text without user names and passwords of URLs. */
export function withoutSecrets(text: string): string {
  return text.replaceAll(/:\/\/\S*@/g, '://');
}
