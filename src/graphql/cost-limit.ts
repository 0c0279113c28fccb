// What an operation may cost: an estimate from its text alone, after the directives `@cost` and `@listSize` of the IBM specification.
import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLField,
  GraphQLList,
  GraphQLNonNull,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  type InlineFragmentNode,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
  type ValidationRule,
} from 'graphql';
import { tooComplex } from './document-limits.ts';

/** An object costs 1, a value nothing, unless the schema says otherwise by `@cost`. */
const weights: Readonly<Record<string, number>> = {
  // It may look through the catalogue's whole past.
  'Query.auditTrail': 5000,
};

/** Of lists that the schema says nothing about. */
const assumedSize = 3;
/** Of the entities that a gateway asks for at once: their number is in the variables. */
const entities = 100;

/**
 * Everything there is to ask of 100 customers, with their next best offers, keeps it (98,650), also when all of it is asked twice, under
 * opposite conditions; and so does a page of 200 offers with everything. What costs more multiplies lists with lists.
 */
export const costLimit = 250_000;

/** Refuses operations whose estimate is above `costLimit`. What the schema says by `@cost` and `@listSize` goes before the table here. */
export const limitCost: ValidationRule = (context) => {
  const schema = context.getSchema();
  // A fragment is estimated once for each length of the lists around it, however often it is spread.
  const fragments = new Map<string, number>();

  function costOf({ selections }: SelectionSetNode, type: Type, sizes: Sizes | undefined): number {
    let cost = 0;
    // An object is of one of the types: what is asked of the dearest of them counts.
    const alternatives = new Map<Type, number>();
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        cost += costOfField(selection, type, sizes);
        continue;
      }
      const [condition, own] =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? costOfFragment(selection.name.value, type, sizes)
          : costOfInline(selection, type, sizes);
      if (condition === type) cost += own;
      else alternatives.set(condition, (alternatives.get(condition) ?? 0) + own);
    }
    return cost + Math.max(0, ...alternatives.values());
  }

  function costOfInline({ typeCondition, selectionSet }: InlineFragmentNode, around: Type, sizes: Sizes | undefined) {
    const type = conditionOf(schema, typeCondition?.name.value, around);
    return [type, costOf(selectionSet, type, sizes)] as const;
  }

  function costOfFragment(name: string, around: Type, sizes: Sizes | undefined): readonly [Type, number] {
    const fragment = context.getFragment(name);
    if (!fragment) return [around, 0];
    const type = conditionOf(schema, fragment.typeCondition.name.value, around);
    const key = [name, ...(sizes?.fields ?? noFields)].join(' ');
    const known = fragments.get(key);
    if (known !== undefined) return [type, known];
    // A fragment within itself is another rule's to refuse; here it only has to come to an end.
    fragments.set(key, 0);
    const cost = costOf(fragment.selectionSet, type, sizes);
    fragments.set(key, cost);
    return [type, cost];
  }

  function costOfField(node: FieldNode, parent: Type, around: Sizes | undefined): number {
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[node.name.value] : undefined;
    // Introspection and what does not exist: other rules judge it.
    if (!field) return 0;
    const type = getNamedType(field.type);
    const within = sizesOf(field, node);
    const size = isList(field.type) ? (around?.fields.get(field.name) ?? within.size) : 1;
    const own = weightOf(parent, field);
    if (!isCompositeType(type) || !node.selectionSet) return own;
    return own + size * (1 + costOf(node.selectionSet, type, within));
  }

  return {
    OperationDefinition(operation) {
      const type = schema.getRootType(operation.operation);
      const cost = type ? costOf(operation.selectionSet, type, undefined) : 0;
      if (cost <= costLimit) return;
      const rule = `An operation costs at most ${costLimit}; this one is estimated at ${Math.min(cost, 1e15)}. Ask for less at once.`;
      context.reportError(tooComplex('cost', costLimit, rule));
    },
  };
};

type Type = GraphQLCompositeType;

/** How long the list of a field is, and lists in its object whose length its arguments give. */
interface Sizes {
  readonly size: number;
  readonly fields: ReadonlyMap<string, number>;
}

const noFields: ReadonlyMap<string, number> = new Map();

function sizesOf(field: GraphQLField<unknown, unknown>, node: FieldNode): Sizes {
  if (field.name === '_entities') return { size: entities, fields: noFields };
  const listSize = directiveOf(field, 'listSize');
  const slicing = listSize.has('slicingArguments') ? strings(listSize.get('slicingArguments')) : pagingOf(field);
  const asked = slicing.map((name) => sliceOf(field, node, name)).filter((size) => size !== undefined);
  const assumed = Number(listSize.get('assumedSize') ?? assumedSize);
  const size = asked.length > 0 ? Math.max(...asked) : assumed;
  const sized = listSize.has('sizedFields')
    ? strings(listSize.get('sizedFields'))
    : slicing.length > 0
      ? ['edges']
      : [];
  return { size, fields: sized.length > 0 ? new Map(sized.map((name) => [name, size])) : noFields };
}

function pagingOf({ args }: GraphQLField<unknown, unknown>): readonly string[] {
  return args.some(({ name }) => name === 'first') ? ['first'] : [];
}

/** The longest page there is stands for one that a variable tells. */
const longestPage = 200;

function sliceOf({ args }: GraphQLField<unknown, unknown>, node: FieldNode, name: string): number | undefined {
  const given = node.arguments?.find((argument) => argument.name.value === name)?.value;
  if (given?.kind === Kind.INT) return Math.max(0, Number(given.value));
  if (given) return longestPage;
  const otherwise = args.find((argument) => argument.name === name)?.defaultValue;
  return typeof otherwise === 'number' ? otherwise : undefined;
}

function weightOf(parent: Type, field: GraphQLField<unknown, unknown>): number {
  const said = directiveOf(field, 'cost').get('weight');
  return Number(said ?? weights[`${parent.name}.${field.name}`] ?? 0);
}

/** The arguments of a directive on a field in the SDL, as they are written. */
function directiveOf({ astNode }: GraphQLField<unknown, unknown>, name: string): ReadonlyMap<string, unknown> {
  const directive = astNode?.directives?.find((each) => each.name.value === name);
  return new Map(
    directive?.arguments?.map(({ name, value }) => [
      name.value,
      value.kind === Kind.LIST
        ? value.values.map((each) => ('value' in each ? each.value : ''))
        : 'value' in value
          ? value.value
          : undefined,
    ]),
  );
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function isList(type: GraphQLOutputType): boolean {
  return type instanceof GraphQLNonNull ? isList(type.ofType) : type instanceof GraphQLList;
}

function conditionOf(schema: GraphQLSchema, name: string | undefined, around: Type) {
  const type = name === undefined ? around : schema.getType(name);
  return isCompositeType(type) ? type : around;
}
