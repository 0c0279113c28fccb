// What goes out over HTTP: written once, with its length, and so that the client gets it even while it is still sending.
import {
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import type { Duplex } from 'node:stream';
import { errorCodes, fail, type PublicError, type PublishError } from './errors.ts';
import { addressOf, correlationIdOf, hasBody } from './http-request.ts';

/** One request and its answer to be. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly correlationId: string;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** Answers what is asked by GET, or HEAD, at one path besides GraphQL. What it throws is published as every error is. */
export type Page = (request: IncomingMessage) => Answer | Promise<Answer>;

/** By path: `/metrics`; one that ends with `/` has all that are right below it: `/defaults/`. */
export type Pages = Readonly<Record<string, Page>>;

/** The page that a request asks for, if it asks for one. */
export function pageFor(pages: Pages, request: IncomingMessage): Page | undefined {
  if (request.method !== 'GET' && request.method !== 'HEAD') return undefined;
  const { path } = addressOf(request);
  const own = Object.hasOwn(pages, path) ? path : path.slice(0, path.lastIndexOf('/') + 1);
  return Object.hasOwn(pages, own) ? pages[own] : undefined;
}

// How long a client may go on sending what nobody reads, before its connection is cut.
const lingeringMilliseconds = 1000;

export function jsonAnswer(status: number, value: object, headers: Readonly<Record<string, string>> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(value),
  };
}

/** What is wrong instead of an execution, with the status of the first code and in the media type that was asked for. */
export function errorAnswer(errors: readonly PublicError[], { accept }: IncomingHttpHeaders): Answer {
  const code = errors[0]?.extensions.code ?? 'INTERNAL';
  const type = accept?.includes('application/graphql-response+json') ? 'graphql-response+json' : 'json';
  return jsonAnswer(
    errorCodes[code].status,
    { errors },
    {
      'content-type': `application/${type}; charset=utf-8`,
      ...(code === 'METHOD_NOT_ALLOWED' && { allow: 'GET, POST' }),
      ...waitOf(errors[0]),
    },
  );
}

/** When a caller who was refused may come again, as HTTP says it. */
export function waitOf(error: PublicError | undefined): Readonly<Record<string, string>> {
  const retryAfter = error?.extensions.retryAfter;
  return typeof retryAfter === 'number' ? { 'retry-after': String(retryAfter) } : {};
}

/** Writes an answer; after the `last` one the connection serves no further request. */
export type WriteAnswer = (exchange: Exchange, answer: Answer, last: boolean) => void;

/**
 * The first answer of a turn of the event loop goes out at once, those that follow it together at the end of the turn: under load
 * the work of the others goes first, and who asks alone does not wait. With one connection there is nobody to wait for.
 */
export function createAnswerWriter(connections: () => number): WriteAnswer {
  let waiting: (() => void)[] | undefined;

  function endTurn(): void {
    const ends = waiting ?? [];
    waiting = undefined;
    for (const end of ends) end();
  }

  return ({ request, response, correlationId }, answer, last) => {
    const unread = hasBody(request) && !request.complete;
    const headers = headersOf(answer, correlationId);
    if (last || unread) headers.connection = 'close';
    response.writeHead(answer.status, headers);
    if (unread) {
      response.write(answer.body);
      linger(request, () => response.end());
    } else if (waiting) {
      waiting.push(() => response.end(answer.body));
    } else {
      if (connections() > 1) {
        waiting = [];
        setImmediate(endTurn);
      }
      response.end(answer.body);
    }
  };
}

/** Writes an answer where there is no response object: to a request that is not HTTP, or one that asked for an upgrade. */
export function writeRawAnswer(socket: Duplex, answer: Answer, correlationId: string): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const head = Object.entries({ ...headersOf(answer, correlationId), connection: 'close' })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('');
  socket.on('error', () => socket.destroy());
  socket.end(`HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status]}\r\n${head}\r\n${answer.body}`);
  linger(socket, () => socket.destroy());
}

/** As `writeRawAnswer`, for a client who is told what is wrong before there was a request. */
export function refuseRaw(socket: Duplex, failure: Error, publish: PublishError): void {
  const id = correlationIdOf(undefined);
  writeRawAnswer(socket, errorAnswer([publish(failure, id)], {}), id);
}

/** What is wrong with a request that Node could not read, by the code of its error. */
export function unreadable(code: string | undefined): Error {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return fail('REQUEST_TIMEOUT', 'The request did not arrive in time.');
  if (code === 'HPE_HEADER_OVERFLOW') return fail('PAYLOAD_TOO_LARGE', 'The headers of the request are too large.');
  return fail('BAD_REQUEST', 'This is not a request that HTTP knows.');
}

function headersOf({ status, headers, body }: Answer, correlationId: string): OutgoingHttpHeaders {
  return {
    // Nothing here is a page; the one that is has a policy of its own.
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cache-control': 'no-store',
    // RFC 9110, 15.5.2.
    ...(status === 401 && { 'www-authenticate': 'Bearer' }),
    ...headers,
    // RFC 9110, 8.6: of 304 it would be that of the answer which is not sent.
    ...(status !== 304 && { 'content-length': Buffer.byteLength(body) }),
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-correlation-id': correlationId,
  };
}

// Closing with bytes unread resets the connection, and the client may lose the answer that was under way to it.
function linger(source: IncomingMessage | Duplex, close: () => void): void {
  const cut = setTimeout(finish, lingeringMilliseconds);
  source.once('end', finish).once('close', finish).resume();
  function finish(): void {
    clearTimeout(cut);
    close();
  }
}
