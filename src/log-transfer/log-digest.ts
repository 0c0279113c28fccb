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

/** Of what `JSON.parse` gives. Text is joined instead of an object copied, because a key may be `__proto__`. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`;
}
