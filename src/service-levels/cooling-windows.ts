// The cooling windows of placements, of the catalogue as it last was when somebody asked.
import { type Catalogue, placementOf } from '../decisioning/compiled-catalogue.ts';
import type { ContactWindow } from './contacts-of-calls.ts';

export function createCoolingWindows(current: () => Catalogue | Promise<Catalogue> | undefined) {
  let known: Catalogue | undefined;

  function learn(catalogue: Catalogue): void {
    known = catalogue;
  }

  return (placementId: string): ContactWindow | undefined => {
    const catalogue = current();
    // While it cannot be read, that of before will do.
    if (catalogue instanceof Promise) catalogue.then(learn, () => {});
    else if (catalogue) learn(catalogue);
    const window = known && placementOf(known, placementId)?.terms.coolingWindow;
    return window && { milliseconds: window.seconds * 1000, scope: window.scope };
  };
}
