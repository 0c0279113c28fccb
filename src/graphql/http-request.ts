// What comes in over HTTP: the correlation id, and a body that is read up to a limit and is a GraphQL request or refused.
import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { fail } from './errors.ts';

/** The body of a POSTed GraphQL request, its members checked for their JSON types only. */
export interface GraphqlBody {
  readonly query?: string;
  readonly operationName?: string | null;
  readonly variables?: Readonly<Record<string, unknown>> | null;
  readonly extensions?: Readonly<Record<string, unknown>> | null;
}

/** The correlation id that the caller gave, if it is one, else a new one. */
export function correlationIdOf(given: unknown): string {
  return typeof given === 'string' && /^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/.test(given) ? given : randomUUID();
}

/** Whether a browser asks for a page. */
export function wantsPage({ method, headers }: IncomingMessage): boolean {
  return method === 'GET' && headers.accept?.includes('text/html') === true;
}

/** The address without its query, and the query with its question mark. */
export function addressOf({ url = '/' }: IncomingMessage): { path: string; search: string } {
  const mark = url.indexOf('?');
  return mark < 0 ? { path: url, search: '' } : { path: url.slice(0, mark), search: url.slice(mark) };
}

export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Whether the body is announced to be longer than the limit; without an announcement it is counted while it is read. */
export function isTooLong({ headers }: IncomingMessage, limit: number): boolean {
  return Number(headers['content-length'] ?? 0) > limit;
}

/**
 * The GraphQL request in the body; `undefined` when the client went away before all of it arrived.
 * Rejects with a `fail(…)` that says what is wrong with it; what is behind the limit stays unread.
 */
export function readGraphqlBody(request: IncomingMessage, limit: number): Promise<GraphqlBody | undefined> {
  const tooLarge = () => fail('PAYLOAD_TOO_LARGE', `The body is larger than the limit of ${limit} bytes.`, { limit });
  if (isTooLong(request, limit)) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const take = (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) {
        chunks.push(chunk);
        return;
      }
      request.off('data', take);
      request.pause();
      reject(tooLarge());
    };
    // Read before it is judged: the connection can serve its next request then.
    const judge = () => {
      try {
        resolve(bodyOf(request.headers, chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, length)));
      } catch (error) {
        reject(error);
      }
    };
    // After `end` this changes nothing; before it, the connection broke.
    const breakOff = () => resolve(undefined);
    request.on('data', take);
    request.on('end', judge);
    request.on('close', breakOff);
    request.on('error', breakOff);
  });
}

/**
 * The GraphQL request in the query of an address, its variables and extensions as JSON.
 * @throws fail('BAD_REQUEST') that says what is wrong with it.
 */
export function graphqlParameters(search: string): GraphqlBody {
  const { query, operationName, variables, extensions } = Object.fromEntries(new URLSearchParams(search));
  const members = {
    variables: json(variables || 'null', 'The parameter variables'),
    extensions: json(extensions || 'null', 'The parameter extensions'),
  };
  return graphqlBody({ query, operationName, ...members });
}

function bodyOf(headers: IncomingHttpHeaders, bytes: Buffer): GraphqlBody {
  refuseUnlessJson(headers);
  if (bytes.length === 0) throw fail('BAD_REQUEST', 'The body is empty; it has to be a JSON object with a query.');
  if (!isUtf8(bytes)) throw fail('BAD_REQUEST', 'The body is not UTF-8.');
  return graphqlBody(json(bytes.toString('utf8')));
}

function refuseUnlessJson(headers: IncomingHttpHeaders): void {
  if (headers['content-encoding'] === undefined && headers['content-type'] === 'application/json') return;
  const [mediaType = '', ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';');
  if (mediaType.trim() !== 'application/json') {
    throw fail('UNSUPPORTED_MEDIA_TYPE', 'The content-type has to be application/json.');
  }
  const charset = parameters.map((parameter) => parameter.trim()).find((parameter) => parameter.startsWith('charset='));
  if (charset !== undefined && !/^charset="?utf-?8"?$/.test(charset)) {
    throw fail('UNSUPPORTED_MEDIA_TYPE', 'The charset of the body has to be utf-8.');
  }
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw fail('UNSUPPORTED_MEDIA_TYPE', 'The body has to come without a content-encoding.');
  }
}

function json(text: string, what = 'The body'): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text.
    throw fail('BAD_REQUEST', `${what} is not JSON.`);
  }
}

function graphqlBody(value: unknown): GraphqlBody {
  if (Array.isArray(value)) throw fail('BAD_REQUEST', 'Batches are not served: send one operation in one request.');
  if (!isObject(value)) throw fail('BAD_REQUEST', 'The body has to be a JSON object with a query.');
  const { query, operationName, variables, extensions } = value;
  if (query !== undefined && typeof query !== 'string') throw fail('BAD_REQUEST', 'The query has to be a string.');
  if (operationName != null && typeof operationName !== 'string') {
    throw fail('BAD_REQUEST', 'The operationName has to be a string.');
  }
  if (variables != null && !isObject(variables)) throw fail('BAD_REQUEST', 'The variables have to be an object.');
  if (extensions != null && !isObject(extensions)) throw fail('BAD_REQUEST', 'The extensions have to be an object.');
  if (!query && !extensions?.persistedQuery) throw fail('BAD_REQUEST', 'The request has no query.');
  return value as GraphqlBody;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
