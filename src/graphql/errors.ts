// The one table of error codes, the way to refuse a call (`fail`), and the mask over everything unexpected.
import { GraphQLError, type GraphQLFormattedError, Kind } from 'graphql';

interface ErrorCodeEntry {
  /** HTTP status when nothing was executed; an executed operation always answers 200 with the code among its errors. */
  readonly status: number;
  /** The same call may succeed later, unchanged. */
  readonly retryable: boolean;
  readonly meaning: string;
}

/** Every `extensions.code` that this server answers with. */
export const errorCodes = {
  GRAPHQL_PARSE_FAILED: { status: 400, retryable: false, meaning: 'The query is not GraphQL.' },
  GRAPHQL_VALIDATION_FAILED: { status: 400, retryable: false, meaning: 'The query does not fit the schema.' },
  OPERATION_TOO_COMPLEX: {
    status: 400,
    retryable: false,
    meaning: 'The operation asks for more at once than a limit allows; the error names the limit.',
  },
  OPERATION_RESOLUTION_FAILURE: {
    status: 400,
    retryable: false,
    meaning: 'The document does not have the operation asked for.',
  },
  BAD_USER_INPUT: {
    status: 400,
    retryable: false,
    meaning: 'A value of an argument, a variable or a header is not acceptable.',
  },
  BAD_REQUEST: {
    status: 400,
    retryable: false,
    meaning: 'The request does not carry a GraphQL operation, or not in a permitted way.',
  },
  UNAUTHENTICATED: { status: 401, retryable: false, meaning: 'The caller did not prove who it is.' },
  FORBIDDEN: { status: 403, retryable: false, meaning: 'The caller may not do this.' },
  NOT_FOUND: { status: 404, retryable: false, meaning: 'What the call is about does not exist.' },
  METHOD_NOT_ALLOWED: { status: 405, retryable: false, meaning: 'This address does not serve this HTTP method.' },
  NOT_ACCEPTABLE: { status: 406, retryable: false, meaning: 'No media type of the accept header can be served.' },
  REQUEST_TIMEOUT: { status: 408, retryable: true, meaning: 'The request did not arrive in time.' },
  CONFLICT: { status: 409, retryable: false, meaning: 'The call is based on something that has changed since.' },
  PAYLOAD_TOO_LARGE: { status: 413, retryable: false, meaning: 'The request is larger than the limit.' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, retryable: false, meaning: 'The body is not JSON in UTF-8.' },
  PERSISTED_QUERY_NOT_FOUND: {
    status: 200,
    retryable: false,
    meaning: 'The hash is not known here: send the query along.',
  },
  OPERATION_NOT_PERSISTED: {
    status: 403,
    retryable: false,
    meaning: 'This server runs only operations that it knows beforehand, and this is none of them.',
  },
  RATE_LIMITED: {
    status: 429,
    retryable: true,
    meaning: 'The caller has sent too much in too short a time; `retryAfter` says for how many seconds to wait.',
  },
  OVERLOADED: {
    status: 503,
    retryable: true,
    meaning: 'More is under way than this server can do in time; `retryAfter` says for how many seconds to wait.',
  },
  INTERNAL: {
    status: 500,
    retryable: false,
    meaning: 'A fault on our side, logged under the correlation id of the error.',
  },
  UNAVAILABLE: { status: 503, retryable: true, meaning: 'Something behind this server cannot be reached now.' },
} as const satisfies Record<string, ErrorCodeEntry>;

export type ErrorCode = keyof typeof errorCodes;

/** An error as a client sees it. */
export interface PublicError extends GraphQLFormattedError {
  readonly extensions: { readonly code: ErrorCode; readonly [detail: string]: unknown };
}

/** Turns anything thrown into what a client may see; what it must not see goes to `onError` whole. */
export type PublishError = (error: unknown, correlationId: string) => PublicError;

// What `fail` and `failAt` made: membership is what lets a message out, whatever its shape.
const failures = new WeakSet<GraphQLError>();

/**
 * The error of a call that cannot be served, to be thrown: `throw fail('NOT_FOUND', 'There is no placement "hero".')`.
 * Message and details reach the client as they are: a sentence for a person, no stack, no path.
 */
export function fail(code: ErrorCode, message: string, details: Readonly<Record<string, unknown>> = {}): GraphQLError {
  return branded(new GraphQLError(message, { extensions: { ...details, ...extensionsOf(code) } }));
}

/** An error of GraphQL's own under one of our codes, with its place in the query; one that `fail` made stays as it is. */
export function failAt(code: ErrorCode, error: GraphQLError): GraphQLError {
  if (failures.has(error)) return error;
  const { message, nodes, source, positions } = error;
  const place = { nodes: nodes ?? null, source: source ?? null, positions: positions ?? null };
  return branded(new GraphQLError(message, { ...place, extensions: extensionsOf(code) }));
}

function branded(error: GraphQLError): GraphQLError {
  failures.add(error);
  return error;
}

function extensionsOf(code: ErrorCode): PublicError['extensions'] {
  return errorCodes[code].retryable ? { code, retryable: true } : { code };
}

/**
 * The mask: errors of `fail` and of GraphQL itself pass, all else is said to be our fault and logged under the id.
 *
 * `foresee` knows the errors of what lies behind the server, and answers with what `fail` made of them. With `hideSuggestions` nobody is
 * told of names like those in the values of his variables.
 */
export function createErrorPublisher(
  onError: (error: unknown, correlationId: string) => void,
  foresee: (error: unknown) => GraphQLError | undefined = () => undefined,
  hideSuggestions = false,
): PublishError {
  const told = (message: string) => (hideSuggestions ? message.replace(/ Did you mean .*\?$/s, '') : message).trim();
  return (error, correlationId) => {
    const failure = failureIn(error);
    if (failure !== undefined) return located(error, failure.message, failure.extensions as PublicError['extensions']);
    const code = error instanceof GraphQLError ? codeOfGraphql(error) : undefined;
    if (code !== undefined) return located(error, told((error as GraphQLError).message), extensionsOf(code));
    const root = rootOf(error);
    const foreseen = foresee(root);
    if (foreseen) return located(error, foreseen.message, foreseen.extensions as PublicError['extensions']);
    onError(root, correlationId);
    return located(error, 'Something went wrong on our side.', { ...extensionsOf('INTERNAL'), correlationId });
  };
}

function located(error: unknown, message: string, extensions: PublicError['extensions']): PublicError {
  const { locations, path } = error instanceof GraphQLError ? error : {};
  return { message, ...(locations && { locations }), ...(path && { path }), extensions };
}

function failureIn(error: unknown): GraphQLError | undefined {
  let inner: unknown = error;
  while (inner instanceof GraphQLError) {
    if (failures.has(inner)) return inner;
    inner = inner.originalError;
  }
  return undefined;
}

function rootOf(error: unknown): unknown {
  let root = error;
  while (root instanceof GraphQLError && root.originalError) root = root.originalError;
  return root;
}

// Apollo Server's errors are subclasses that it does not export; a GraphQLError thrown by a resolver never has these names.
const codesOfApollo: Readonly<Record<string, ErrorCode>> = {
  SyntaxError: 'GRAPHQL_PARSE_FAILED',
  ValidationError: 'GRAPHQL_VALIDATION_FAILED',
  UserInputError: 'BAD_USER_INPUT',
  OperationResolutionError: 'OPERATION_RESOLUTION_FAILURE',
  PersistedQueryNotFoundError: 'PERSISTED_QUERY_NOT_FOUND',
  BadRequestError: 'BAD_REQUEST',
};

const codesOfStatus: Readonly<Record<number, ErrorCode>> = {
  405: 'METHOD_NOT_ALLOWED',
  406: 'NOT_ACCEPTABLE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
};

// Errors of Apollo Server and of graphql-js that have nothing but their words to know them by.
const codesOfMessage: Readonly<Record<string, ErrorCode>> = {
  'provided sha does not match query': 'BAD_REQUEST',
  'Unsupported persisted query version': 'BAD_REQUEST',
  'Too many errors processing variables, error limit reached. Execution aborted.': 'BAD_USER_INPUT',
};

function codeOfGraphql(error: GraphQLError): ErrorCode | undefined {
  if (isCoercion(error)) return codesOfApollo[error.name] ?? 'BAD_USER_INPUT';
  // What came out of a field without being of `fail` is a fault.
  if (error.path !== undefined) return undefined;
  const code = codesOfApollo[error.name] ?? codesOfMessage[error.message];
  if (code !== 'BAD_REQUEST') return code;
  const { status } = (error.extensions.http ?? {}) as { status?: number };
  return (status !== undefined && codesOfStatus[status]) || code;
}

/** Whether graphql-js could not make a value of a variable or an argument: it then names the value in the query. */
function isCoercion({ nodes }: GraphQLError): boolean {
  const kind = nodes?.[0]?.kind;
  return kind === Kind.VARIABLE_DEFINITION || kind === Kind.VARIABLE || kind?.endsWith('Value') === true;
}
