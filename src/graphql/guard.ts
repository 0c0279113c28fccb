// Who may run which operation, and listen for how long: asked by the server for every operation on every wire.
import type { GraphQLError } from 'graphql';
import type { AskedField } from './asked-fields.ts';

/** Why the caller of a context may not run an operation; undefined when he may. */
export type Refusal = (context: object) => GraphQLError | undefined;

export interface Guard {
  /** Works out once for a plan what its callers need. Nothing of an operation that is refused is executed. */
  refusalOf(asked: readonly AskedField[]): Refusal;
  /**
   * A caller begins to listen to a subscription.
   * @throws the error of one who may not listen to a further one.
   */
  listen(context: object): Listening;
}

export interface Listening {
  /** Milliseconds since 1970; then the subscription ends with `ending`. */
  readonly endsAt: number;
  readonly ending: () => GraphQLError;
  /** Nobody listens any more; to be called once. */
  readonly end: () => void;
}
