// Appends of the EventStoreDB double, one to a call or many: collected, checked, written in order of arrival, answered.

import type { UUID } from '@eventstore/db-client/generated/shared_pb.js';
import type {
  AppendReq,
  AppendResp,
  BatchAppendReq,
  BatchAppendResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import type { ServerDuplexStream, ServerReadableStream, sendUnaryData } from '@grpc/grpc-js';
import type { AppendOutcome } from './eventstoredb-double-log.ts';
import { misplaced, type Node, notLeader } from './eventstoredb-double-node.ts';
import { type Append, add, expectedOf, problemOf, uuidText } from './eventstoredb-double-proposal.ts';
import {
  appendAnswer,
  batchAnswer,
  type Failure,
  failure,
  failures,
  refusals,
  streamIdentifier,
  streamName,
} from './eventstoredb-double-wire.ts';

export type AppendCall = ServerReadableStream<AppendReq, AppendResp>;
export type BatchCall = ServerDuplexStream<BatchAppendReq, BatchAppendResp>;

/** How an append is answered, on either kind of call. */
interface Reply {
  answer(outcome: AppendOutcome): void;
  refuse(why: 'busy' | 'access-denied' | 'timeout' | 'no-leader'): void;
  /** The call fails, with everything that is not answered yet. */
  fail(failure: Failure): void;
  /** The call ends without saying anything. */
  end(): void;
}

/** Until a batch append must have come completely, however late its deadline. */
const longestWait = 2_000;

function perform(node: Node, append: Append, reply: Reply, inOrder: InOrder): void {
  node.calls.counts.append += 1;
  const fault = node.faults.draw('append');
  const write = () => node.log.append(append.stream, append.expected, append.events);
  inOrder(fault?.kind === 'slow' ? fault.milliseconds : 0, () => {
    if (fault?.kind.startsWith('write-then-')) write();
    switch (fault?.kind) {
      case undefined:
      case 'slow':
        reply.answer(write());
        break;
      case 'fail':
      case 'write-then-fail':
        reply.fail(failure(fault.code, fault.details ?? 'planned fault'));
        break;
      case 'write-late':
        setTimeout(write, fault.milliseconds).unref();
        break;
      case 'swallow':
      case 'write-then-swallow':
        break;
      case 'end':
      case 'write-then-end':
        reply.end();
        break;
      case 'not-leader':
        if (fault.leader) reply.fail(notLeader(fault.leader));
        else reply.refuse('no-leader');
        break;
      case 'busy':
      case 'access-denied':
      case 'timeout':
        reply.refuse(fault.kind);
        break;
    }
  });
}

export function serveAppend(node: Node, call: AppendCall, callback: sendUnaryData<AppendResp>): void {
  const refused = node.access.refuses(call.metadata) ?? misplaced(node, call.metadata);
  if (refused) {
    callback(refused);
    return;
  }
  let append: Append | undefined;
  let tooBig = false;
  call.on('data', (request: AppendReq) => {
    const options = request.getOptions();
    if (options) {
      const stream = streamName(options.getStreamIdentifier());
      append = { stream, expected: expectedOf(options, Number(options.getRevision())), events: [], size: 0 };
    }
    const message = request.getProposedMessage();
    if (append && message) add(append, message);
    tooBig ||= append !== undefined && append.size > node.maxAppendSize;
  });
  const refusal = (): Failure | undefined => {
    if (!append) return failures.invalid('The options are missing.');
    if (tooBig) return failures.tooBig(node.maxAppendSize);
    if (!node.access.allows(call.metadata, append.stream)) return failures.accessDenied;
    const problem = problemOf(append.events);
    return problem === undefined ? undefined : failures.invalid(problem);
  };
  call.on('end', () => {
    if (call.cancelled) return;
    const reason = refusal();
    if (reason || !append) return callback(reason ?? null);
    const { expected } = append;
    perform(
      node,
      append,
      {
        answer: (outcome) => callback(null, appendAnswer(outcome, expected)),
        refuse: (why) => callback(unaryRefusals[why]),
        fail: callback,
        end: () => callback(failures.ended),
      },
      createInOrder(call),
    );
  });
}

const unaryRefusals = {
  busy: failures.busy,
  'access-denied': failures.accessDenied,
  timeout: failures.timeout,
  'no-leader': failures.noLeaderInfo,
};

const batchRefusals = {
  busy: () => refusals.notHandled('Server Is Busy'),
  'access-denied': refusals.accessDenied,
  timeout: refusals.timeout,
  'no-leader': () => refusals.notHandled('No leader info available in response'),
};

export function serveBatchAppend(node: Node, call: BatchCall): void {
  const refused = node.access.refuses(call.metadata);
  if (refused) {
    call.emit('error', refused);
    return;
  }
  const pending = new Map<string, Append>();
  const timers = new Set<NodeJS.Timeout>();
  const inOrder = createInOrder(call);
  let isOver = false;
  let unanswered = 0;
  let isClosing = false;

  const fail = (reason: Failure) => {
    if (isOver) return;
    isOver = true;
    call.emit('error', reason);
  };
  const end = () => {
    if (isOver) return;
    isOver = true;
    call.end();
  };
  const send = (id: UUID | undefined, stream: string, result: Parameters<typeof batchAnswer>[2]) => {
    if (!isOver && !call.cancelled) call.write(batchAnswer(id, streamIdentifier(stream), result));
  };
  const begin = (request: BatchAppendReq, options: BatchAppendReq.Options, key: string): Append | undefined => {
    const id = request.getCorrelationId();
    const stream = streamName(options.getStreamIdentifier());
    if (!node.access.allows(call.metadata, stream)) {
      send(id, stream, refusals.accessDenied());
      return undefined;
    }
    const wait = Math.min(
      (options.getDeadline()?.toDate().getTime() ?? Number.POSITIVE_INFINITY) - Date.now(),
      longestWait,
    );
    if (wait <= 0) {
      send(id, stream, refusals.timeout());
      return undefined;
    }
    const append: Append = {
      stream,
      expected: expectedOf(options, Number(options.getStreamPosition())),
      events: [],
      size: 0,
    };
    if (request.getIsFinal()) return append;
    pending.set(key, append);
    const timer = setTimeout(() => {
      timers.delete(timer);
      if (pending.delete(key)) send(id, stream, refusals.timeout());
    }, wait);
    timers.add(timer);
    return append;
  };

  call.on('data', (request: BatchAppendReq) => {
    if (isOver) return;
    const id = request.getCorrelationId();
    const key = uuidText(id);
    const options = request.getOptions();
    const append = options ? begin(request, options, key) : pending.get(key);
    if (!append) return;
    for (const message of request.getProposedMessagesList()) add(append, message);
    const problem = problemOf(append.events);
    if (problem || append.size > node.maxAppendSize) {
      pending.delete(key);
      return send(id, append.stream, problem ? refusals.badRequest(problem) : refusals.tooBig(node.maxAppendSize));
    }
    if (!request.getIsFinal()) return;
    pending.delete(key);
    const place = misplaced(node, call.metadata);
    if (place) return fail(place);
    unanswered += 1;
    const answered = () => {
      unanswered -= 1;
      if (isClosing && unanswered === 0) end();
    };
    perform(
      node,
      append,
      {
        answer: (outcome) => {
          send(
            id,
            append.stream,
            outcome.written ? outcome : refusals.wrongExpectedRevision(outcome.current, append.expected),
          );
          answered();
        },
        refuse: (why) => {
          send(id, append.stream, batchRefusals[why]());
          answered();
        },
        fail,
        end,
      },
      inOrder,
    );
  });
  call.on('end', () => {
    isClosing = true;
    for (const timer of timers) clearTimeout(timer);
    if (unanswered === 0) end();
  });
  call.on('cancelled', () => {
    isOver = true;
    for (const timer of timers) clearTimeout(timer);
  });
}

type InOrder = (delay: number, work: () => void) => void;

/** Does one thing after the other, each no sooner than its delay after it was asked; nothing once the call is over. */
function createInOrder(call: { readonly cancelled: boolean }): InOrder {
  const queue: { readonly due: number; readonly work: () => void }[] = [];
  const next = () => {
    for (let first = queue[0]; first; first = queue[0]) {
      const wait = first.due - performance.now();
      if (wait > 0) {
        setTimeout(next, wait);
        return;
      }
      queue.shift();
      if (!call.cancelled) first.work();
    }
  };
  return (delay, work) => {
    if (delay === 0 && queue.length === 0) return work();
    queue.push({ due: performance.now() + delay, work });
    if (queue.length === 1) next();
  };
}
