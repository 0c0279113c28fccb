// Which fields of which types an operation asks for: found in its text, each part of which is read once, however often it is spread.
import {
  type BooleanValueNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLNamedType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  type SelectionNode,
  type SelectionSetNode,
  TypeMetaFieldDef,
} from 'graphql';
import type { Variables } from './input-values.ts';

/** A field of an object type, `Query.offer`; `__schema` and `__type` are of the query type, `__typename` is of nobody. */
export interface AskedField {
  readonly name: string;
  readonly definition: GraphQLField<unknown, unknown>;
}

/** What an operation asks for, for one set of values of the variables that `@skip` and `@include` look at: each field once. */
export function askedFields(
  schema: GraphQLSchema,
  { operation, selectionSet }: OperationDefinitionNode,
  fragments: Readonly<Record<string, FragmentDefinitionNode>>,
  conditions: Variables,
): readonly AskedField[] {
  const asked = new Map<string, AskedField>();
  const spread = new Set<string>();

  function read({ selections }: SelectionSetNode, type: GraphQLNamedType): void {
    for (const selection of selections) if (isIncluded(selection)) readSelection(selection, type);
  }

  function readSelection(selection: SelectionNode, type: GraphQLNamedType): void {
    if (selection.kind === Kind.FIELD) {
      const name = selection.name.value;
      for (const definition of definitionsOf(type, name)) {
        asked.set(definition.name, definition);
        const result = getNamedType(definition.definition.type);
        // Introspection tells of the schema, and is asked for by the field above it.
        if (selection.selectionSet && !name.startsWith('__')) read(selection.selectionSet, result);
      }
      return;
    }
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const narrower = selection.typeCondition && schema.getType(selection.typeCondition.name.value);
      read(selection.selectionSet, narrower ?? type);
      return;
    }
    const fragment = fragments[selection.name.value];
    const on = fragment && schema.getType(fragment.typeCondition.name.value);
    if (!on || spread.has(fragment.name.value)) return;
    spread.add(fragment.name.value);
    read(fragment.selectionSet, on);
  }

  function definitionsOf(type: GraphQLNamedType, name: string): readonly AskedField[] {
    if (type === schema.getQueryType()) {
      const meta = [SchemaMetaFieldDef, TypeMetaFieldDef].find((field) => field.name === name);
      if (meta) return [{ name: `${type.name}.${name}`, definition: meta }];
    }
    const types = isInterfaceType(type) ? schema.getPossibleTypes(type) : isObjectType(type) ? [type] : [];
    return types.flatMap((possible) => {
      const definition = possible.getFields()[name];
      return definition ? [{ name: `${possible.name}.${name}`, definition }] : [];
    });
  }

  function isIncluded({ directives = [] }: SelectionNode): boolean {
    return directives.every(({ name, arguments: given = [] }) => {
      const value = given[0]?.value;
      const condition =
        value?.kind === Kind.VARIABLE ? conditions[value.name.value] : (value as BooleanValueNode)?.value;
      if (name.value === GraphQLSkipDirective.name) return condition !== true;
      return name.value !== GraphQLIncludeDirective.name || condition !== false;
    });
  }

  const root = schema.getRootType(operation);
  if (root) read(selectionSet, root);
  return [...asked.values()];
}
