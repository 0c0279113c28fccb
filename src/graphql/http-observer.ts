// What the server tells of its work to whoever measures it. Nobody who listens may throw, or take his time.

/** What can carry a subscription. */
export type Wire = 'websocket' | 'sse' | 'multipart' | 'callback';

export interface ServerObserver {
  /** @param milliseconds from its headers, of a GraphQL request that has this one answer; absent for all else */
  answered?(status: number, milliseconds?: number): void;
  connected?(change: 1 | -1): void;
  /** A subscription has begun, or is over. */
  subscribed?(wire: Wire, change: 1 | -1): void;
}
