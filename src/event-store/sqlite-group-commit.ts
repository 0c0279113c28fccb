// Durable appends at speed: all appends of one turn of the event loop share one transaction, and with it one write to disk.
import type { DatabaseSync } from 'node:sqlite';
import {
  type Appended,
  type NewEvent,
  noStream,
  type RecordedEvent,
  RevisionConflict,
  StoreUnavailable,
} from './event-store.ts';
import { isSqliteError } from './sqlite-log-file.ts';
import { positionOf, type Row, recordedEventOf, rowColumns } from './sqlite-rows.ts';
import { categoryOf } from './stream-names.ts';

export interface GroupCommit {
  append(stream: string, expectedRevision: number, events: readonly NewEvent[]): Promise<Appended>;
  /** Commits what waits, now. */
  flush(): void;
}

export interface GroupCommitOptions {
  readonly database: DatabaseSync;
  /** Told of each transaction that wrote something, before its appends are answered: all events between the two positions. */
  readonly onCommitted: (from: number, to: number, events: readonly RecordedEvent[]) => void;
}

/** What waits to be written: data and metadata are JSON already, so that nothing can fail on them later. */
interface PendingAppend {
  readonly stream: string;
  readonly expectedRevision: number;
  readonly events: readonly PendingEvent[];
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: Error) => void;
}

type PendingEvent = Pick<Row, 'id' | 'type' | 'data' | 'metadata'>;
type Outcome = { readonly appended: Appended; readonly isNew: boolean } | { readonly failure: Error };

/** A longer queue goes in several transactions: the event loop is never held for much more than the write of one. */
const appendsPerTransaction = 1000;

const uniqueConstraint = 2067;

export function createGroupCommit({ database, onCommitted }: GroupCommitOptions): GroupCommit {
  const insert = database.prepare(
    'INSERT INTO events (id, stream, revision, category, type, data, metadata, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const selectRevision = database.prepare(
    'SELECT revision FROM events WHERE stream = ? ORDER BY revision DESC LIMIT 1',
  );
  const selectRevisions = database.prepare(
    `SELECT ${rowColumns} FROM events WHERE stream = ? AND revision BETWEEN ? AND ? ORDER BY revision`,
  );
  const selectHead = database.prepare('SELECT max(position) AS head FROM events');
  const begin = database.prepare('BEGIN IMMEDIATE');
  const commit = database.prepare('COMMIT');
  const savepoint = database.prepare('SAVEPOINT one_append');
  const release = database.prepare('RELEASE one_append');
  const rollbackToSavepoint = database.prepare('ROLLBACK TO one_append');

  const waiting: PendingAppend[] = [];
  let isScheduled = false;

  function schedule(): void {
    if (isScheduled || waiting.length === 0) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      writeTurn();
      schedule();
    });
  }

  function writeTurn(): void {
    const turn = waiting.splice(0, appendsPerTransaction);
    if (turn.length === 0) return;
    let from: number;
    let outcomes: readonly Outcome[];
    try {
      begin.run();
      from = Number(selectHead.get()?.head ?? 0);
      const recordedAt = new Date().toISOString();
      outcomes = turn.map((append) => tryAppend(append, recordedAt));
      commit.run();
    } catch (error) {
      // Refusals too are void: a conflict may have been with an append that is now undone.
      const failure = rollBack(error);
      for (const append of turn) append.reject(failure);
      return;
    }
    announce(from, outcomes);
    turn.forEach((append, index) => {
      const outcome = outcomes[index];
      if (outcome === undefined) return;
      if ('failure' in outcome) append.reject(outcome.failure);
      else append.resolve(outcome.appended);
    });
  }

  function announce(from: number, outcomes: readonly Outcome[]): void {
    const events = outcomes.flatMap((outcome) => ('isNew' in outcome && outcome.isNew ? outcome.appended.events : []));
    const last = events.at(-1);
    if (last !== undefined) onCommitted(from, Number(last.position), events);
  }

  function rollBack(error: unknown): StoreUnavailable {
    try {
      if (database.isTransaction) database.exec('ROLLBACK');
    } catch (second) {
      error = new AggregateError([error, second], 'neither the transaction nor its rollback worked');
    }
    return new StoreUnavailable(`the event log cannot be written: ${messageOf(error)}`, { cause: error });
  }

  function tryAppend(append: PendingAppend, recordedAt: string): Outcome {
    const actual = Number(selectRevision.get(append.stream)?.revision ?? noStream);
    if (actual !== append.expectedRevision) {
      const earlier = actual > append.expectedRevision ? earlierAnswer(append) : undefined;
      if (earlier) return { appended: earlier, isNew: false };
      return { failure: new RevisionConflict(append.stream, append.expectedRevision, actual) };
    }
    // One statement is undone by itself when it fails.
    const needsSavepoint = append.events.length > 1;
    if (needsSavepoint) savepoint.run();
    try {
      const appended = write(append, recordedAt);
      if (needsSavepoint) release.run();
      return { appended, isNew: true };
    } catch (error) {
      if (!isSqliteError(error) || error.errcode !== uniqueConstraint) throw error;
      if (needsSavepoint) {
        rollbackToSavepoint.run();
        release.run();
      }
      return { failure: new Error(`an event id of this append is already elsewhere in the log`, { cause: error }) };
    }
  }

  function write(append: PendingAppend, recordedAt: string): Appended {
    const { stream } = append;
    const category = categoryOf(stream);
    let revision = append.expectedRevision;
    const events = append.events.map((event): RecordedEvent => {
      const { id, type, data, metadata } = event;
      revision += 1;
      const { lastInsertRowid } = insert.run(id, stream, revision, category, type, data, metadata, recordedAt);
      return recordedEventOf({
        ...event,
        stream,
        revision,
        position: Number(lastInsertRowid),
        recorded_at: recordedAt,
      });
    });
    return answerOf(events);
  }

  function earlierAnswer({ stream, expectedRevision, events }: PendingAppend): Appended | undefined {
    const rows = selectRevisions.all(
      stream,
      expectedRevision + 1,
      expectedRevision + events.length,
    ) as unknown as Row[];
    const isSame = rows.length === events.length && rows.every((row, index) => row.id === events[index]?.id);
    return isSame ? answerOf(rows.map(recordedEventOf)) : undefined;
  }

  return {
    append: (stream, expectedRevision, events) =>
      new Promise((resolve, reject) => {
        waiting.push({ ...pendingOf(stream, expectedRevision, events), resolve, reject });
        schedule();
      }),
    flush: () => {
      while (waiting.length > 0) writeTurn();
    },
  };
}

/** Everything that can be wrong with an append without looking at the store is thrown here, as a TypeError. */
function pendingOf(stream: string, expectedRevision: number, events: readonly NewEvent[]) {
  if (!isName(stream)) throw new TypeError('a stream has a name');
  if (!Number.isInteger(expectedRevision) || expectedRevision < noStream) {
    throw new TypeError(`an expected revision is a whole number from ${noStream}, not ${expectedRevision}`);
  }
  if (events.length === 0) throw new TypeError('an append has at least one event');
  return { stream, expectedRevision, events: events.map(pendingEventOf) };
}

function pendingEventOf({ id, type, data, metadata }: NewEvent): PendingEvent {
  if (!isName(id) || !isName(type)) throw new TypeError('an event has an id and a type');
  return { id, type, data: jsonOf(data, `data of ${type}`), metadata: jsonOf(metadata, `metadata of ${type}`) };
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function jsonOf(value: unknown, what: string): string {
  const text: string | undefined = JSON.stringify(value);
  if (text?.[0] !== '{' && text?.[0] !== '[') throw new TypeError(`${what} is not an object that JSON can hold`);
  return text;
}

function answerOf(events: readonly RecordedEvent[]): Appended {
  const last = events.at(-1);
  return { revision: last?.revision ?? noStream, position: last?.position ?? positionOf(0), events };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
