// The catalogue that decisions are made from: that of the read models, or while they do not answer that of the log.
import type { CatalogueView } from '../../projections/catalogue-view.ts';
import type { Catalogue } from '../decisioning/compiled-catalogue.ts';
import type { EventStore } from '../event-store/event-store.ts';
import type { Deadline } from './decision-trail.ts';
import { type AskReadSide, causeOf } from './read-side-calls.ts';
import { inTime, logTooSlow } from './time-budget.ts';

export interface CatalogueNow {
  /**
   * Not a promise unless something has to be read.
   * @param deadline for a decision; absent: it is waited for as long as the ports let anybody wait
   * @throws StoreUnavailable when the log does not say it in time either.
   */
  current(deadline?: Deadline): Catalogue | Promise<Catalogue>;
  /** For decisions without the read models: whatever was paused while they are away is paused. Throws as `current`. */
  logged(deadline?: Deadline): Promise<Catalogue>;
  /** The last one that somebody was given, which may not be that of now; nobody was, when absent. */
  known(): Catalogue | undefined;
}

export function createCatalogueNow(
  view: CatalogueView<Catalogue>,
  store: EventStore,
  askReadSide: AskReadSide,
): CatalogueNow {
  let known: Catalogue | undefined;
  const keep = (catalogue: Catalogue) => {
    known = catalogue;
    return catalogue;
  };

  function logged(deadline?: Deadline): Promise<Catalogue> {
    const reading = view.logged(store);
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

  return {
    current(deadline) {
      const catalogue = view.current();
      return catalogue instanceof Promise ? asked(catalogue, deadline).then(keep) : keep(catalogue);
    },
    logged,
    known: () => known,
  };
}
