// What a query of this subgraph must keep besides the rules of the specification.
import type { ValidationRule } from 'graphql';
import { limitCost } from './cost-limit.ts';
import { limitDepth } from './depth-limit.ts';
import { refuseIntrospection } from './told-schema.ts';

/** With `introspection` the schema is told to whoever asks. */
export function validationRules(introspection: boolean): readonly ValidationRule[] {
  return introspection ? [limitDepth, limitCost] : [limitDepth, limitCost, refuseIntrospection];
}
