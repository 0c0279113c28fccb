// The catalogue that decisions are made from: that of the read models, or while they do not answer that of the log.
import type { CatalogueView } from '../../projections/catalogue-view.ts';
import { createSharedLook } from '../../projections/shared-look.ts';
import type { Catalogue } from '../decisioning/compiled-catalogue.ts';
import { type EventStore, StoreUnavailable } from '../event-store/event-store.ts';
import type { Deadline } from './decision-trail.ts';
import { type AskReadSide, believedMs, causeOf, readingShare } from './read-side-calls.ts';
import { inTime, logTooSlow } from './time-budget.ts';

export interface CatalogueNow {
  /**
   * Not a promise unless something has to be read.
   * @param deadline for a decision; absent: it is waited for as long as the ports let anybody wait
   * @throws StoreUnavailable when the log does not say it in time either.
   */
  current(deadline?: Deadline): Catalogue | Promise<Catalogue>;
  /**
   * As `current`, for a decision: while the read models may not have heard of what was paused, as the log has it, if that says so in time.
   * @param isStale the caller knows of writes that the read models have not seen
   */
  inForce(deadline: Deadline, isStale?: boolean): Catalogue | Promise<Catalogue>;
  /** For decisions without the read models: whatever was paused while they are away is paused. Throws as `current`. */
  logged(deadline?: Deadline): Promise<Catalogue>;
  /** The last one that somebody was given, which may not be that of now; nobody was, when absent. */
  known(): Catalogue | undefined;
}

export function createCatalogueNow(
  view: CatalogueView<Catalogue>,
  store: EventStore,
  askReadSide: AskReadSide,
  behindMs: () => number,
): CatalogueNow {
  const lookAtLog = createSharedLook(() => view.logged(store));
  let known: Catalogue | undefined;
  const keep = (catalogue: Catalogue) => {
    known = catalogue;
    return catalogue;
  };

  function logged(deadline?: Deadline): Promise<Catalogue> {
    const reading = lookAtLog();
    return deadline ? inTime(reading, deadline.left(), () => logTooSlow(deadline)) : reading;
  }

  async function asked(compiling: Promise<Catalogue>, deadline?: Deadline): Promise<Catalogue> {
    // It is under way, also where nobody is to wait for it.
    compiling.catch(() => {});
    try {
      return await (deadline ? askReadSide(deadline.left('LOAD'), () => compiling) : compiling);
    } catch (error) {
      causeOf(error);
      return logged(deadline);
    }
  }

  function current(deadline?: Deadline): Catalogue | Promise<Catalogue> {
    const catalogue = view.current();
    return catalogue instanceof Promise ? asked(catalogue, deadline).then(keep) : keep(catalogue);
  }

  async function loggedSoon(deadline: Deadline): Promise<Catalogue> {
    try {
      return keep(await inTime(lookAtLog(), deadline.left('LOAD') * readingShare, () => logTooSlow(deadline)));
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      return current(deadline);
    }
  }

  return {
    current,
    inForce(deadline, isStale = false) {
      const isBehind = isStale || behindMs() > believedMs;
      return isBehind && store.health().answers ? loggedSoon(deadline) : current(deadline);
    },
    logged,
    known: () => known,
  };
}
