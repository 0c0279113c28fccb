// The port of a process that answers nobody but those who watch it.
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createErrorPublisher } from './graphql/errors.ts';
import { hostRefusal, hostsAt } from './graphql/hosts.ts';
import {
  type Answer,
  createAnswerWriter,
  errorAnswer,
  jsonAnswer,
  type Pages,
  pageFor,
} from './graphql/http-answer.ts';
import { addressOf, correlationIdOf } from './graphql/http-request.ts';
import type { Readiness } from './readiness.ts';

type OnError = (error: unknown, correlationId: string) => void;

export interface HealthServer {
  readonly url: string;
  /** Not ready from now on; closes when what is under way is answered. */
  drain(): Promise<void>;
}

/** Listens when it resolves: `/healthz` is 200, `/readyz` 200 or 503, with what `Readiness` says. */
export async function startHealthServer(
  { host, port, pages = {}, onError }: { host: string; port: number; pages?: Pages; onError: OnError },
  ready: () => Readiness,
): Promise<HealthServer> {
  const publish = createErrorPublisher(onError);
  const hosts = hostsAt(host);
  const write = createAnswerWriter(() => 1);
  let draining = false;

  async function answerTo(request: IncomingMessage): Promise<Answer> {
    const refusal = hostRefusal(request, hosts);
    if (refusal) throw refusal;
    const { path } = addressOf(request);
    if (path === '/healthz') return jsonAnswer(200, { status: 'alive' });
    if (path === '/readyz') {
      const state = draining ? { ready: false, cause: 'The process is stopping.' } : ready();
      return jsonAnswer(state.ready ? 200 : 503, state);
    }
    const page = pageFor(pages, request);
    return page ? page(request) : jsonAnswer(404, { health: '/healthz', readiness: '/readyz' });
  }

  const server = createServer(async (request, response) => {
    const correlationId = correlationIdOf(request.headers['x-correlation-id']);
    const answer = await answerTo(request).catch((error) =>
      errorAnswer([publish(error, correlationId)], request.headers),
    );
    if (!response.destroyed) write({ request, response, correlationId }, answer, draining);
  });
  server.listen(port, host);
  await once(server, 'listening');
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${taken}`,
    async drain() {
      draining = true;
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      await closed;
    },
  };
}
