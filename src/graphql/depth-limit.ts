// How deep an operation may nest its fields: types that lead back to each other make a short query an endless one.
import {
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationRule,
} from 'graphql';

/**
 * The deepest sensible query follows an interaction to a decision, its customer, the customer's next best offer and the terms of that:
 * 11 levels. Introspection as tools send it has 15. What goes deeper goes round in circles.
 */
export const depthLimit = 16;

/** Refuses operations whose fields nest deeper than `depthLimit`; spreading a fragment adds the depth of its fields. */
export const limitDepth: ValidationRule = (context) => {
  // Each fragment is measured once, however often it is spread: doubling fragments cost no more than their text.
  const depths = new Map<FragmentDefinitionNode, number>();

  function depthOf({ selections }: SelectionSetNode): number {
    let deepest = 0;
    for (const selection of selections) {
      const depth =
        selection.kind === Kind.FIELD
          ? 1 + (selection.selectionSet ? depthOf(selection.selectionSet) : 0)
          : selection.kind === Kind.INLINE_FRAGMENT
            ? depthOf(selection.selectionSet)
            : depthOfFragment(context.getFragment(selection.name.value));
      if (depth > deepest) deepest = depth;
    }
    return deepest;
  }

  function depthOfFragment(fragment: FragmentDefinitionNode | null | undefined): number {
    if (!fragment) return 0;
    const known = depths.get(fragment);
    if (known !== undefined) return known;
    // A fragment within itself is another rule's to refuse; here it only has to come to an end.
    depths.set(fragment, 0);
    const depth = depthOf(fragment.selectionSet);
    depths.set(fragment, depth);
    return depth;
  }

  return {
    OperationDefinition(operation: OperationDefinitionNode) {
      const depth = depthOf(operation.selectionSet);
      if (depth <= depthLimit) return;
      const rule = `An operation nests at most ${depthLimit} fields in each other; this one nests ${depth}.`;
      context.reportError(new GraphQLError(rule, { nodes: operation }));
    },
  };
};
