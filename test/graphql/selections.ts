// Operations that ask for everything: each root field with every field of every type behind it, so that none escapes a test.
import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  parse,
  print,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

export type RootKind = 'query' | 'mutation' | 'subscription';

/** Arguments of fields below the root, by type and field, as they stand in a query. */
export type Arguments = Readonly<Record<string, string>>;

/** The text of an operation for a root field, whose arguments are variables of the same names. */
export function operationOf(schema: GraphQLSchema, kind: RootKind, name: string, given: Arguments): string {
  const field = rootFields(schema, kind).find((candidate) => candidate.name === name);
  if (!field) throw new Error(`there is no ${kind} ${name}`);
  const variables = field.args.map(({ name, type, astNode }) => {
    const { defaultValue } = astNode ?? {};
    return `$${name}: ${type}${defaultValue ? ` = ${print(defaultValue)}` : ''}`;
  });
  const values = field.args.map((argument) => `${argument.name}: $${argument.name}`).join(', ');
  const [declared, passed] = field.args.length > 0 ? [`(${variables.join(', ')})`, `(${values})`] : ['', ''];
  return `${kind} ${declared} { ${name}${passed} ${selection(schema, field.type, given, [])} }`;
}

/** The same for a query, its fields in a fragment that is spread under conditions, by the Boolean variables `yes` and `no`. */
export function conditionalQueryOf(schema: GraphQLSchema, name: string, given: Arguments): string {
  const text = operationOf(schema, 'query', name, given);
  const field = rootFields(schema, 'query').find((candidate) => candidate.name === name) as GraphQLField<never, never>;
  const type = getNamedType(field.type);
  if (isLeafType(type)) return text;
  const all = selection(schema, field.type, given, []);
  const head = text.slice(0, text.indexOf('{')).trim();
  const declared = head.endsWith(')') ? `${head.slice(0, -1)}, ` : `${head} (`;
  const call = text.slice(text.indexOf('{') + 1, text.length - all.length - 2);
  return `${declared}$yes: Boolean!, $no: Boolean! = false) {
    ${call} { ...all @include(if: $no) ...all @skip(if: $no) twice: __typename @include(if: $yes) @skip(if: $no) }
    never: ${call.trim()} @skip(if: $yes) { ...all }
  } fragment all on ${type} ${all}`;
}

export function rootFields(schema: GraphQLSchema, kind: RootKind): GraphQLField<unknown, unknown>[] {
  return Object.values(schema.getRootType(kind as never)?.getFields() ?? {});
}

/** Types whose fields are asked for within themselves are cut there to the fields without fields. */
function selection(
  schema: GraphQLSchema,
  type: GraphQLOutputType,
  given: Arguments,
  around: readonly GraphQLObjectType[],
): string {
  const named = getNamedType(type);
  if (isLeafType(named)) return '';
  if (isAbstractType(named)) {
    const parts = schema
      .getPossibleTypes(named)
      .map((each) => `... on ${each} ${selection(schema, each, given, around)}`);
    return `{ __typename ${parts.join(' ')} }`;
  }
  const fields = Object.values(named.getFields()).flatMap((field) => {
    const inner = getNullableType(getNamedType(field.type));
    if (around.includes(named) && !isLeafType(inner)) return [];
    const values = given[`${named}.${field.name}`] ?? '';
    if (values === '' && field.args.some(isRequiredArgument))
      throw new Error(`no arguments for ${named}.${field.name}`);
    return `${field.name}${values} ${selection(schema, field.type, given, [...around, named])}`;
  });
  return `{ __typename ${fields.join(' ')} }`;
}

/** The fields that operations ask for, as `Type.field`. */
export function fieldsAskedFor(schema: GraphQLSchema, queries: readonly string[]): Set<string> {
  const asked = new Set<string>();
  for (const query of queries) {
    const info = new TypeInfo(schema);
    const note = () => {
      asked.add(`${info.getParentType()}.${info.getFieldDef()?.name}`);
    };
    visit(parse(query), visitWithTypeInfo(info, { Field: note }));
  }
  return asked;
}

/** Every field that there is, but those of introspection. */
export function fieldsOf(schema: GraphQLSchema): string[] {
  return objectTypes(schema).flatMap((type) => Object.keys(type.getFields()).map((field) => `${type}.${field}`));
}

export function objectTypes(schema: GraphQLSchema): GraphQLObjectType[] {
  return Object.values(schema.getTypeMap())
    .filter((type) => isObjectType(type))
    .filter(({ name }) => !name.startsWith('__'));
}

/** The names of the types of the objects in an answer. */
export function typesIn(answer: unknown, found: Set<string> = new Set()): Set<string> {
  if (typeof answer !== 'object' || answer === null) return found;
  for (const [name, value] of Object.entries(answer)) {
    if (name === '__typename') found.add(value);
    else typesIn(value, found);
  }
  return found;
}
