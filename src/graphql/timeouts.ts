// How long the server waits for whom.

/** Milliseconds. */
export interface Timeouts {
  /** For the headers of a request. */
  readonly headers: number;
  /** For a whole request, body included. */
  readonly request: number;
  /** For the `connection_init` of a WebSocket. */
  readonly connectionInit: number;
  /** Between the pings of a WebSocket, and the signs of life of any other stream. */
  readonly ping: number;
  /** A WebSocket without an operation and without a message for so long is closed. */
  readonly idle: number;
  /** A stream of which the client has taken nothing for so long is cut. */
  readonly stalled: number;
  /** A subscription ends after so long with an error that makes its client come back; at most 24 days. */
  readonly subscription: number;
  /** From not being ready any more to accepting no more: for balancers to notice. */
  readonly drainNotice: number;
  /** For what is under way when the server drains. */
  readonly drain: number;
}

export const defaultTimeouts: Timeouts = {
  headers: 10_000,
  request: 30_000,
  connectionInit: 10_000,
  ping: 15_000,
  idle: 600_000,
  stalled: 30_000,
  subscription: 24 * 3_600_000,
  drainNotice: 0,
  drain: 10_000,
};
