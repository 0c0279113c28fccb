// What a command does when others were faster: it tries again, for a while.
import { setTimeout } from 'node:timers/promises';
import { RevisionConflict } from './event-store.ts';

const retries = 30;
/** So many times it tries again at once; then it lets the others go first, for a few milliseconds by chance. */
const retriesAtOnce = 3;
const longestPauseMs = 20;

/**
 * Resolves when it is time to try again, after so many conflicts before this one.
 * @throws what is no conflict, or one too many.
 */
export async function afterConflict(error: unknown, before: number): Promise<void> {
  if (!(error instanceof RevisionConflict) || before === retries) throw error;
  if (before >= retriesAtOnce) await setTimeout(Math.random() * Math.min(longestPauseMs, 2 * before));
}
