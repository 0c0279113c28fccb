// Answers written into one response as they come: never faster than the client takes them, with signs of life between them.
import type { ServerResponse } from 'node:http';
import type { FormattedExecutionResult } from 'graphql';
import type { AnswerStreams, Begun } from './answer-streams.ts';
import type { PublicError } from './errors.ts';
import type { Exchange } from './http-answer.ts';
import type { GraphqlBody } from './http-request.ts';
import type { TransportMeans } from './http-transport.ts';
import type { Timeouts } from './timeouts.ts';

/** How a media type writes down what is answered. */
export interface Framing {
  readonly contentType: string;
  /** What the body begins with. */
  readonly opening: string;
  /** Says nothing but that the connection is alive. */
  readonly signOfLife: string;
  result(result: FormattedExecutionResult): string;
  /** The end of answers that are complete. */
  readonly complete: string;
  /** The end of answers that an error broke off. One that is retryable must not look like the end of all answers. */
  brokenOff(error: PublicError): string;
}

/** Resolves when everything was written or the client is gone; its source is closed then. */
export async function streamAnswers(
  { response, correlationId }: Exchange,
  body: GraphqlBody,
  means: TransportMeans,
  streams: AnswerStreams,
  framing: Framing,
): Promise<void> {
  const closed = new Promise<void>((resolve) => response.once('close', resolve));
  const begun = await streams.begin(body, correlationId, means);
  if (response.destroyed) {
    if ('results' in begun) begun.finish();
    return;
  }
  response.writeHead(200, {
    'content-type': framing.contentType,
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
    'x-correlation-id': correlationId,
    // What ends in the middle of a stream, or with the server, is not for a next request.
    connection: 'close',
  });
  response.write(framing.opening);
  if ('errors' in begun) {
    const [first] = begun.errors;
    const isRetryable = begun.errors.length === 1 && first?.extensions.retryable === true;
    response.end(isRetryable ? framing.brokenOff(first) : framing.result(begun) + framing.complete);
  } else {
    await writeAll(response, begun, framing, means.timeouts, (error) => means.publish(error, correlationId));
  }
  await closed;
  if ('results' in begun) begun.finish();
}

async function writeAll(
  response: ServerResponse,
  { results }: Begun,
  framing: Framing,
  { ping, stalled }: Timeouts,
  publish: (error: unknown) => PublicError,
): Promise<void> {
  const signs = setInterval(() => {
    if (!response.writableNeedDrain) response.write(framing.signOfLife);
  }, ping);
  const leave = () => void results.return();
  response.once('close', leave);
  try {
    // A result that was still under way to a client that has gone is of no use to anybody.
    for await (const result of results) {
      if (!response.write(framing.result(result))) await taken(response, stalled);
    }
    response.end(framing.complete);
  } catch (error) {
    response.end(framing.brokenOff(publish(error)));
  } finally {
    clearInterval(signs);
    response.off('close', leave);
  }
}

/** Resolves when the client has taken what was written, or is gone; one that takes nothing for too long is cut off. */
async function taken(response: ServerResponse, stalled: number): Promise<void> {
  if (response.destroyed) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const cut = setTimeout(() => response.destroy(), stalled);
  response.once('drain', resolve).once('close', resolve);
  await promise;
  response.off('drain', resolve).off('close', resolve);
  clearTimeout(cut);
}
