// What a server with a constant answer is started with, and what it says when it listens.
import { createServer, type Server } from 'node:http';
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

interface Question {
  readonly query: string;
  readonly variables: object;
}

/** Reads JSON and writes JSON, and nothing is checked. */
export function plainServer(answerTo: (question: Question) => unknown): Server {
  return createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (part: string) => {
      body += part;
    });
    request.on('end', async () => {
      const answer = answerTo(JSON.parse(body) as Question);
      const text = JSON.stringify(answer instanceof Promise ? await answer : answer);
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
      response.end(text);
    });
  });
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
