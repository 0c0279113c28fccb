// What a log amounts to: how many events and streams, and a hash of all of them in their order.
import { hash } from 'node:crypto';
import type { WrittenEvent } from '../event-store/event-store.ts';

export interface LogSummary {
  readonly events: number;
  readonly streams: number;
  /** Of the last link of the chain, 64 hexadecimal digits. */
  readonly sha256: string;
}

/** One more event in the chain. */
export interface Link {
  readonly sha256: string;
  /** How long the event is, in characters of its canonical text. */
  readonly size: number;
}

export interface LogDigest {
  add(event: WrittenEvent): Link;
  summary(): LogSummary;
}

/** The hash of a log without events. */
const nothingYet = '0'.repeat(64);

/**
 * Each event is hashed (SHA-256) together with the hash of those before it, in hexadecimal digits: so one hash stands for all events
 * up to there, and a change, a gap or another order shows at the first event behind it.
 *
 * The text that is hashed is the canonical JSON (RFC 8785: no white space, keys in order) of `[stream, revision, id, type, data,
 * metadata]`. Where an event stands in a store, and when that store wrote it, are not part of it.
 */
export function createLogDigest(): LogDigest {
  let events = 0;
  let streams = 0;
  let sha256 = nothingYet;
  return {
    add({ stream, revision, id, type, data, metadata }) {
      const text = canonicalJson([stream, revision, id, type, data, metadata]);
      sha256 = hash('sha256', sha256 + text);
      events += 1;
      if (revision === 0) streams += 1;
      return { sha256, size: text.length };
    },
    summary: () => ({ events, streams, sha256 }),
  };
}

/**
 * Of what `JSON.parse` gives. Text is joined instead of a copy made with its keys in order: an object cannot have keys that are
 * numbers in the order of their text.
 */
// biome-ignore lint/suspicious/noExplicitAny: it goes through everything that JSON can hold
function canonicalJson(value: any): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return String(value);
  let members = '';
  if (Array.isArray(value)) {
    for (const member of value) members += `${members && ','}${canonicalJson(member)}`;
    return `[${members}]`;
  }
  for (const key of Object.keys(value).sort())
    members += `${members && ','}${JSON.stringify(key)}:${canonicalJson(value[key])}`;
  return `{${members}}`;
}
