// Where the token and the trace of a WebSocket are: clients and gateways put them in different places, and whoever looks looks in one.
import type { IncomingHttpHeaders } from 'node:http';

type Parameters = Readonly<Record<string, unknown>>;

/** `headers` within `headers` as gateways forward them; nobody nests deeper. */
const deepest = 3;

/**
 * The headers of the request that opened a WebSocket, with the authorization that its `connection_init` brought in place of their own:
 * `authorization`, `token` (without a scheme it is a bearer's), or either of them under `headers`.
 */
export function withAuthorization(
  headers: IncomingHttpHeaders,
  parameters: Parameters | undefined,
): IncomingHttpHeaders {
  const authorization = parameters && authorizationIn(parameters, deepest);
  return authorization === undefined ? headers : { ...headers, authorization };
}

/** With the first traceparent of these in place of that of the request that opened the WebSocket: an operation may be of another trace. */
export function withTraceparent(
  headers: IncomingHttpHeaders,
  nearest: readonly (Parameters | null | undefined)[],
): IncomingHttpHeaders {
  const traceparent = nearest.map((each) => each?.traceparent).find((each) => typeof each === 'string');
  return traceparent === undefined ? headers : { ...headers, traceparent };
}

function authorizationIn(parameters: Parameters, levels: number): string | undefined {
  const authorization = member(parameters, 'authorization');
  if (typeof authorization === 'string' && authorization !== '') return authorization;
  const token = member(parameters, 'token');
  if (typeof token === 'string' && token !== '') return token.includes(' ') ? token : `Bearer ${token}`;
  const nested = member(parameters, 'headers');
  return levels > 1 && isObject(nested) ? authorizationIn(nested, levels - 1) : undefined;
}

/** Names of headers are written as anybody likes. */
function member(parameters: Parameters, name: string): unknown {
  const key = Object.keys(parameters).find((candidate) => candidate.toLowerCase() === name);
  return key === undefined ? undefined : parameters[key];
}

function isObject(value: unknown): value is Parameters {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
