// A schema that is not told to whoever asks: no introspection, no SDL.
import type { ValidationRule } from 'graphql';
import { fail } from './errors.ts';

const telling = new Set(['__schema', '__type', '_service']);

/** Refuses introspection, and the SDL that a gateway may ask of a subgraph. `__typename` tells nothing. */
export const refuseIntrospection: ValidationRule = (context) => ({
  Field({ name }) {
    if (!telling.has(name.value)) return;
    const rule = 'This server does not tell its schema: introspection is switched off.';
    context.reportError(fail('FORBIDDEN', rule, { limit: 'introspection' }));
  },
});
