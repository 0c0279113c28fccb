// What the EventStoreDB double sends: answers and errors in the server's own messages.

import type { StreamIdentifier, UUID } from '@eventstore/db-client/generated/shared_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { Status } from '@eventstore/db-client/generated/status_pb.js';
import statusMessages from '@eventstore/db-client/generated/status_pb.js';
import type { AppendResp, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import streams from '@eventstore/db-client/generated/streams_pb.js';
import { Metadata, type StatusObject, status } from '@grpc/grpc-js';
import anyMessages from 'google-protobuf/google/protobuf/any_pb.js';
import emptyMessages from 'google-protobuf/google/protobuf/empty_pb.js';
import type { AppendOutcome, ExpectedRevision, LoggedEvent } from './eventstoredb-double-log.ts';

/** Where a node listens. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** With this a call ends. */
export type Failure = Partial<StatusObject> & { readonly code: status; readonly details: string };

export const failures = {
  accessDenied: failure(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' }),
  unauthenticated: failure(status.UNAUTHENTICATED, 'Bad gRPC response. HTTP status code: 401'),
  busy: failure(status.UNAVAILABLE, 'Server Is Too Busy'),
  noLeaderInfo: failure(status.UNKNOWN, 'No leader info available in response'),
  notLeader: ({ host, port }: Endpoint) =>
    failure(status.NOT_FOUND, 'Leader info available', {
      exception: 'not-leader',
      'leader-endpoint-host': host,
      'leader-endpoint-port': String(port),
    }),
  tooBig: (limit: number) =>
    failure(status.INVALID_ARGUMENT, `Maximum Append Size of ${limit} Exceeded.`, {
      exception: 'maximum-append-size-exceeded',
      'maximum-append-size': String(limit),
    }),
  invalid: (details: string) => failure(status.INVALID_ARGUMENT, details),
  invalidPosition: failure(status.INVALID_ARGUMENT, 'Trying to read from an invalid position.'),
  tooSlow: failure(
    status.ABORTED,
    'Operation timed out: Consumer too slow to handle event while live. Client resubscription required.',
  ),
  timeout: failure(status.ABORTED, 'Operation timed out'),
  ended: failure(status.CANCELLED, 'The call ended without an answer.'),
};

export function failure(code: status, details: string, metadata: Readonly<Record<string, string>> = {}): Failure {
  const map = new Metadata();
  for (const [key, value] of Object.entries(metadata)) map.set(key, value);
  return { code, details, metadata: map };
}

/** Errors of one append of a batch call, which goes on behind it. */
export const refusals = {
  wrongExpectedRevision: (current: number, expected: ExpectedRevision) => {
    const details = new shared.WrongExpectedVersion();
    if (current < 0) details.setCurrentNoStream(new emptyMessages.Empty());
    else details.setCurrentStreamRevision(String(current));
    if (expected === 'any') details.setExpectedAny(new emptyMessages.Empty());
    else if (expected === 'no_stream') details.setExpectedNoStream(new emptyMessages.Empty());
    else if (expected === 'stream_exists') details.setExpectedStreamExists(new emptyMessages.Empty());
    else details.setExpectedStreamPosition(String(expected));
    return refusal(status.ALREADY_EXISTS, 'WrongExpectedVersion', details, 'WrongExpectedVersion');
  },
  tooBig: (limit: number) => {
    const details = new shared.MaximumAppendSizeExceeded();
    details.setMaxappendsize(limit);
    return refusal(status.INVALID_ARGUMENT, 'MaximumAppendSizeExceeded', details, 'MaximumAppendSizeExceeded');
  },
  accessDenied: () => refusal(status.PERMISSION_DENIED, 'AccessDenied', new shared.AccessDenied(), 'AccessDenied'),
  timeout: () => refusal(status.DEADLINE_EXCEEDED, 'Timeout', new shared.Timeout(), 'Timeout'),
  /** The server has no error of its own for what it did not handle: it says so in a text. */
  notHandled: (message: string) => refusal(status.OK, message, new emptyMessages.Empty(), 'google.protobuf.Empty'),
  badRequest: (message: string) => {
    const details = new shared.BadRequest();
    details.setMessage(message);
    return refusal(status.INVALID_ARGUMENT, 'BadRequest', details, 'BadRequest');
  },
};

function refusal(code: status, message: string, details: { serializeBinary(): Uint8Array }, name: string): Status {
  const any = new anyMessages.Any();
  any.pack(details.serializeBinary(), name.includes('.') ? name : `event_store.client.${name}`);
  const answer = new statusMessages.Status();
  answer.setCode(code as number as ReturnType<Status['getCode']>);
  answer.setMessage(message);
  answer.setDetails(any);
  return answer;
}

/** Answer to one append of a batch call. */
export function batchAnswer(
  correlationId: UUID | undefined,
  stream: StreamIdentifier | undefined,
  result: Status | { readonly revision: number; readonly position: number },
): BatchAppendResp {
  const answer = new streams.BatchAppendResp();
  answer.setCorrelationId(correlationId);
  answer.setStreamIdentifier(stream);
  if (!('revision' in result)) {
    answer.setError(result);
    return answer;
  }
  const success = new streams.BatchAppendResp.Success();
  if (result.revision < 0) success.setNoStream(new emptyMessages.Empty());
  else success.setCurrentRevision(String(result.revision));
  const position = new shared.AllStreamPosition();
  position.setCommitPosition(String(result.position));
  position.setPreparePosition(String(result.position));
  success.setPosition(position);
  answer.setSuccess(success);
  return answer;
}

/** Answer to a call that is one append. */
export function appendAnswer(outcome: AppendOutcome, expected: ExpectedRevision): AppendResp {
  const answer = new streams.AppendResp();
  if (!outcome.written) {
    const wrong = new streams.AppendResp.WrongExpectedVersion();
    if (outcome.current < 0) wrong.setCurrentNoStream(new shared.Empty());
    else wrong.setCurrentRevision(String(outcome.current));
    if (expected === 'any') wrong.setExpectedAny(new shared.Empty());
    else if (expected === 'no_stream') wrong.setExpectedNoStream(new shared.Empty());
    else if (expected === 'stream_exists') wrong.setExpectedStreamExists(new shared.Empty());
    else wrong.setExpectedRevision(String(expected));
    answer.setWrongExpectedVersion(wrong);
    return answer;
  }
  const success = new streams.AppendResp.Success();
  if (outcome.revision < 0) success.setNoStream(new shared.Empty());
  else success.setCurrentRevision(String(outcome.revision));
  const position = new streams.AppendResp.Position();
  position.setCommitPosition(String(outcome.position));
  position.setPreparePosition(String(outcome.position));
  success.setPosition(position);
  answer.setSuccess(success);
  return answer;
}

const onTheWire = new WeakMap<LoggedEvent, Buffer>();

/** An event as reads and subscriptions send it, made once however often it is read. */
export function eventMessage(event: LoggedEvent): Buffer {
  const known = onTheWire.get(event);
  if (known) return known;
  const recorded = new streams.ReadResp.ReadEvent.RecordedEvent();
  const id = new shared.UUID();
  id.setString(event.id);
  recorded.setId(id);
  recorded.setStreamIdentifier(streamIdentifier(event.stream));
  recorded.setStreamRevision(String(event.revision));
  recorded.setCommitPosition(String(event.position));
  recorded.setPreparePosition(String(event.position));
  recorded
    .getMetadataMap()
    .set('type', event.type)
    .set('content-type', event.contentType)
    .set('created', event.created);
  recorded.setData(event.data);
  recorded.setCustomMetadata(event.metadata);
  const read = new streams.ReadResp.ReadEvent();
  read.setEvent(recorded);
  read.setCommitPosition(String(event.position));
  const message = new streams.ReadResp();
  message.setEvent(read);
  const bytes = Buffer.from(message.serializeBinary());
  onTheWire.set(event, bytes);
  return bytes;
}

export const readMessages = {
  confirmation: (subscriptionId: string): Buffer => {
    const confirmation = new streams.ReadResp.SubscriptionConfirmation();
    confirmation.setSubscriptionId(subscriptionId);
    return readMessage((message) => message.setConfirmation(confirmation));
  },
  checkpoint: (position: number): Buffer => {
    const checkpoint = new streams.ReadResp.Checkpoint();
    checkpoint.setCommitPosition(String(position));
    checkpoint.setPreparePosition(String(position));
    return readMessage((message) => message.setCheckpoint(checkpoint));
  },
  streamNotFound: (stream: string): Buffer => {
    const notFound = new streams.ReadResp.StreamNotFound();
    notFound.setStreamIdentifier(streamIdentifier(stream));
    return readMessage((message) => message.setStreamNotFound(notFound));
  },
  caughtUp: (): Buffer => readMessage((message) => message.setCaughtUp(new streams.ReadResp.CaughtUp())),
  fellBehind: (): Buffer => readMessage((message) => message.setFellBehind(new streams.ReadResp.FellBehind())),
};

function readMessage(fill: (message: InstanceType<typeof streams.ReadResp>) => void): Buffer {
  const message = new streams.ReadResp();
  fill(message);
  return Buffer.from(message.serializeBinary());
}

export function streamIdentifier(name: string): StreamIdentifier {
  const identifier = new shared.StreamIdentifier();
  identifier.setStreamName(Buffer.from(name));
  return identifier;
}

export function streamName(identifier: StreamIdentifier | undefined): string {
  return Buffer.from(identifier?.getStreamName_asU8() ?? []).toString();
}
