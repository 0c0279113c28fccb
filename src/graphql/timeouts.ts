// How long the server waits for what.

/** Milliseconds. */
export interface Timeouts {
  /** For the headers of a request. */
  readonly headers: number;
  /** For a whole request, body included. */
  readonly request: number;
  /** For the `connection_init` of a WebSocket. */
  readonly connectionInit: number;
  /** Between the pings of a WebSocket. */
  readonly ping: number;
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
  drainNotice: 0,
  drain: 10_000,
};
