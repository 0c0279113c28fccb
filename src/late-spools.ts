// The spool of a process among those of a data folder: each process has one of its own, and takes over what one has left that ended.
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { claimWork } from './data-folder.ts';
import type { LateSpool, Owed } from './late-spool/late-spool.ts';
import { createSqliteLateSpool } from './late-spool/sqlite-late-spool.ts';

/** So many are moved in one transaction. */
const together = 500;
const fileRule = /^late-(\d+)\.db$/;

/**
 * Opens the first spool of the folder that no other process has, `late-1.db`, and moves into it whatever those hold that nobody has.
 * @throws Error when one of them is something else, or cannot be read or written.
 */
export async function openLateSpool<Content>(
  folder: string,
  onError: (error: unknown) => void,
): Promise<LateSpool<Content>> {
  const own = claimFirst(folder);
  let spool: LateSpool<Content> | undefined;
  function close(): void {
    spool?.close();
    own.release();
  }
  try {
    spool = createSqliteLateSpool<Content>({ path: own.path, onError });
    for (const file of readdirSync(folder)) await takeOver(folder, file, spool, onError);
    return { ...spool, close };
  } catch (error) {
    close();
    throw error;
  }
}

async function takeOver<Content>(
  folder: string,
  file: string,
  spool: LateSpool<Content>,
  onError: (error: unknown) => void,
): Promise<void> {
  const number = fileRule.exec(file)?.[1];
  const release = number === undefined ? undefined : claimWork(folder, `late-${number}`);
  if (!release) return;
  try {
    await moveAll(join(folder, file), spool, onError);
  } finally {
    release();
  }
}

function claimFirst(folder: string): { path: string; release: () => void } {
  for (let number = 1; ; number += 1) {
    const release = claimWork(folder, `late-${number}`);
    if (release) return { path: join(folder, `late-${number}.db`), release };
  }
}

/** In an order in which a crash leaves it in both: it is recorded once all the same. */
async function moveAll<Content>(
  path: string,
  to: LateSpool<Content>,
  onError: (error: unknown) => void,
): Promise<void> {
  const from = createSqliteLateSpool<Content>({ path, onError });
  const asideOnes = from.asideOnes();
  let isWhole = true;
  let moving: Promise<void>[] = [];
  const move = async (owed: Owed<Content>) => {
    if (!(await to.keep(owed))) isWhole = false;
  };
  for (const owed of from.all()) {
    moving.push(move(owed));
    if (moving.length < together) continue;
    await Promise.all(moving);
    moving = [];
  }
  await Promise.all(moving);
  for (const { id, why } of asideOnes) {
    const owed = from.find(id);
    if (owed) await move(owed);
    to.setAside(id, why);
  }
  from.close();
  if (!isWhole)
    return onError(new Error(`${path} holds more late decisions than there is room for; it stays for the next start`));
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
}
