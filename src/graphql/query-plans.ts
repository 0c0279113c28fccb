// What stays the same each time an operation is run, worked out once per document: which fields of which type it asks for.
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getOperationAST,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  visit,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
import { type Complete, completionOf } from './completion.ts';

/** The values of variables, coerced to their types. */
export type Variables = Readonly<Record<string, unknown>>;

/** One operation of a document, for one set of values of the variables that `@skip` and `@include` look at. */
export interface QueryPlan {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** Of the root type; undefined when the schema has none for this kind of operation. */
  root(): Selection | undefined;
  /** What a field asks for of a type that its value may have. */
  selection(field: PlannedField, type: GraphQLObjectType): Selection;
}

/** Fields that are asked for of one type. */
export interface Selection {
  readonly fields: readonly PlannedField[];
  /** The answer before its fields are filled in, to be copied: objects of one form are quick to make and to write as JSON. */
  readonly blank: Readonly<Record<string, unknown>>;
}

export interface PlannedField {
  /** Its name in the answer. */
  readonly name: string;
  readonly nodes: readonly FieldNode[];
  readonly parentType: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  /** A property of its source, without arguments. */
  readonly isProperty: boolean;
  /** Null is no value of it. */
  readonly isRequired: boolean;
  readonly complete: Complete;
  /** What has been asked of it so far, by type. */
  readonly selections: Map<GraphQLObjectType, Selection>;
}

export interface QueryPlans {
  /** The plan of an operation, which the document has; the plan lives as long as the document is kept. */
  planOf(document: DocumentNode, operationName: string | null | undefined, variables: Variables): QueryPlan;
}

/** Two conditions make four plans; where there are many, those in use come back soon. */
const variantLimit = 64;

interface PlannedDocument {
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** Variables that `@skip` and `@include` look at. */
  readonly conditions: readonly string[];
  readonly variants: Map<string, QueryPlan>;
}

export function createQueryPlans(schema: GraphQLSchema): QueryPlans {
  const documents = new WeakMap<DocumentNode, PlannedDocument>();
  return {
    planOf(document, operationName, variables) {
      const planned = documents.get(document) ?? plannedDocument(document);
      documents.set(document, planned);
      let key = operationName ?? '';
      for (const name of planned.conditions) key += ` ${variables[name]}`;
      let plan = planned.variants.get(key);
      if (!plan) {
        const operation = getOperationAST(document, operationName);
        if (!operation) throw new Error(`the document has no operation ${operationName}`);
        if (planned.variants.size >= variantLimit) planned.variants.clear();
        // No more of the variables than it has to know: it outlives the request.
        const known = planned.conditions.filter((name) => Object.hasOwn(variables, name));
        const conditions = Object.fromEntries(known.map((name) => [name, variables[name]]));
        plan = queryPlan(schema, operation, planned.fragments, conditions);
        planned.variants.set(key, plan);
      }
      return plan;
    },
  };
}

function plannedDocument(document: DocumentNode): PlannedDocument {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  const conditions = new Set<string>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  }
  visit(document, {
    Directive({ name, arguments: given = [] }) {
      if (name.value !== GraphQLSkipDirective.name && name.value !== GraphQLIncludeDirective.name) return;
      for (const { value } of given) if (value.kind === Kind.VARIABLE) conditions.add(value.name.value);
    },
  });
  return { fragments, conditions: [...conditions], variants: new Map() };
}

function queryPlan(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Readonly<Record<string, FragmentDefinitionNode>>,
  conditions: Variables,
): QueryPlan {
  let root: Selection | undefined;
  return {
    schema,
    operation,
    fragments,
    root() {
      const type = schema.getRootType(operation.operation);
      if (!type) return undefined;
      root ??= selectionOf(schema, type, collectFields(schema, fragments, conditions, type, operation.selectionSet));
      return root;
    },
    selection(field, type) {
      let selection = field.selections.get(type);
      if (!selection) {
        selection = selectionOf(schema, type, collectSubfields(schema, fragments, conditions, type, field.nodes));
        field.selections.set(type, selection);
      }
      return selection;
    },
  };
}

function selectionOf(
  schema: GraphQLSchema,
  parentType: GraphQLObjectType,
  nodesByName: ReadonlyMap<string, readonly FieldNode[]>,
): Selection {
  const fields: PlannedField[] = [];
  for (const [name, nodes] of nodesByName) {
    const definition = definitionOf(schema, parentType, nodes[0]?.name.value ?? '');
    // A document that is valid asks for no other fields.
    if (!definition) continue;
    fields.push({
      name,
      nodes,
      parentType,
      definition,
      isProperty: definition.resolve === undefined && definition.args.length === 0,
      isRequired: isNonNullType(definition.type),
      complete: completionOf(definition.type),
      selections: new Map(),
    });
  }
  return { fields, blank: Object.fromEntries(fields.map(({ name }) => [name, null])) };
}

function definitionOf(schema: GraphQLSchema, parentType: GraphQLObjectType, name: string) {
  if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef;
  if (parentType === schema.getQueryType()) {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
  }
  return parentType.getFields()[name];
}
