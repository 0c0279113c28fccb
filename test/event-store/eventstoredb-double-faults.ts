// What goes wrong in the EventStoreDB double: faults for the next calls, or for a share of calls by a seeded generator.
import { status } from '@grpc/grpc-js';
import type { Endpoint } from './eventstoredb-double-wire.ts';

/** `deliver`: each event that a subscription is about to send. */
export type Operation = 'append' | 'read' | 'subscribe' | 'deliver' | 'features' | 'gossip';

export type Fault =
  /** The call fails before anything is done. In a batch call this ends all of its appends that are not answered. */
  | { readonly kind: 'fail'; readonly code: status; readonly details?: string }
  /** Nothing is done and no answer comes, ever; a subscription stays open and says nothing any more. */
  | { readonly kind: 'swallow' }
  /** The call ends gracefully and without an answer, before anything is done. */
  | { readonly kind: 'end' }
  /** An append is written, its answer is lost. */
  | { readonly kind: 'write-then-swallow' }
  /** An append is written so much later, whatever has become of its call by then, and never answered. */
  | { readonly kind: 'write-late'; readonly milliseconds: number }
  /** An append is written, then its call ends gracefully and without an answer. */
  | { readonly kind: 'write-then-end' }
  /** An append is written, then its call fails. */
  | { readonly kind: 'write-then-fail'; readonly code: status; readonly details?: string }
  /** This node is not the leader; without `leader` the server says that it knows of none. */
  | { readonly kind: 'not-leader'; readonly leader?: Endpoint }
  | { readonly kind: 'busy' }
  | { readonly kind: 'access-denied' }
  /** The server gives up on an append before it is written. */
  | { readonly kind: 'timeout' }
  /** Done as asked, but so much later. */
  | { readonly kind: 'slow'; readonly milliseconds: number };

export interface FaultPlan {
  /** Plays the fault for the next calls; several such orders follow each other. */
  next(operation: Operation, fault: Fault, times?: number): void;
  /** Plays the fault for this share of calls, 0 to 1, besides the shares that other faults have. */
  share(operation: Operation, fault: Fault, share: number): void;
  /** Plays no fault any more, of this operation or of all. */
  clear(operation?: Operation): void;
  /** The fault for the call that is about to be served. */
  draw(operation: Operation): Fault | undefined;
  /** How many faults were played. */
  readonly played: number;
}

export function createFaultPlan(seed: number): FaultPlan {
  const random = createRandom(seed);
  const orders = new Map<Operation, { readonly fault: Fault; left: number }[]>();
  const shares = new Map<Operation, { readonly fault: Fault; readonly share: number }[]>();
  let played = 0;

  const ordered = (operation: Operation): Fault | undefined => {
    const queue = orders.get(operation);
    const first = queue?.[0];
    if (!first) return undefined;
    first.left -= 1;
    if (first.left <= 0) queue?.shift();
    return first.fault;
  };
  const byChance = (operation: Operation): Fault | undefined => {
    const candidates = shares.get(operation);
    if (!candidates) return undefined;
    let drawn = random();
    for (const { fault, share } of candidates) {
      if (drawn < share) return fault;
      drawn -= share;
    }
    return undefined;
  };
  return {
    next: (operation, fault, times = 1) => {
      orders.set(operation, [...(orders.get(operation) ?? []), { fault, left: times }]);
    },
    share: (operation, fault, share) => {
      shares.set(operation, [...(shares.get(operation) ?? []), { fault, share }]);
    },
    clear: (operation) => {
      for (const plan of [orders, shares]) {
        if (operation) plan.delete(operation);
        else plan.clear();
      }
    },
    draw: (operation) => {
      const fault = ordered(operation) ?? byChance(operation);
      if (fault) played += 1;
      return fault;
    },
    get played() {
      return played;
    },
  };
}

/**
 * What a bad day has: each fault of appends and reads for this share of calls. Subscriptions break for a hundredth of the share of
 * events. No fault is among them that a client cannot tell from a right answer, and none that it is right to give up on.
 */
export function playBadDay(faults: FaultPlan, share: number): void {
  const fail = (code: status): Fault => ({ kind: 'fail', code });
  const slow: Fault = { kind: 'slow', milliseconds: 30 };
  const appends: Fault[] = [
    fail(status.UNAVAILABLE),
    { kind: 'write-then-fail', code: status.UNAVAILABLE },
    { kind: 'swallow' },
    { kind: 'write-then-swallow' },
    { kind: 'end' },
    { kind: 'write-then-end' },
    { kind: 'not-leader' },
    { kind: 'busy' },
    { kind: 'timeout' },
    slow,
  ];
  for (const fault of appends) faults.share('append', fault, share);
  for (const fault of [fail(status.UNAVAILABLE), fail(status.ABORTED), { kind: 'swallow' } as const, slow]) {
    faults.share('read', fault, share);
  }
  for (const fault of [fail(status.UNAVAILABLE), { kind: 'swallow' }, { kind: 'end' }, slow] as const) {
    faults.share('subscribe', fault, share);
  }
  for (const fault of [fail(status.ABORTED), { kind: 'swallow' }, { kind: 'end' }] as const) {
    faults.share('deliver', fault, share / 100);
  }
  for (const fault of [fail(status.UNAVAILABLE), slow]) faults.share('features', fault, share);
}

/** Numbers from 0 to below 1, the same ones for the same seed (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
