// Ids of events follow from the command: a command that is tried again writes the same ids, and the store keeps them once.
import { hash } from 'node:crypto';

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
