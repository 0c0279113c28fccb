// The catalogue that decisions are made from: that of the read models, or while they are away that of the log.
import type { CatalogueView } from '../../projections/catalogue-view.ts';
import { ReadSideUnavailable } from '../../projections/read-side-unavailable.ts';
import type { Catalogue } from '../decisioning/compiled-catalogue.ts';
import type { EventStore } from '../event-store/event-store.ts';

export interface CatalogueNow {
  /** Not a promise unless something has to be read. */
  current(): Catalogue | Promise<Catalogue>;
  /** For decisions without the read models: whatever was paused while they are away is paused. */
  logged(): Promise<Catalogue>;
}

export function createCatalogueNow(view: CatalogueView<Catalogue>, store: EventStore): CatalogueNow {
  const logged = () => view.logged(store);
  function withoutReadModels(error: unknown): Promise<Catalogue> {
    if (!(error instanceof ReadSideUnavailable)) throw error;
    return logged();
  }
  return {
    current() {
      const catalogue = view.current();
      return catalogue instanceof Promise ? catalogue.catch(withoutReadModels) : catalogue;
    },
    logged,
  };
}
