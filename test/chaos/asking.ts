// GraphQL over kept-alive connections, as a gateway speaks it, for a load that does not wait for what it has asked before.
import { Agent, request } from 'node:http';

const agent = new Agent({ keepAlive: true, maxSockets: 4000, scheduling: 'lifo' });
const headers = { 'content-type': 'application/json', 'x-kairos-actor': 'ann' };

/** Nobody waits longer, in milliseconds. */
export const patienceMs = 8000;

export interface GraphqlAnswer<Data> {
  readonly data?: Data | null;
  /** The code of the first error; TIMEOUT, or LOST with the connection. */
  readonly error?: string;
}

export async function ask<Data>(url: string, query: string, variables: object): Promise<GraphqlAnswer<Data>> {
  const body = JSON.stringify({ query, variables });
  try {
    const text = await post(url, body).catch((error: Failure) => {
      // A connection that the server has closed because nobody used it: whoever finds out late asks again.
      if (error.isReused && error.code === 'ECONNRESET') return post(url, body);
      throw error;
    });
    const { data, errors } = JSON.parse(text) as { data?: Data | null; errors?: { extensions: { code: string } }[] };
    return { data: data ?? null, ...(errors?.[0] && { error: errors[0].extensions.code }) };
  } catch (error) {
    return { error: (error as Failure).code === 'TIMEOUT' ? 'TIMEOUT' : 'LOST' };
  }
}

interface Failure {
  readonly code?: string;
  readonly isReused?: boolean;
}

function post(url: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve(text));
      response.on('error', (error) => reject(error));
    });
    const timer = setTimeout(
      () => sent.destroy(Object.assign(new Error('nobody answers'), { code: 'TIMEOUT' })),
      patienceMs,
    );
    sent.on('close', () => clearTimeout(timer));
    sent.on('error', (error) => reject(Object.assign(error, { isReused: sent.reusedSocket })));
    sent.end(body);
  });
}
