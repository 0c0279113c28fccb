// The services of an EventStoreDB double besides appends: reads and subscriptions, what it can do, who is in its cluster.

import type { ClusterInfo } from '@eventstore/db-client/generated/gossip_pb.js';
import gossip from '@eventstore/db-client/generated/gossip_pb.js';
import type { SupportedMethods } from '@eventstore/db-client/generated/serverfeatures_pb.js';
import features from '@eventstore/db-client/generated/serverfeatures_pb.js';
import type { Empty } from '@eventstore/db-client/generated/shared_pb.js';
import shared from '@eventstore/db-client/generated/shared_pb.js';
import type { ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import type { Fault, Operation } from './eventstoredb-double-faults.ts';
import { misplaced, type Node, notLeader } from './eventstoredb-double-node.ts';
import { answerRead, answerSubscription, type Delivery, type ReadCall, sourceOf } from './eventstoredb-double-read.ts';
import { type Failure, failure, failures, streamName } from './eventstoredb-double-wire.ts';

/** What a call that is not an append meets before it is served. */
interface Way {
  serve(): void;
  fail(failure: Failure): void;
  end(): void;
}

function play(fault: Fault | undefined, { serve, fail, end }: Way): void {
  switch (fault?.kind) {
    case undefined:
      serve();
      break;
    case 'slow':
      setTimeout(serve, fault.milliseconds);
      break;
    case 'fail':
    case 'write-then-fail':
      fail(failure(fault.code, fault.details ?? 'planned fault'));
      break;
    case 'swallow':
    case 'write-then-swallow':
    case 'write-late':
      break;
    case 'end':
    case 'write-then-end':
      end();
      break;
    case 'not-leader':
      fail(notLeader(fault.leader));
      break;
    case 'busy':
      fail(failures.busy);
      break;
    case 'access-denied':
      fail(failures.accessDenied);
      break;
    case 'timeout':
      fail(failures.timeout);
      break;
  }
}

export function serveRead(node: Node, call: ReadCall): void {
  const options = call.request.getOptions();
  const subscribes = options?.hasSubscription() ?? false;
  const operation = subscribes ? 'subscribe' : 'read';
  node.calls.counts[operation] += 1;
  const fail = (reason: Failure): void => {
    call.emit('error', reason);
  };
  const one = options?.getStream();
  const isAllowed = node.access.allows(call.metadata, one && streamName(one.getStreamIdentifier()));
  const refused =
    node.access.refuses(call.metadata) ??
    (isAllowed ? undefined : failures.accessDenied) ??
    misplaced(node, call.metadata);
  if (refused) {
    fail(refused);
    return;
  }
  play(node.faults.draw(operation), {
    serve: () => {
      if (call.cancelled) return;
      const source = sourceOf(call.request, node.log, node.longestWindow);
      if ('code' in source) return fail(source);
      if (!subscribes) return answerRead(call, source);
      const subscriptionId = `00000000-0000-4000-9000-${String(node.calls.counts.subscribe).padStart(12, '0')}`;
      const subscription = answerSubscription(call, {
        log: node.log,
        subscriptionId,
        source,
        deliver: () => deliver(node, call),
        dropsSlowConsumers: node.dropsSlowConsumers,
      });
      node.calls.subscriptions.add(subscription);
      const closed = () => node.calls.subscriptions.delete(subscription);
      for (const event of ['cancelled', 'finish', 'close']) call.once(event, closed);
    },
    fail,
    end: () => call.end(),
  });
}

function deliver(node: Node, call: ReadCall): Delivery {
  node.calls.counts.deliver += 1;
  const fault = node.faults.draw('deliver');
  if (!fault || fault.kind === 'slow') return 'deliver';
  let delivery: Delivery = 'stall';
  const over = () => {
    delivery = 'over';
  };
  play(fault, {
    serve: () => {},
    fail: (reason) => {
      over();
      call.emit('error', reason);
    },
    end: () => {
      over();
      call.end();
    },
  });
  return delivery;
}

/** Version that the double says it is. */
const version = '23.10.0.0';
const supported: readonly (readonly [service: string, methods: readonly string[], features: readonly string[]])[] = [
  ['event_store.client.streams.Streams', ['read', 'append', 'batchappend'], []],
  ['event_store.client.gossip.Gossip', ['read'], []],
];

type Answered<Message> = (node: Node, call: ServerUnaryCall<Empty, Message>, callback: sendUnaryData<Message>) => void;

/** A question without arguments, which everybody may ask. */
function unary<Message>(
  operation: Operation & ('features' | 'gossip'),
  answer: (node: Node) => Message,
): Answered<Message> {
  return (node, _call, callback) => {
    node.calls.counts[operation] += 1;
    play(node.faults.draw(operation), {
      serve: () => callback(null, answer(node)),
      fail: callback,
      end: () => callback(failures.ended),
    });
  };
}

export const serveFeatures = unary<SupportedMethods>('features', () => {
  const answer = new features.SupportedMethods();
  answer.setEventStoreServerVersion(version);
  for (const [service, methods, names] of supported) {
    for (const name of methods) {
      const method = new features.SupportedMethod();
      method.setServiceName(service);
      method.setMethodName(name);
      method.setFeaturesList([...names]);
      answer.addMethods(method);
    }
  }
  return answer;
});

export const serveGossip = unary<ClusterInfo>('gossip', (node) => {
  const answer = new gossip.ClusterInfo();
  for (const { id, host, port, isAlive, isLeader } of node.members()) {
    const member = new gossip.MemberInfo();
    const instance = new shared.UUID();
    instance.setString(id);
    member.setInstanceId(instance);
    member.setTimeStamp(String(Date.now()));
    member.setIsAlive(isAlive);
    const { LEADER, FOLLOWER } = gossip.MemberInfo.VNodeState;
    member.setState(isLeader ? LEADER : FOLLOWER);
    const endpoint = new gossip.EndPoint();
    endpoint.setAddress(host);
    endpoint.setPort(port);
    member.setHttpEndPoint(endpoint);
    answer.addMembers(member);
  }
  return answer;
});
