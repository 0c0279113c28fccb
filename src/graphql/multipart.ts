// Multipart subscriptions over HTTP, version 1.0, as Apollo's clients and routers speak them.
import { createAnswerStreams, wantsStream } from './answer-streams.ts';
import type { HttpTransport } from './http-transport.ts';
import { type Framing, streamAnswers } from './streamed-response.ts';

const asked = /(?:^|,)\s*multipart\/mixed\s*(?:;[^,]*)?;\s*subscriptionSpec="?1\.0"?\s*(?:[;,]|$)/i;

// Readers act on a part when they see the boundary behind it: it goes out with the part, not before the next one.
const part = (content: object) => `\r\ncontent-type: application/json\r\n\r\n${JSON.stringify(content)}\r\n--graphql`;

const framing: Framing = {
  contentType: 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
  opening: '--graphql',
  signOfLife: part({}),
  result: (payload) => part({ payload }),
  complete: '--\r\n',
  brokenOff: (error) => `${part({ payload: null, errors: [error] })}--\r\n`,
};

/**
 * Answers POSTs that accept `multipart/mixed;subscriptionSpec=1.0`; queries and mutations only when they do not accept JSON.
 * @see https://www.apollographql.com/docs/graphos/routing/operations/subscriptions/multipart-protocol
 */
export function createMultipart(): HttpTransport {
  const streams = createAnswerStreams('multipart');
  return {
    accepts({ headers: { accept = '' } }, body, operations) {
      return body !== undefined && asked.test(accept) && wantsStream(accept, operations, body);
    },
    async serve(exchange, body, means) {
      if (body) await streamAnswers(exchange, body, means, streams, framing);
      return undefined;
    },
    drain: streams.drain,
  };
}
