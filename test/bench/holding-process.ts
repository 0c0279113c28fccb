// A process of a bench that holds a temporary folder, or works without ever looking up, until somebody ends it.
import { settingsOf, tell } from '../../bench/processes.ts';
import { inTemporaryFolder } from '../../bench/temporary-folder.ts';

const { busy } = settingsOf<{ busy: boolean }>();
await inFolderUnless(busy, async (folder) => {
  await tell({ pid: process.pid, folder });
  for (const until = performance.now() + 10_000; busy && performance.now() < until; );
  await new Promise((resolve) => setTimeout(resolve, 60_000));
});

function inFolderUnless(not: boolean, use: (folder: string) => Promise<void>): Promise<void> {
  return not ? use('') : inTemporaryFolder(use);
}
