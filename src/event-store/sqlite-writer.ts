// The writing thread of the SQLite log: it waits for the disk, so that the main thread need not. `sqlite-writer-thread.ts` starts it.
import { parentPort, workerData } from 'node:worker_threads';
import type { Batch } from './sqlite-batch.ts';
import { openForWriting } from './sqlite-log-file.ts';
import { createBatchWriter } from './sqlite-transaction.ts';

const port = parentPort;
if (port === null) throw new Error('this is the writing thread of an event log, not a program');
const database = openForWriting(String(workerData));
const writeBatch = createBatchWriter(database);

/** A batch is answered with its outcome; nothing in place of a batch ends the thread. */
port.on('message', (batch: Batch | null) => {
  if (batch !== null) return port.postMessage(writeBatch(batch));
  database.close();
  port.close();
});
