// When a customer was last shown something in a series by another call: for cooling windows, which one call does not break.

export interface Impression {
  readonly callId: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** The latest impressions of two different calls by series, the later one first: one of them is always by another call. */
export type Impressions = Map<string, readonly Impression[]>;

/** Epoch milliseconds; undefined: no other call has shown anything. */
export function latestOfOthers(impressions: Impressions, series: string, callId: string): number | undefined {
  return impressions.get(series)?.find((impression) => impression.callId !== callId)?.at;
}

export function rememberImpression(impressions: Impressions, series: string, impression: Impression): void {
  const [first, second] = impressions.get(series) ?? [];
  if (!first) impressions.set(series, [impression]);
  else if (impression.at > first.at) {
    // Of the same call the later one counts, and the other call stays.
    const other = first.callId === impression.callId ? second : first;
    impressions.set(series, other ? [impression, other] : [impression]);
  } else if (impression.callId !== first.callId && (!second || impression.at > second.at)) {
    impressions.set(series, [first, impression]);
  }
}
