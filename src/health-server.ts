// The port of a process that answers nobody but those who watch it.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createErrorPublisher } from './graphql/errors.ts';
import { errorAnswer, type Pages } from './graphql/http-answer.ts';
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
  let draining = false;
  const server = createServer(async (request, response) => {
    const answer = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
      response.end(JSON.stringify(body));
    };
    if (request.url === '/healthz') return answer(200, { status: 'alive' });
    const { path } = addressOf(request);
    const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
    if (page) {
      const shown = await Promise.resolve(request)
        .then(page)
        .catch((error) => errorAnswer([publish(error, correlationIdOf(undefined))], request.headers));
      response.writeHead(shown.status, shown.headers).end(shown.body);
      return;
    }
    if (request.url !== '/readyz') return answer(404, { health: '/healthz', readiness: '/readyz' });
    const state = draining ? { ready: false, cause: 'The process is stopping.' } : ready();
    return answer(state.ready ? 200 : 503, state);
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
