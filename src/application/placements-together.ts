// The placements of one call: each is decided when the places of those before it are held, and all are recorded together.
import { type DecisionRecord, offerIdsOf } from './decision-records.ts';

type Decide = (others: AmongOthers) => Promise<DecisionRecord>;

/** What the decision for one placement needs of the others of its call. */
export interface AmongOthers {
  /** The offers that the others show. */
  taken(): readonly string[];
  /** It shows these offers, and its places are held; resolves when it is time to record. */
  held(offerIds: readonly string[]): Promise<void>;
  /** Decides it once more, after it was held: one placement at a time, as each must know what the others show. */
  anew(decide: Decide): Promise<DecisionRecord>;
}

export interface PlacementsTogether {
  /** It shows what it has shown before. */
  shows(placementId: string, offerIds: readonly string[]): void;
  /** Resolves when the next placement may be decided, as the decision holds its places or is made; false: it has failed. */
  begin(placementId: string, decide: Decide): Promise<boolean>;
  /**
   * No more are begun: theirs, in their order.
   * @throws what failed first, when all have come to an end.
   */
  records(): Promise<DecisionRecord[]>;
}

/** Places may be good for less than a second, and nobody's are to be lost because a model is asked about another placement. */
const longestWaitMs = 100;

/** @param count of placements that will be begun */
export function createPlacementsTogether(count: number): PlacementsTogether {
  const shown = new Map<string, readonly string[]>();
  const { promise: recording, resolve: record } = Promise.withResolvers<void>();
  const deciding: Promise<DecisionRecord>[] = [];
  let patience: NodeJS.Timeout | undefined;
  let failure: { readonly error: unknown } | undefined;
  /** One at a time is decided: resolves when nobody is. */
  let idle: Promise<unknown> = Promise.resolve();

  function othersOf(placementId: string, hold: () => void): AmongOthers {
    const others: AmongOthers = {
      taken: () => [...shown].flatMap(([other, offerIds]) => (other === placementId ? [] : offerIds)),
      held(offerIds) {
        shown.set(placementId, offerIds);
        hold();
        if (count > 1) patience ??= setTimeout(record, longestWaitMs);
        return recording;
      },
      anew(decide) {
        const inTurn: AmongOthers = { ...others, anew: (again) => again(inTurn) };
        const decided = idle.then(() => decide(inTurn)).then(show(placementId));
        idle = decided.catch(() => {});
        return decided;
      },
    };
    return others;
  }

  const show = (placementId: string) => (record: DecisionRecord) => {
    shown.set(placementId, offerIdsOf(record));
    return record;
  };

  return {
    shows: (placementId, offerIds) => void shown.set(placementId, offerIds),
    begin(placementId, decide) {
      const { promise: mayGoOn, resolve } = Promise.withResolvers<boolean>();
      const others = othersOf(placementId, () => resolve(true));
      const decided = idle.then(() => decide(others)).then(show(placementId));
      idle = mayGoOn;
      deciding.push(decided);
      decided.then(
        () => resolve(true),
        (error: unknown) => {
          failure ??= { error };
          resolve(false);
        },
      );
      return mayGoOn;
    },
    async records() {
      clearTimeout(patience);
      record();
      const ended = await Promise.allSettled(deciding);
      if (failure) throw failure.error;
      return ended.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    },
  };
}
