// GraphQL over server-sent events, distinct connections mode: one operation a request, by POST or by GET as browsers' EventSource asks.
import type { IncomingMessage } from 'node:http';
import type { FormattedExecutionResult } from 'graphql';
import { createAnswerStreams, kindOf, wantsStream } from './answer-streams.ts';
import { fail } from './errors.ts';
import { addressOf, type GraphqlBody, graphqlParameters } from './http-request.ts';
import type { HttpTransport } from './http-transport.ts';
import { originRefusal } from './origins.ts';
import { type Framing, streamAnswers } from './streamed-response.ts';

/** How a client that was cut off goes on: an EventSource gives back the id of the last event that it saw. */
export interface Resume {
  /** The field, of the object that an event answers, whose value is the id of the event. */
  readonly field: string;
  /** The variable of the operation that takes the id given back. */
  readonly variable: string;
}

export interface ServerSentEventsOptions {
  /** Origins whose pages may ask by GET, besides the server's own. */
  readonly origins?: readonly string[];
  readonly resume?: Resume;
}

const event = (name: string, data: string, id = '') => `${id}event: ${name}\ndata: ${data}\n\n`;
const complete = 'event: complete\ndata:\n\n';

function framingOf(resume: Resume | undefined): Framing {
  const next = (result: FormattedExecutionResult) =>
    event('next', JSON.stringify(result), resume && idOf(result, resume));
  return {
    contentType: 'text/event-stream; charset=utf-8',
    // Reaches clients, and everything between, before the first event does.
    opening: ':\n\n',
    signOfLife: ':\n\n',
    result: next,
    complete,
    // Without an end clients connect again, as they do when a connection breaks.
    brokenOff: (error) => next({ errors: [error] }) + (error.extensions.retryable ? '' : complete),
  };
}

function idOf({ data }: FormattedExecutionResult, { field }: Resume): string {
  const [answer] = Object.values(data ?? {}) as (Readonly<Record<string, unknown>> | null)[];
  const id = answer?.[field];
  return typeof id === 'string' && /^[\x21-\x7e]{1,200}$/.test(id) ? `id: ${id}\n` : '';
}

/**
 * Answers requests that accept `text/event-stream`; queries and mutations only when they do not accept JSON, mutations never by GET.
 * @see https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md
 */
export function createServerSentEvents({ origins = [], resume }: ServerSentEventsOptions = {}): HttpTransport {
  const streams = createAnswerStreams('sse');
  const framing = framingOf(resume);

  return {
    accepts(request, body, operations) {
      const { accept = '' } = request.headers;
      return accept.includes('text/event-stream') && wantsStream(accept, operations, operationIn(request, body));
    },
    async serve(exchange, body, means) {
      const { request } = exchange;
      const asked = operationIn(request, body);
      if (body === undefined) {
        const refusal = originRefusal(request, origins);
        if (refusal) throw refusal;
        if (kindOf(means.operations, asked) === 'mutation')
          throw fail('METHOD_NOT_ALLOWED', 'Mutations are sent by POST.');
      }
      await streamAnswers(exchange, resumed(asked, request.headers['last-event-id'], resume), means, streams, framing);
      return undefined;
    },
    drain: streams.drain,
  };
}

function operationIn(request: IncomingMessage, body: GraphqlBody | undefined): GraphqlBody {
  return body ?? graphqlParameters(addressOf(request).search);
}

function resumed(
  body: GraphqlBody,
  lastEventId: string | readonly string[] | undefined,
  resume: Resume | undefined,
): GraphqlBody {
  if (!resume || !lastEventId) return body;
  return { ...body, variables: { ...body.variables, [resume.variable]: lastEventId } };
}
