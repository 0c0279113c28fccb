// The placements of one call: each is decided when the places of those before it are held, and all are recorded together.
import { type DecisionRecord, offerIdsOf } from './decision-records.ts';

/** What the decision for one placement needs of the others of its call. */
export interface AmongOthers {
  /** The offers that the others show. */
  taken(): readonly string[];
  /** It shows these offers, and its places are held; resolves when the others are as far, so that all are recorded in one go. */
  held(offerIds: readonly string[]): Promise<void>;
}

export interface PlacementsTogether {
  /** It shows what it has shown before. */
  shows(placementId: string, offerIds: readonly string[]): void;
  /** Resolves when the next placement may be decided, as the decision holds its places or is made; false: it has failed. */
  begin(placementId: string, decide: (others: AmongOthers) => Promise<DecisionRecord>): Promise<boolean>;
  /**
   * No more are begun: theirs, in their order.
   * @throws what the first of them failed with, when all have come to an end.
   */
  records(): Promise<DecisionRecord[]>;
}

export function createPlacementsTogether(): PlacementsTogether {
  const shown = new Map<string, readonly string[]>();
  const { promise: allHeld, resolve: goOn } = Promise.withResolvers<void>();
  const deciding: Promise<DecisionRecord>[] = [];

  return {
    shows: (placementId, offerIds) => void shown.set(placementId, offerIds),
    begin(placementId, decide) {
      const { promise: mayGoOn, resolve } = Promise.withResolvers<boolean>();
      const others: AmongOthers = {
        taken: () => [...shown].flatMap(([other, offerIds]) => (other === placementId ? [] : offerIds)),
        held(offerIds) {
          shown.set(placementId, offerIds);
          resolve(true);
          return allHeld;
        },
      };
      const decided = decide(others);
      deciding.push(decided);
      const show = (record: DecisionRecord) => {
        shown.set(placementId, offerIdsOf(record));
        resolve(true);
      };
      decided.then(show, () => resolve(false));
      return mayGoOn;
    },
    async records() {
      goOn();
      await Promise.allSettled(deciding);
      return Promise.all(deciding);
    },
  };
}
