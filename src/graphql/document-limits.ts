// How much a document may hold, counted before it is validated: some rules of the specification compare every field with every other.
import { type DocumentNode, type GraphQLError, Kind, type SelectionSetNode, visit } from 'graphql';
import { fail } from './errors.ts';

/** Of one document, all of its operations and fragments together; root fields of each operation. */
export const documentLimits = {
  'root fields': 50,
  aliases: 200,
  fields: 2000,
  directives: 200,
  'fragment spreads': 200,
} as const;

type Counted = keyof typeof documentLimits;

/** The refusal of a document that holds too much of something; undefined for one that does not. */
export function excessOf(document: DocumentNode): GraphQLError | undefined {
  const counts: Record<Counted, number> = {
    'root fields': 0,
    aliases: 0,
    fields: 0,
    directives: 0,
    'fragment spreads': 0,
  };
  visit(document, {
    OperationDefinition({ selectionSet }) {
      counts['root fields'] = Math.max(counts['root fields'], fieldsIn(selectionSet));
    },
    Field({ alias }) {
      counts.fields += 1;
      if (alias) counts.aliases += 1;
    },
    Directive() {
      counts.directives += 1;
    },
    FragmentSpread() {
      counts['fragment spreads'] += 1;
    },
    // Nothing that is counted is in it.
    enter: ({ kind }) => (kind === Kind.ARGUMENT || kind === Kind.VARIABLE_DEFINITION ? false : undefined),
  });
  for (const [what, most] of Object.entries(documentLimits)) {
    const count = counts[what as Counted];
    if (count > most) return tooComplex(what, most, `A document has at most ${most} ${what}; this one has ${count}.`);
  }
  return undefined;
}

/** The refusal of an operation that asks for more than a limit allows. */
export function tooComplex(limit: string, most: number, rule: string): GraphQLError {
  return fail('OPERATION_TOO_COMPLEX', rule, { limit, most });
}

function fieldsIn({ selections }: SelectionSetNode): number {
  let count = 0;
  for (const selection of selections) {
    count += selection.kind === Kind.INLINE_FRAGMENT ? fieldsIn(selection.selectionSet) : 1;
  }
  return count;
}
