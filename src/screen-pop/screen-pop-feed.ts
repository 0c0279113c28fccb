// The port of the feed that brings screen pops to the consoles of agents: numbered, resumable, bounded.

export interface ScreenPop {
  /** Opaque, sortable; given back as `after` it resumes right behind this pop. */
  readonly position: string;
  readonly agentId: string;
  readonly interactionId: string;
  readonly customerId: string;
  /** Counts the pops of the interaction from 1. */
  readonly number: number;
  readonly decisionId: string;
  readonly cause: 'STARTED' | 'CONTEXT_OBSERVED' | 'RESPONDED';
  readonly at: string;
  /** As in the metadata of its event. */
  readonly traceparent?: string;
}

export interface ScreenPopFeed {
  /** Publishing a position that the agent's feed has already passed does nothing: replays are harmless. The order is the log's. */
  publish(pop: ScreenPop): Promise<void>;
  /**
   * The agent's pops behind `after`, a position of the log; '' is before all. When pops behind it are no longer kept, it begins with
   * the oldest that is. A subscriber that does not keep up skips to the newest pop rather than growing a buffer without bound.
   * Ends when `signal` aborts or the feed closes.
   */
  subscribe(agentId: string, options: { after: string; signal?: AbortSignal }): AsyncIterableIterator<ScreenPop>;
  close(): Promise<void>;
}
