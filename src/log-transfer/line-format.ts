// A log as lines of JSON (NDJSON): a first line that says what it is, one line for each event, and a last line with count and hash.
//
// Behind more events, which a later export appends, there is one more last line. So a file only grows.
import type { LogSummary } from './log-digest.ts';
import type { CheckedEvent, LogEntry, LogEvent } from './log-place.ts';
import { checkLength } from './log-reader.ts';

const format = 'Kairos event log';
const version = 1;

export const firstLine = lineOf({ format, version });

/** With the first digits of the hash of everything up to this event. */
export function eventLine({ event, sha256 }: CheckedEvent): string {
  const { stream, revision, id, type, data, metadata, recordedAt } = event;
  const check = sha256.slice(0, checkLength);
  return lineOf({ stream, revision, id, type, data, metadata, recordedAt, check });
}

export function endLine(end: LogSummary): string {
  return lineOf({ end });
}

/** @throws Error that says which rule the first line of a file breaks. */
export function demandFirstLine(text: string): undefined {
  const found = objectOf(text);
  if (found?.format !== format)
    throw new Error(`this is not an exported event log, which begins with ${firstLine.trim()}`);
  if (found.version !== version)
    throw new Error(
      `this export is of version ${JSON.stringify(found.version)}, this program reads version ${version}`,
    );
}

/** @throws Error that says which rule a line breaks that is not the first. */
export function entryOf(text: string): LogEntry {
  const line = objectOf(text);
  if (line === undefined) throw new Error('this is not JSON');
  const { end, check, ...event } = line;
  if (isSummary(end)) return { end };
  if (isEvent(event) && typeof check === 'string' && check.length === checkLength) return { event, check };
  throw new Error('this is neither an event nor the last line of an export');
}

function lineOf(content: object): string {
  return `${JSON.stringify(content)}\n`;
}

function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const content: unknown = JSON.parse(text);
    return isObject(content) ? content : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isSummary(value: unknown): value is LogSummary {
  return isObject(value) && isCount(value.events) && isCount(value.streams) && isName(value.sha256);
}

/** Anything without this metadata is not an event of Kairos: a server would not show it again. */
function isEvent(value: Record<string, unknown>): value is Record<string, unknown> & LogEvent {
  const { stream, revision, id, type, data, metadata } = value;
  if (!isObject(metadata) || typeof metadata.at !== 'string' || typeof metadata.v !== 'number') return false;
  return [stream, id, type].every(isName) && isCount(revision) && isObject(data);
}
