// A router of the callback protocol, as Apollo Router and Hive Router are: strict about ids, verifiers, headers and heartbeats.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Asked, createInbox, isRetryable, type Listening } from './inbox.ts';

/** A message as it arrived. */
export interface Received {
  readonly action: 'check' | 'next' | 'complete';
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: IncomingMessage['headers'];
}

export interface RoutedSubscription extends Listening {
  readonly id: string;
  readonly received: readonly Received[];
  /** The answer to the request that subscribed. */
  readonly answer: { readonly status: number; readonly headers: Headers; readonly json: Record<string, unknown> };
}

export interface CallbackRouter {
  readonly origin: string;
  /** What is wrong with messages that came. */
  readonly complaints: readonly string[];
  /** Answers in place of the router's own, for as long as it is set; undefined lets the router answer. */
  behaviour: ((received: Received, response: ServerResponse) => boolean) | undefined;
  subscribe(port: number, asked: Asked & { readonly extension?: object }): Promise<RoutedSubscription>;
  /** Forgets all subscriptions, as a router that was restarted. */
  forget(): void;
  stop(): Promise<void>;
}

interface Known {
  readonly verifier: string;
  readonly inbox: ReturnType<typeof createInbox>;
  readonly received: Received[];
  /** Messages that are not answered while it does not read. */
  stalled: (() => void)[] | undefined;
}

export async function startRouter(heartbeatIntervalMs = 500): Promise<CallbackRouter> {
  const known = new Map<string, Known>();
  const complaints: string[] = [];
  const server = createServer((request, response) => void receive(request, response));

  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = JSON.parse(await text(request));
    const { kind, action, id, verifier, payload, errors } = body;
    const received: Received = { action, body, headers: request.headers };
    const subscription = known.get(id);
    subscription?.received.push(received);
    if (request.headers['subscription-protocol'] !== 'callback/1.0') complaints.push(`${action} without its header`);
    if (kind !== 'subscription') complaints.push(`${action} of kind ${kind}`);
    if ('errors' in body && !Array.isArray(errors)) complaints.push(`${action} with errors ${errors}`);
    if (router.behaviour?.(received, response)) return;
    const status = (code: number) => {
      response.writeHead(code, { 'subscription-protocol': 'callback/1.0' }).end();
    };
    if (!subscription) return status(404);
    if (subscription.verifier !== verifier) {
      complaints.push(`${action} with a wrong verifier`);
      return status(400);
    }
    if (subscription.stalled && action === 'next') {
      subscription.stalled.push(() => status(204));
      return;
    }
    if (action === 'next') subscription.inbox.push(payload);
    if (action === 'complete') {
      known.delete(id);
      if (errors) subscription.inbox.push({ errors });
      subscription.inbox.finish(errors ? (isRetryable({ errors }) ? 'come back' : 'failed') : 'complete');
    }
    status(action === 'complete' ? 202 : 204);
  }

  const router: CallbackRouter = {
    get origin() {
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    complaints,
    behaviour: undefined,
    async subscribe(port, { query, variables, headers, extension }) {
      const id = randomUUID();
      const subscription: Known = { verifier: randomUUID(), inbox: createInbox(), received: [], stalled: undefined };
      known.set(id, subscription);
      const { inbox, received, verifier } = subscription;
      const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json;callbackSpec=1.0',
          ...headers,
        },
        body: JSON.stringify({
          query,
          variables,
          extensions: {
            subscription: {
              callbackUrl: `${router.origin}/callback/${id}`,
              subscriptionId: id,
              verifier,
              heartbeatIntervalMs,
              ...extension,
            },
          },
        }),
      });
      const json = (await response.json()) as Record<string, unknown>;
      if (json.data === undefined || json.data !== null) {
        inbox.push(json);
        inbox.finish(json.errors ? 'failed' : 'complete');
      }
      return {
        ...inbox,
        id,
        received,
        answer: { status: response.status, headers: response.headers, json },
        leave: () => void known.delete(id),
        stall() {
          subscription.stalled = [];
        },
        read() {
          for (const answer of subscription.stalled ?? []) answer();
          subscription.stalled = undefined;
        },
      };
    },
    forget: () => known.clear(),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return router;
}

/** Answers any message with a status. */
export const answered =
  (status: number, headers: Record<string, string> = {}) =>
  (_: Received, response: ServerResponse) => {
    response.writeHead(status, headers).end();
    return true;
  };

/** The code of the error that a subscription was refused with, and the status of that answer. */
export const refusal = (answer: { status: number; json: Record<string, unknown> }) => {
  const [error] = answer.json.errors as { extensions: { code: string } }[];
  return [answer.status, error?.extensions.code];
};
