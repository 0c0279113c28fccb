// A folder that is gone when the bench is over, however it ends.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Ctrl-C comes to all processes of a bench at once, and by itself ends them without their exit.
const endings = ['SIGINT', 'SIGTERM'] as const;
const exit = () => process.exit(1);

/** What `use` answers; the folder exists until then. */
export async function inTemporaryFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-bench-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  for (const signal of endings) process.on(signal, exit);
  try {
    return await use(folder);
  } finally {
    for (const signal of endings) process.removeListener(signal, exit);
    process.removeListener('exit', remove);
    remove();
  }
}
