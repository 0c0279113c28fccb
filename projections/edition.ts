// The builds of all read models that belong together: what one projector writes and one decision reads.
import { createHash } from 'node:crypto';
import type { Build } from '../src/redis/redis-keys.ts';

/** A read model, or the caps: whatever is built from the log in a form that has a version. */
export interface Model {
  readonly name: string;
  readonly version: number;
  /**
   * Of the caps: a build has reservations that are not in the log yet. As long as somebody can reserve in one, nobody may in the next,
   * which would not know of it.
   */
  readonly isReservedIn?: true;
}

export interface Edition {
  /**
   * Another for other models, versions or builds. Scripts and checkpoints of an edition have it in their names: that one edition is
   * whole says nothing of another.
   */
  readonly name: string;
  /** @throws Error for a model that the edition does not have. */
  buildOf(model: Model): Build;
  /** How often the model was built anew, from 1. */
  numberOf(model: Model): number;
  /** The same with another build of one model. */
  with(model: Model, number: number): Edition;
}

/** How a model is written in the control hash: `offers:1`. */
export function fieldOf({ name, version }: Model): string {
  return `${name}:${version}`;
}

/** Names a set of model versions, whatever their builds. */
export function versionsName(models: readonly Model[]): string {
  return digest(models.map(fieldOf));
}

/**
 * Names what a program reads: models of these versions, by scripts of these texts. Of each program one process projects, since it lets
 * in only those who read as it does: during a rollout the old one and the new one.
 */
export function programName(models: readonly Model[], serving: Readonly<Record<string, string>>): string {
  return digest([...models.map(fieldOf), ...Object.values(serving)]);
}

export function createEdition(numbers: ReadonlyMap<string, number>): Edition {
  const numberOf = (model: Model): number => {
    const number = numbers.get(fieldOf(model));
    if (number === undefined) throw new Error(`the model ${fieldOf(model)} is not among those of this program`);
    return number;
  };
  const builds = new Map<Model, Build>();
  return {
    name: digest([...numbers].map(([field, number]) => `${field}-${number}`)),
    numberOf,
    buildOf(model) {
      // Asked for each entry of a batch.
      let build = builds.get(model);
      if (build === undefined) {
        build = `${model.version}-${numberOf(model)}`;
        builds.set(model, build);
      }
      return build;
    },
    with: (model, number) => createEdition(new Map([...numbers, [fieldOf(model), number]])),
  };
}

function digest(parts: readonly string[]): string {
  return createHash('sha1')
    .update([...parts].sort().join())
    .digest('hex')
    .slice(0, 12);
}
