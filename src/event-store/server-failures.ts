// What a failed call means. The packages' own errors have a `type`; what went wrong below them has only a code of gRPC, or neither.
import { noStream } from './event-store.ts';

/** What to do about a failure. */
export type ServerFailure =
  /** The stream has moved on; the revision of its last event, `noStream` when there is none. */
  | { readonly kind: 'CONFLICT'; readonly actual: number }
  /** There is no such stream. */
  | { readonly kind: 'NO_STREAM' }
  /** It would be refused again; `why` is for a person. */
  | { readonly kind: 'REFUSED'; readonly why: string }
  | { readonly kind: 'TOO_LARGE'; readonly limit: number | undefined }
  /** The client has asked a node that does not lead, and knows better now. */
  | { readonly kind: 'NOT_LEADER' }
  /** It may succeed when it is tried again; whether it has been done is not known. */
  | { readonly kind: 'RETRY'; readonly why: string };

/** A call that was not answered in time. The client may be stuck: what it waits for may never come. */
export class Unanswered extends Error {}

/** Codes of gRPC that another try does not change. */
const refusing: Readonly<Record<number, string>> = {
  3: 'the server does not accept the call',
  7: 'the user of the connection string may not do this',
  12: 'the server does not know the call: is it an EventStoreDB or KurrentDB?',
  16: 'the server does not know the user of the connection string',
};

/** Of the packages' own errors, by their type. */
const byType: Readonly<Record<string, (error: ServerError) => ServerFailure>> = {
  'wrong-expected-version': ({ actualVersion, actualState = actualVersion }) => ({
    kind: 'CONFLICT',
    actual: typeof actualState === 'bigint' ? Number(actualState) : noStream,
  }),
  'stream-not-found': () => ({ kind: 'NO_STREAM' }),
  'not-leader': () => ({ kind: 'NOT_LEADER' }),
  'maximum-append-size-exceeded': ({ maxAppendSize }) => ({ kind: 'TOO_LARGE', limit: maxAppendSize }),
  'append-record-size-exceeded': ({ maxSize }) => ({ kind: 'TOO_LARGE', limit: maxSize }),
  'transaction-max-size-exceeded': ({ maxSize }) => ({ kind: 'TOO_LARGE', limit: maxSize }),
  'stream-deleted': () => ({ kind: 'REFUSED', why: 'the stream was deleted at the server' }),
  'stream-tombstoned': () => ({ kind: 'REFUSED', why: 'the stream was deleted at the server for good' }),
  'access-denied': () => ({ kind: 'REFUSED', why: 'the user of the connection string may not do this, or is unknown' }),
};

export function failureOf(error: unknown): ServerFailure {
  if (!(error instanceof Error)) return { kind: 'RETRY', why: String(error) };
  const known: ServerError = error;
  const failureOfType = known.type === undefined ? undefined : byType[known.type];
  if (failureOfType) return failureOfType(known);
  const why = isOfCertificate(error) ? certificate : known.code === undefined ? undefined : refusing[known.code];
  return why === undefined ? { kind: 'RETRY', why: firstLineOf(error) } : { kind: 'REFUSED', why };
}

interface ServerError extends Error {
  readonly type?: string;
  readonly code?: number;
  /** Of EventStoreDB's package. */
  readonly actualVersion?: bigint | string;
  /** Of KurrentDB's. */
  readonly actualState?: bigint | string;
  readonly maxAppendSize?: number;
  readonly maxSize?: number;
}

const certificate = 'its certificate is not that of an authority which the connection string names (tlsCAFile)';

/** The connection is refused on our side; below the packages that is an outage like any other. */
function isOfCertificate({ message }: Error): boolean {
  return /\bcertificate\b/.test(message);
}

function firstLineOf({ message, name }: Error): string {
  return message.split('\n', 1)[0] || name;
}
