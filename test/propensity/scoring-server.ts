// A service of propensities for tests: a real HTTP server on a port of its own that answers as a test wants it.
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: it is what a test says that was sent
  readonly body: any;
}

export interface ScoringServer {
  readonly origin: string;
  readonly asked: Asked[];
  /** How the questions that follow are answered. */
  answer: (response: ServerResponse, asked: Asked) => void;
  /** With these propensities. */
  give(propensities: object): void;
  /** Never. */
  hang(): void;
  /** How many of those who asked have gone without an answer. */
  gone: number;
  stop(): Promise<void>;
}

export async function startScoringServer(): Promise<ScoringServer> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const asked = { path: request.url ?? '', headers: request.headers, body: text && JSON.parse(text) };
      scoring.asked.push(asked);
      response.on('close', () => {
        if (!response.writableFinished) scoring.gone += 1;
      });
      scoring.answer(response, asked);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const scoring: ScoringServer = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    answer: (response) => response.end('{"propensities":{}}'),
    give(propensities) {
      scoring.answer = (response) => response.end(JSON.stringify({ propensities }));
    },
    hang() {
      scoring.answer = () => {};
    },
    gone: 0,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return scoring;
}
