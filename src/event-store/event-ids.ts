// Ids of events follow from a named command: one that is tried again writes the same ids, and the store keeps them once.
import { hash, randomUUID } from 'node:crypto';

/** The UUID (version 8, from SHA-256) of the event with this index among those that a command causes in a stream. */
export function eventIdOf(commandId: string, stream: string, index: number): string {
  const digest = hash('sha256', `${index}\n${stream}\n${commandId}`, 'hex');
  const variant = ((Number.parseInt(digest.charAt(16), 16) & 0b0011) | 0b1000).toString(16);
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `${variant}${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join('-');
}

/**
 * The id of an event of a command without a name: a random UUID that begins with the time (version 7, RFC 9562), so that an index of
 * ids grows at its end instead of everywhere.
 */
export function newEventId(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice('xxxxxxxx-xxxx-4'.length)}`;
}

/** Whether the id is one of `eventIdOf`: the same command, given elsewhere at the same time, may have brought other content. */
export function isNamed(id: string): boolean {
  return id[14] === '8';
}
