// A lean GraphQL client over kept-alive HTTP connections, with bounded concurrency and retries of what passes.
import { Agent, request as httpRequest } from 'node:http';

export interface RequestOptions {
  /** The header x-kairos-actor. */
  readonly actor?: string;
  /** The header x-kairos-at: the time of the request, for a server with KAIROS_CLOCK=request. */
  readonly at?: string;
  /** The request may be sent again when the connection was lost, or the server says so, and nobody knows what was done. */
  readonly idempotent?: boolean;
}

export interface GraphqlClient {
  /**
   * The data of the answer.
   * @throws Error that names the operation and shows the answer, when it has errors, is not GraphQL, or never came.
   */
  send<Data>(document: string, variables: object, options?: RequestOptions): Promise<Data>;
  close(): void;
}

export interface GraphqlClientOptions {
  readonly url: string;
  /** Requests under way at once; further ones wait in order. */
  readonly concurrency: number;
  /** How long it is tried again; 0: not at all. */
  readonly patienceMs?: number;
}

/** The server answered, and not with data. */
export class RequestFailed extends Error {
  /** The same request may succeed later. */
  readonly isPassing: boolean;
  constructor(message: string, isPassing = false) {
    super(message);
    this.isPassing = isPassing;
  }
}

export function createGraphqlClient({ url, concurrency, patienceMs = 30_000 }: GraphqlClientOptions): GraphqlClient {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency, scheduling: 'fifo' });
  const target = new URL(url);
  if (target.protocol !== 'http:') throw new Error(`the url must begin with http: — ${url}`);
  const waiting: (() => void)[] = [];
  let underWay = 0;

  async function send<Data>(document: string, variables: object, options: RequestOptions = {}): Promise<Data> {
    if (underWay >= concurrency) await new Promise<void>((go) => waiting.push(go));
    underWay += 1;
    try {
      return await patiently<Data>(document, variables, options);
    } finally {
      underWay -= 1;
      waiting.shift()?.();
    }
  }

  async function patiently<Data>(document: string, variables: object, options: RequestOptions): Promise<Data> {
    const body = JSON.stringify({ query: document, variables });
    const until = Date.now() + patienceMs;
    for (;;) {
      try {
        return read<Data>(document, await post(body, options));
      } catch (error) {
        if (!options.idempotent || !isPassing(error) || Date.now() >= until) {
          throw isConnectionError(error)
            ? new Error(`${operationOf(document)}: no connection to ${url} (${error.code})`, { cause: error })
            : error;
        }
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    }
  }

  function post(body: string, { actor, at }: RequestOptions): Promise<{ status: number; text: string }> {
    const headers: Record<string, string | number> = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
    };
    if (actor !== undefined) headers['x-kairos-actor'] = actor;
    if (at !== undefined) headers['x-kairos-at'] = at;
    return new Promise((resolve, reject) => {
      const request = httpRequest(target, { method: 'POST', agent, headers }, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (part: string) => {
          text += part;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
        response.on('error', reject);
        // A connection that breaks off in the middle of an answer ends without 'end'.
        response.on('aborted', () => reject(Object.assign(new Error('the answer broke off'), { code: 'ECONNRESET' })));
      });
      request.on('error', reject);
      request.end(body);
    });
  }

  return { send, close: () => agent.destroy() };
}

function read<Data>(document: string, { status, text }: { status: number; text: string }): Data {
  let answer: { data?: Data | null; errors?: readonly { extensions?: { retryable?: unknown } }[] } | undefined;
  try {
    answer = JSON.parse(text);
  } catch {
    throw new RequestFailed(`${operationOf(document)}: HTTP ${status}, and the answer is not JSON: ${shortened(text)}`);
  }
  if (answer?.errors || answer?.data == null) {
    throw new RequestFailed(
      `${operationOf(document)}: HTTP ${status}: ${shortened(JSON.stringify(answer?.errors ?? answer))}`,
      answer?.errors?.every(({ extensions }) => extensions?.retryable === true),
    );
  }
  return answer.data;
}

function isPassing(error: unknown): boolean {
  return isConnectionError(error) || (error instanceof RequestFailed && error.isPassing);
}

function isConnectionError(error: unknown): error is Error & { code: string } {
  const code = (error as { code?: unknown } | null)?.code;
  return code === 'ECONNREFUSED' || code === 'ECONNRESET' || code === 'EPIPE' || code === 'ETIMEDOUT';
}

function operationOf(document: string): string {
  return /^\s*(?:query|mutation)\s+(\w+)/.exec(document)?.[1] ?? 'the operation';
}

function shortened(text: string): string {
  return text.length > 600 ? `${text.slice(0, 600)}…` : text;
}
