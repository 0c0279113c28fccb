// The port of a wire: a further way to carry operations over `/graphql`, besides JSON and WebSockets.
import type { IncomingMessage } from 'node:http';
import type { PublishError } from './errors.ts';
import type { Answer, Exchange } from './http-answer.ts';
import type { GraphqlBody } from './http-request.ts';
import type { Operations } from './operations.ts';
import type { Timeouts } from './timeouts.ts';

/** What a transport runs its operations with. */
export interface TransportMeans {
  readonly operations: Operations;
  readonly publish: PublishError;
  readonly timeouts: Timeouts;
  /** A fresh context for the caller of this request. */
  createContext(): Promise<object>;
}

/** Server-sent events, multipart, callback: asked before Apollo Server is. */
export interface HttpTransport {
  /** Whether the request is for this transport. What it throws is answered as an error. */
  accepts(request: IncomingMessage, body: GraphqlBody | undefined, operations: Operations): boolean;
  /**
   * The answer to write; undefined when it wrote one itself. What it rejects with is answered as an error if nothing was written.
   */
  serve(exchange: Exchange, body: GraphqlBody | undefined, means: TransportMeans): Promise<Answer | undefined>;
  /** Ends what it has under way with what makes its clients come back. */
  drain(): Promise<void>;
}
