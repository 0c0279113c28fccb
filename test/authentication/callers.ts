// Callers with tokens, over HTTP and as consoles over WebSocket.
import { type Client, createClient } from 'graphql-ws';
import WebSocket from 'ws';
import type { Json, RunningKairos } from '../running-kairos.ts';
import type { TokenIssuer } from './token-issuer.ts';

export type Ask = (query: string, variables?: object) => Promise<Json>;

/** Asks as somebody with these roles; the answer has the status of HTTP, too. */
export function callersOf(kairos: () => RunningKairos, issuer: () => TokenIssuer) {
  return (subject: string, ...roles: string[]): Ask =>
    async (query, variables = {}) => {
      const token = await issuer().token({ sub: subject, roles });
      const response = await fetch(kairos().url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query, variables }),
      });
      return { status: response.status, ...((await response.json()) as object) };
    };
}

export const popQuery =
  'subscription ($agentId: ID!, $after: String) { screenPop(agentId: $agentId, after: $after) { position interactionId } }';

export interface Console {
  readonly client: Client;
  /** Every answer, then what it ended with: `complete`, or the errors. */
  readonly heard: Json[];
}

/** A console that listens to the pops of an agent. */
export function listen(url: string, connectionParams: object, variables: object): Console {
  const client = createClient({
    url: url.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    connectionParams: { ...connectionParams },
  });
  const heard: Json[] = [];
  client.subscribe(
    { query: popQuery, variables: { ...variables } },
    {
      next: (answer) => heard.push(answer),
      error: (errors) => heard.push(errors),
      complete: () => heard.push('complete'),
    },
  );
  return { client, heard };
}
