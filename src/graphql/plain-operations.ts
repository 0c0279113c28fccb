// The short way of operations that nothing of Apollo Server's has to see: the same answers without its pipeline.
import type { HttpOperation } from './apollo.ts';
import type { PublicError, PublishError } from './errors.ts';
import { type Answer, errorAnswer } from './http-answer.ts';
import type { GraphqlBody } from './http-request.ts';
import { type Operations, type PreparedOperation, publicResult } from './operations.ts';
import type { WrittenAnswers } from './written-answers.ts';

const noBody: GraphqlBody = {};

/** Callers send few forms of the accept header; where one sends many, the oldest are forgotten and learnt again. */
const mediaTypeLimit = 100;

export interface PlainOperations<Context extends object> {
  /** The answer to a POSTed operation that can be run; undefined, with nothing begun, for all else. */
  answer(operation: HttpOperation<Context>): Promise<Answer> | undefined;
  /** Takes over from an answer of Apollo Server which media type it chose for an accept header. */
  learn(accept: string | undefined, answer: Answer): void;
}

export function createPlainOperations<Context extends object>(
  operations: Operations,
  publish: PublishError,
  written?: WrittenAnswers | undefined,
): PlainOperations<Context> {
  const mediaTypes = new Map<string | undefined, string>();

  async function run(
    prepared: PreparedOperation,
    mediaType: string,
    { headers, correlationId, createContext }: HttpOperation<Context>,
  ): Promise<Answer> {
    const type = { 'content-type': mediaType };
    let context: Context;
    try {
      const made = createContext();
      context = made instanceof Promise ? await made : made;
      const refused = operations.refusal(prepared, context);
      if (refused) throw refused;
    } catch (error) {
      return { ...errorAnswer([publish(error, correlationId)], headers), headers: type };
    }
    const known = written?.find(prepared, context);
    if (known !== undefined) return { status: 200, headers: type, body: known };
    const executed = operations.execute(prepared, context);
    const result = executed instanceof Promise ? await executed : executed;
    if (result.data === undefined) {
      const refused = errorAnswer(publicResult(result, publish, correlationId).errors as PublicError[], headers);
      return { ...refused, headers: { ...refused.headers, ...type } };
    }
    const body = JSON.stringify(publicResult(result, publish, correlationId));
    if (!result.errors) written?.keep(prepared, context, body);
    return { status: 200, headers: type, body };
  }

  return {
    answer(operation) {
      const { query, extensions, operationName, variables } = operation.body ?? noBody;
      if (!query || extensions?.persistedQuery) return undefined;
      const mediaType = mediaTypes.get(operation.headers.accept);
      if (mediaType === undefined) return undefined;
      const prepared = operations.prepare({ query, operationName, variables });
      if ('errors' in prepared || prepared.kind === 'subscription' || prepared.variables.errors) return undefined;
      return run(prepared, mediaType, operation);
    },
    learn(accept, { status, headers }) {
      const mediaType = headers?.['content-type'];
      if (status !== 200 || mediaType === undefined) return;
      mediaTypes.set(accept, mediaType);
      const [oldest] = mediaTypes.keys();
      if (mediaTypes.size > mediaTypeLimit) mediaTypes.delete(oldest);
    },
  };
}
