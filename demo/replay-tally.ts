// What a replay counts while it runs.

export interface PlacementTally {
  decided: number;
  empty: number;
  fallback: number;
  /** Of each decision, as the client saw it, in milliseconds. */
  latencies: number[];
}

export interface RedemptionRecord {
  readonly decisionId: string;
  readonly offerId: string;
}

export interface ReplayTally {
  signals: { recorded: number; known: number };
  /** In words. */
  signalsRefused: string[];
  /** By placement. */
  placements: Map<string, PlacementTally>;
  /** Of all decisions, in the order of their answers. */
  decisionIds: string[];
  offersDecided: number;
  offersPresented: number;
  presentationsRefused: number;
  /** Candidates that each reason removed, over all decisions. */
  rejections: Map<string, number>;
  /** Decisions without an offer, by cause. */
  causes: Map<string, number>;
  redemptions: { sent: number; creditedToBooklet: number; atTill: number };
  /** Where each redemption was recorded. */
  redeemed: RedemptionRecord[];
  /** What was redeemed and could not be recorded, in words. */
  lost: string[];
  /** Offers that were decided or presented outside their window, in words. */
  outsideWindow: string[];
  /** Milliseconds from sending signals to reading features that contain them. */
  freshness: number[];
  requests: number;
  /** Milliseconds that the replay of the timeline took. */
  elapsed: number;
}

export function emptyTally(): ReplayTally {
  return {
    signals: { recorded: 0, known: 0 },
    signalsRefused: [],
    placements: new Map(),
    decisionIds: [],
    offersDecided: 0,
    offersPresented: 0,
    presentationsRefused: 0,
    rejections: new Map(),
    causes: new Map(),
    redemptions: { sent: 0, creditedToBooklet: 0, atTill: 0 },
    redeemed: [],
    lost: [],
    outsideWindow: [],
    freshness: [],
    requests: 0,
    elapsed: 0,
  };
}

/** Of all placements together. */
export function decisionLatenciesOf(tally: ReplayTally): number[] {
  return [...tally.placements.values()].flatMap(({ latencies }) => latencies);
}

export function addTo(counts: Map<string, number>, key: string, count = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}

/** The value below which a share of the values lies (nearest rank); 0 for no values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
