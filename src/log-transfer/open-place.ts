// Opens a place of a log by the name it is given on the command line.
import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { claimDataFolder } from '../data-folder.ts';
import { createSqliteEventStore } from '../event-store/sqlite-event-store.ts';
import { createFileSource, createFileTarget, createStreamSource, createStreamTarget } from './line-place.ts';
import type { LogPlace, LogTarget } from './log-place.ts';
import { createStorePlace } from './store-place.ts';

/** A log is what Kairos runs on; lines are what a file or a pipe holds. */
export type PlaceKind = 'log' | 'lines';

/** Standard input or output. */
export const standardStream = '-';
const url = /^[a-z][a-z0-9+.-]*:\/\//i;
const serverUrl = /^(esdb|kurrentdb)(\+discover)?:\/\//;

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
  if (!existsSync(path) && existsSync(folder) && readdirSync(folder).some((file) => !file.startsWith('kairos.')))
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

/** Whether both are the same place, as far as names can tell. */
export function isSamePlace(one: string, other: string): boolean {
  return placeOf(one) === placeOf(other);
}

function placeOf(name: string): string {
  if (url.test(name) || name === standardStream) return name;
  const path = resolve(kindOf(name) === 'log' ? logFile(name) : name);
  return existsSync(path) ? realpathSync(path) : path;
}

/** Of a name of the file itself, or of its folder. */
function logFile(name: string): string {
  const isFile = existsSync(name) ? !statSync(name).isDirectory() : name.endsWith('.db');
  return isFile ? name : join(name, 'kairos.db');
}

async function openServer(name: string): Promise<LogTarget> {
  if (!serverUrl.test(name))
    throw new Error('a server begins with esdb://, esdb+discover://, kurrentdb:// or kurrentdb+discover://');
  throw new Error('this version cannot open an EventStoreDB');
}

/** The text without user names and passwords of URLs. */
export function withoutSecrets(text: string): string {
  return text.replaceAll(/:\/\/\S*@/g, '://');
}
