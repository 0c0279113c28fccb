// Values of variables and arguments: what is plainly good is taken over at once, and all else is for graphql-js to judge.
import {
  type FieldNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getArgumentValues,
  getVariableValues,
  isInputObjectType,
  isInputType,
  isLeafType,
  isListType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  typeFromAST,
} from 'graphql';

/** The values of variables, coerced to their types. */
export type Variables = Readonly<Record<string, unknown>>;
type Coerced = ReturnType<typeof getVariableValues>;

/** The value as its type wants it, or `unsure`. */
type Take = (value: unknown) => unknown;
const unsure = Symbol('unsure');

/** As many errors as graphql-js tells of unless it is told otherwise. */
const coercionErrors = { maxErrors: 50 };

/** What `getVariableValues` of graphql-js makes of the variables of an operation. */
export function variablesOf(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
): (values: Variables) => Coerced {
  const takes = variableDefinitions.map(({ variable, type, defaultValue }) => {
    const known = typeFromAST(schema, type as never);
    const name = variable.name.value;
    // Whoever assigns to this name sets no property.
    const take = isInputType(known) && name !== '__proto__' ? takeOf(known) : () => unsure;
    const isOptional = !isNonNullType(known) && defaultValue === undefined;
    return { name, take, isOptional };
  });
  return (values) => {
    const coerced: Record<string, unknown> = {};
    for (const { name, take, isOptional } of takes) {
      const isGiven = Object.hasOwn(values, name);
      if (!isGiven && isOptional) continue;
      const taken = isGiven ? take(values[name]) : unsure;
      if (taken === unsure) return getVariableValues(schema, variableDefinitions, values, coercionErrors);
      coerced[name] = taken;
    }
    return { coerced };
  };
}

const takesOfTypes = new WeakMap<GraphQLInputType, Take>();

/** Made once for a type, whatever number of documents has variables of it. */
function takeOf(type: GraphQLInputType): Take {
  const take = takesOfTypes.get(type) ?? (isNonNullType(type) ? notNull(takeOf(type.ofType)) : orNull(takeSome(type)));
  takesOfTypes.set(type, take);
  return take;
}

function notNull(take: Take): Take {
  return (value) => (value === null ? unsure : take(value));
}

function orNull(take: Take): Take {
  return (value) => (value === null ? null : take(value));
}

function takeSome(type: GraphQLInputType): Take {
  if (isListType(type)) return itemsOf(takeOf(type.ofType));
  if (isLeafType(type)) {
    return (value) => {
      try {
        return type.parseValue(value) ?? unsure;
      } catch {
        return unsure;
      }
    };
  }
  if (!isInputObjectType(type) || type.isOneOf) return () => unsure;
  let takes: ReadonlyMap<string, Take> | undefined;
  const fields = type.getFields();
  return (value) => {
    if (typeof value !== 'object' || Array.isArray(value)) return unsure;
    // Not earlier: an input type may hold itself.
    takes ??= new Map(Object.values(fields).map((field) => [field.name, takeOf(field.type)]));
    const given = value as Variables;
    const taken: Record<string, unknown> = {};
    for (const [name, take] of takes) {
      const known = given[name];
      const { defaultValue, type: fieldType } = fields[name] as GraphQLArgument;
      if (known !== undefined) taken[name] = take(known);
      else if (defaultValue !== undefined) taken[name] = defaultValue;
      else if (isNonNullType(fieldType)) return unsure;
      if (taken[name] === unsure) return unsure;
    }
    for (const name in given) if (!takes.has(name)) return unsure;
    return taken;
  };
}

function itemsOf(take: Take): Take {
  return (value) => {
    if (!Array.isArray(value)) return unsure;
    const items = value.map(take);
    return items.includes(unsure) ? unsure : items;
  };
}

const noArguments = () => ({});

/** What `getArgumentValues` of graphql-js makes of the arguments of a field. */
export function argumentsOf(
  definition: GraphQLField<unknown, unknown>,
  node: FieldNode,
): (variables: Variables) => Record<string, unknown> {
  if (definition.args.length === 0) return noArguments;
  const judged = (variables: Variables) => getArgumentValues(definition, node, variables);
  const sources: { name: string; variable: string; isRequired: boolean }[] = [];
  for (const { name, type, defaultValue } of definition.args) {
    const value = node.arguments?.find((argument) => argument.name.value === name)?.value;
    if (value?.kind === Kind.VARIABLE) {
      sources.push({ name, variable: value.name.value, isRequired: isNonNullType(type) });
    } else if (value !== undefined || defaultValue !== undefined) {
      return judged;
    }
  }
  return (variables) => {
    const values: Record<string, unknown> = {};
    for (const { name, variable, isRequired } of sources) {
      const value = Object.hasOwn(variables, variable) ? variables[variable] : undefined;
      if (value === undefined || (value === null && isRequired)) return judged(variables);
      values[name] = value;
    }
    return values;
  };
}
