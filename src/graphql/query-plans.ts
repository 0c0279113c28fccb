// What stays the same each time an operation is run, worked out once per document: which fields of which type it asks for.
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLBoolean,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getNullableType,
  getOperationAST,
  type getVariableValues,
  isLeafType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
  visit,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
import { type AskedField, askedFields } from './asked-fields.ts';
import { type Complete, completionOf } from './completion.ts';
import type { Guard, Refusal } from './guard.ts';
import { argumentsOf, type Variables, variablesOf } from './input-values.ts';

/** One operation of a document, for one set of values of the variables that `@skip` and `@include` look at. */
export interface QueryPlan {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** The fields that it asks for. */
  readonly asked: readonly AskedField[];
  /** What the guard says of it, before anything is executed. */
  readonly refusal: Refusal;
  /** Of the root type; undefined when the schema has none for this kind of operation. */
  root(): Selection | undefined;
  /** What a field asks for of a type that its value may have. */
  selection(field: PlannedField, type: GraphQLObjectType): Selection;
}

/** Fields that are asked for of one type. */
export interface Selection {
  readonly fields: readonly PlannedField[];
  /** An answer whose fields are to be filled in: objects of one form are quick to make and to write as JSON. */
  readonly blank: () => Record<string, unknown>;
}

export interface PlannedField {
  /** Its name in the answer. */
  readonly name: string;
  readonly nodes: readonly FieldNode[];
  readonly parentType: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  /** A property of its source, without resolver or arguments. */
  readonly isProperty: boolean;
  /** Such a property with a value that has no fields and is no list. */
  readonly isLeaf: boolean;
  /** The arguments; throws what is wrong with them. */
  readonly argumentsOf: (variables: Variables) => Record<string, unknown>;
  /** Null is no value of it. */
  readonly isRequired: boolean;
  readonly complete: Complete;
  /** What has been asked of it so far, by type. */
  selections: Map<GraphQLObjectType, Selection> | undefined;
}

/** One operation of a document. */
export interface PlannedOperation {
  readonly definition: OperationDefinitionNode;
  /** Its variables as their types want them, or what is wrong with them. */
  coerce(values: Variables): ReturnType<typeof getVariableValues>;
  plan(variables: Variables): QueryPlan;
}

export interface QueryPlans {
  /** Undefined when the document has none of this name, or several and no name was given. What is worked out lives as long as the document. */
  operationOf(document: DocumentNode, operationName: string | null | undefined): PlannedOperation | undefined;
}

/**
 * The plans of a schema's documents. All of them together have at most so many fields and conditions (of 500 to 900 bytes); where there
 * would be more, all are forgotten: those in use are soon made again.
 */
export function createQueryPlans(schema: GraphQLSchema, limitOfFields = 100_000, guard?: Guard): QueryPlans {
  let documents = new WeakMap<DocumentNode, PlannedDocument>();
  let planned = 0;
  const onPlanned = (fields: number) => {
    planned += fields;
    if (planned <= limitOfFields) return;
    documents = new WeakMap();
    planned = 0;
  };
  return {
    operationOf(document, operationName = null) {
      const known = documents.get(document);
      const operation = known?.operations.get(operationName);
      if (operation) return operation;
      const definition = getOperationAST(document, operationName);
      if (!definition) return undefined;
      const planned = known ?? plannedDocument(document);
      const made = plannedOperation(schema, planned, definition, onPlanned, guard);
      planned.operations.set(operationName, made);
      documents.set(document, planned);
      return made;
    },
  };
}

/** What the operations of a document have in common. */
interface PlannedDocument {
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** The variables that `@skip` and `@include` look at. */
  readonly conditions: ReadonlySet<string>;
  readonly operations: Map<string | null, PlannedOperation>;
}

function plannedDocument(document: DocumentNode): PlannedDocument {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  for (const each of document.definitions) {
    if (each.kind === Kind.FRAGMENT_DEFINITION) fragments[each.name.value] = each;
  }
  return { fragments, conditions: conditionsOf(document), operations: new Map() };
}

function plannedOperation(
  schema: GraphQLSchema,
  { fragments, conditions }: PlannedDocument,
  definition: OperationDefinitionNode,
  onPlanned: (fields: number) => void,
  guard: Guard | undefined,
): PlannedOperation {
  const looksAt = booleansOf(definition).filter((name) => conditions.has(name));
  const plans = new Map<string, QueryPlan>();
  return {
    definition,
    coerce: variablesOf(schema, definition),
    plan(variables) {
      let key = '';
      for (const name of looksAt) key += `${variables[name]} `;
      let plan = plans.get(key);
      if (!plan) {
        // No more of the variables than it has to know: it outlives the request.
        const given = looksAt.filter((name) => Object.hasOwn(variables, name));
        const conditions = Object.fromEntries(given.map((name) => [name, variables[name]]));
        plan = queryPlan(schema, definition, fragments, conditions, onPlanned, guard);
        plans.set(key, plan);
        onPlanned(looksAt.length);
      }
      return plan;
    },
  };
}

const noRefusal: Refusal = () => undefined;

/** Another operation of the document may look at a variable of the same name that has other values here. */
function booleansOf({ variableDefinitions = [] }: OperationDefinitionNode): readonly string[] {
  const booleans = variableDefinitions.filter(({ type }) => {
    const named = type.kind === Kind.NON_NULL_TYPE ? type.type : type;
    return named.kind === Kind.NAMED_TYPE && named.name.value === GraphQLBoolean.name;
  });
  return booleans.map(({ variable }) => variable.name.value);
}

function conditionsOf(document: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(document, {
    Directive({ name, arguments: given = [] }) {
      if (name.value !== GraphQLSkipDirective.name && name.value !== GraphQLIncludeDirective.name) return;
      for (const { value } of given) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return names;
}

function queryPlan(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Readonly<Record<string, FragmentDefinitionNode>>,
  conditions: Variables,
  onPlanned: (fields: number) => void,
  guard: Guard | undefined,
): QueryPlan {
  const asked = askedFields(schema, operation, fragments, conditions);
  const select = (type: GraphQLObjectType, nodes: ReadonlyMap<string, readonly FieldNode[]>) => {
    onPlanned(nodes.size + 1);
    return selectionOf(schema, type, nodes);
  };
  let root: Selection | undefined;
  return {
    schema,
    operation,
    fragments,
    asked,
    refusal: guard?.refusalOf(asked) ?? noRefusal,
    root() {
      const type = schema.getRootType(operation.operation);
      if (!type) return undefined;
      root ??= select(type, collectFields(schema, fragments, conditions, type, operation.selectionSet));
      return root;
    },
    selection(field, type) {
      field.selections ??= new Map();
      let selection = field.selections.get(type);
      if (!selection) {
        selection = select(type, collectSubfields(schema, fragments, conditions, type, field.nodes));
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
    const [node] = nodes;
    const definition = node && definitionOf(schema, parentType, node.name.value);
    // A document that is valid asks for no other fields.
    if (!definition) continue;
    const isProperty = definition.resolve === undefined && definition.args.length === 0;
    fields.push({
      name,
      nodes,
      parentType,
      definition,
      isProperty,
      isLeaf: isProperty && isLeafType(getNullableType(definition.type)),
      argumentsOf: argumentsOf(definition, node),
      isRequired: isNonNullType(definition.type),
      complete: completionOf(definition.type),
      selections: undefined,
    });
  }
  const blank = Object.fromEntries(fields.map(({ name }) => [name, null]));
  // `assign` is the quicker, but takes one name for something else than a name.
  return { fields, blank: Object.hasOwn(blank, '__proto__') ? () => ({ ...blank }) : () => Object.assign({}, blank) };
}

function definitionOf(schema: GraphQLSchema, parentType: GraphQLObjectType, name: string) {
  if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef;
  if (parentType === schema.getQueryType()) {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
  }
  return parentType.getFields()[name];
}
