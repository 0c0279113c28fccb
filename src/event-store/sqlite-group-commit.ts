// Durable appends at speed: one batch is being written, and what is appended meanwhile is the next one.
import { type Append, type Appended, type RecordedEvent, StoreUnavailable } from './event-store.ts';
import { contentsOf, type EventContent, type PendingAppend, pendingAppendOf } from './pending-append.ts';
import { type Answer, answerOf, batchOf, Undone } from './sqlite-appends.ts';
import type { CommittedBatch } from './sqlite-batch.ts';
import type { DirectWriter } from './sqlite-direct-writer.ts';
import type { SqliteReader } from './sqlite-reader.ts';
import { rowOf } from './sqlite-rows.ts';
import type { WriterThread } from './sqlite-writer-thread.ts';

export interface GroupCommit {
  /** All of them or none. */
  append(appends: readonly Append[]): Promise<readonly Appended[]>;
  /** Whether a batch is with the writer: there may be events in the file of which nobody has been told yet. */
  isWriting(): boolean;
  /** Writes what waits, now; resolves when nothing waits or is being written. */
  drain(): Promise<void>;
}

export interface GroupCommitOptions {
  readonly writer: WriterThread;
  readonly directWriter: DirectWriter;
  readonly reader: SqliteReader;
  /**
   * Told of each batch that was committed, before its appends are answered: all events between the two row numbers, none when
   * every append was refused or repeated. Must not throw.
   */
  readonly onCommitted: (from: number, to: number, events: readonly RecordedEvent[]) => void;
}

/** Appends that are written together or not at all. */
interface WaitingGroup {
  readonly appends: readonly PendingAppend[];
  readonly resolve: (appended: readonly Appended[]) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A longer queue goes in several transactions: other processes get their turn, one message stays small, and between two batches
 * the event loop goes on with everything else.
 */
const groupsPerBatch = 250;

export function createGroupCommit({ writer, directWriter, reader, onCommitted }: GroupCommitOptions): GroupCommit {
  const waiting: WaitingGroup[] = [];
  let isScheduled = false;
  let writing: Promise<void> | undefined;

  /** All appends of this turn of the event loop go together. */
  function schedule(): void {
    if (isScheduled || writing || waiting.length === 0) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      if (!writeHere()) write();
    });
  }

  /** What has come alone, if it is to be written in this thread. */
  function loneGroup(): WaitingGroup | undefined {
    const [group] = waiting;
    return group && waiting.length === 1 && !writing && directWriter.isDue(group.appends) ? group : undefined;
  }

  /** At most once in a turn of the event loop, so that everything else gets its turn. */
  function writeHere(): boolean {
    const group = loneGroup();
    if (!group) return false;
    const contents = [contentsOf(group.appends)];
    const committed = directWriter.write(batchOf([group.appends]));
    if (!committed) return false;
    waiting.length = 0;
    answerAll([group], contents, committed);
    return true;
  }

  function write(): void {
    if (writing || waiting.length === 0) return;
    const groups = waiting.splice(0, groupsPerBatch);
    const begun = performance.now();
    const committing = writer.write(batchOf(groups.map(({ appends }) => appends)));
    // While the disk is at work there is time to prepare what will be answered.
    const contents = groups.map(({ appends }) => contentsOf(appends));
    writing = committing.then(
      (committed) => {
        directWriter.learn(groups.length, performance.now() - begun);
        goOn();
        answerAll(groups, contents, committed);
      },
      (error) => {
        goOn();
        for (const group of groups) group.reject(error);
      },
    );
  }

  /** What callers append as soon as they are answered joins the next batch. */
  function goOn(): void {
    writing = undefined;
    schedule();
  }

  function answerAll(
    groups: readonly WaitingGroup[],
    contents: readonly (readonly (readonly EventContent[])[])[],
    { from, recordedAt, outcomes }: CommittedBatch,
  ): void {
    const events: RecordedEvent[] = [];
    let next = 0;
    const answers = groups.map(({ appends }, group) =>
      appends.map((append, index): Answer => {
        const outcome = outcomes[next++];
        if (!outcome) return { failure: new StoreUnavailable('the writer has not answered this append') };
        const answer = answerOf(append, outcome, { contents: contents[group]?.[index] ?? [], recordedAt, reader });
        if ('isNew' in answer && answer.isNew) events.push(...answer.appended.events);
        return answer;
      }),
    );
    const last = events.at(-1);
    onCommitted(from, last ? rowOf(last.position) : from, events);
    for (const [index, group] of groups.entries()) answerGroup(group, answers[index] ?? []);
  }

  return {
    append: (appends) =>
      new Promise((resolve, reject) => {
        waiting.push({ appends: appends.map(pendingAppendOf), resolve, reject });
        schedule();
      }),
    isWriting: () => writing !== undefined,
    async drain() {
      write();
      while (writing) {
        await writing;
        write();
      }
    },
  };
}

function answerGroup({ resolve, reject }: WaitingGroup, answers: readonly Answer[]): void {
  const appended: Appended[] = [];
  let failure: Error | undefined;
  for (const answer of answers) {
    if ('appended' in answer) appended.push(answer.appended);
    // Of those that were undone because of another, the other says why.
    else if (failure === undefined || failure instanceof Undone) failure = answer.failure;
  }
  if (failure === undefined) resolve(appended);
  else reject(failure);
}
