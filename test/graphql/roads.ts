// The shortest operation that leads to a field, through fields that a caller may ask for if there is such a road.
import {
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
} from 'graphql';

export interface Road {
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** `Query.offer`, `Offer.terms`, …, the field itself last. */
  readonly fields: readonly string[];
  readonly query: string;
}

interface Place {
  readonly kind: Road['kind'];
  readonly fields: readonly string[];
  /** Text before and behind what is asked of the type. */
  readonly before: string;
  readonly behind: string;
  readonly type: GraphQLObjectType;
}

/** By field, those that can be reached through fields of which `isOpen` holds, as it has to of the field itself. */
export function roadsTo(schema: GraphQLSchema, isOpen: (field: string) => boolean): Map<string, Road> {
  const roads = new Map<string, Road>();
  const places: Place[] = (['query', 'mutation', 'subscription'] as const).flatMap((kind) => {
    const type = schema.getRootType(kind as never);
    return type ? [{ kind, fields: [], before: kind, behind: '', type }] : [];
  });
  // Queries first: what they reach is reached without writing anything.
  for (let place = places.shift(); place; place = places.shift()) {
    for (const field of fieldsOf(schema, place.type)) {
      const name = `${place.type}.${field.name}`;
      if (roads.has(name) || !isOpen(name)) continue;
      const result = getNamedType(field.type);
      const call = `${place.before} { ${field.name}${argumentsOf(field)}`;
      const inner = isObjectType(result) || isAbstractType(result) ? '{ __typename }' : '';
      const fields = [...place.fields, name];
      roads.set(name, { kind: place.kind, fields, query: `${call} ${inner} }${place.behind}` });
      const next = { kind: place.kind, fields, behind: ` }${place.behind}` };
      if (isObjectType(result)) places.push({ ...next, before: call, type: result });
      if (isAbstractType(result) && result.name !== '_Entity') {
        for (const type of schema.getPossibleTypes(result)) {
          places.push({ ...next, before: `${call} { ... on ${type}`, behind: `${next.behind} }`, type });
        }
      }
    }
  }
  return roads;
}

function fieldsOf(schema: GraphQLSchema, type: GraphQLObjectType): readonly GraphQLField<unknown, unknown>[] {
  if (type.name.startsWith('__')) return [];
  const meta = type === schema.getQueryType() ? [SchemaMetaFieldDef, TypeMetaFieldDef] : [];
  return [...Object.values(type.getFields()), ...meta];
}

function argumentsOf({ args }: GraphQLField<unknown, unknown>): string {
  const required = args.filter(isRequiredArgument);
  if (required.length === 0) return '';
  return `(${required.map(({ name, type }) => `${name}: ${literalOf(type)}`).join(', ')})`;
}

/** A value of a type as it stands in a query, no more of it than has to be. */
function literalOf(type: GraphQLInputType): string {
  if (isNonNullType(type)) return literalOf(type.ofType);
  if (isListType(type)) return '[]';
  if (isEnumType(type)) return String(type.getValues()[0]?.name);
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(isRequiredInputField);
    return `{ ${fields.map((field) => `${field.name}: ${literalOf(field.type)}`).join(', ')} }`;
  }
  const values: Readonly<Record<string, string>> = {
    Int: '1',
    Float: '1',
    Boolean: 'true',
    DateTime: '"2026-11-21T12:00:00Z"',
  };
  return values[type.name] ?? '"nothing"';
}
