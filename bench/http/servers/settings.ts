// What a server with a constant answer is started with, and what it says when it listens.
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tell } from '../../processes.ts';
import type { Answer } from '../question.ts';

export interface ConstantSettings {
  /** What `nextBestOffer` answers, whoever asks. */
  readonly answer: Answer;
}

export interface Listening {
  /** Absent: what the server is made of is not available here. */
  readonly url?: string;
}

/** Listens on a free port of the loopback address, and says so. */
export function listen(server: Server): void {
  server.listen(0, '127.0.0.1', () => listensAt((server.address() as AddressInfo).port));
}

export function listensAt(port: number): Promise<void> {
  return tell({ url: `http://127.0.0.1:${port}/graphql` } satisfies Listening);
}

export function notAvailable(): Promise<void> {
  return tell({} satisfies Listening);
}
