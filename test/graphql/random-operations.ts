// Random operations for a schema: aliases, repeated fields, fragments of both kinds, conditions, arguments of every form.
import {
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isLeafType,
  isObjectType,
  isUnionType,
  type OperationTypeNode,
} from 'graphql';
import type { Random } from '../projections/random.ts';

const deepest = 4;
const conditions = ['', '', '', '', ' @include(if: $yes)', ' @skip(if: $no)', ' @include(if: $no)', ' @skip(if: true)'];
const texts = ['$text', '"literal"', 'null', '"""block"""'];
const variables =
  '$yes: Boolean!, $no: Boolean = false, $text: String = "by default", $given: String! = "given", $box: Box';
const boxes = ['{}', '{ text: $given }', '{ text: "a", inner: { text: $given } }', 'null', '$box'];

/** The text of an operation with the variables `yes`, `no`, `text`, `given` and `box`; now and then it is not valid. */
export function randomOperation(schema: GraphQLSchema, random: Random): string {
  const fragments: string[] = [];
  let aliases = 0;

  function fieldOf(type: GraphQLNamedType, depth: number): string {
    const all = isUnionType(type) || !isCompositeType(type) ? [] : Object.values(type.getFields());
    const fields = all.filter((field) => depth < deepest || isLeafType(getNamedType(field.type)));
    if (fields.length === 0 || random.share() < 0.1) return '__typename';
    const field = random.oneOf(fields);
    const alias = random.share() < 0.6 ? `a${aliases++}: ` : '';
    const given = field.args.filter(() => random.share() < 0.6).map(({ name }) => `${name}: ${argument(name)}`);
    const named = getNamedType(field.type);
    const values = given.length > 0 ? `(${given.join(', ')})` : '';
    const selection = () => (isLeafType(named) ? '' : ` ${selectionOf(named, depth + 1)}`);
    const once = `${alias}${field.name}${values}`;
    const repeated = random.share() < 0.15 ? ` ${once}${random.oneOf(conditions)}${selection()}` : '';
    return `${once}${random.oneOf(conditions)}${selection()}${repeated}`;
  }

  function argument(name: string): string {
    if (name === 'box') return random.oneOf(boxes);
    return name === 'times' ? random.oneOf(['[1, 2]', '3', '[]']) : random.oneOf(texts);
  }

  function selectionOf(type: GraphQLNamedType, depth: number): string {
    const parts = Array.from({ length: 1 + random.below(4) }, () => {
      const kind = random.share();
      if (kind < 0.7 && !isUnionType(type)) return fieldOf(type, depth);
      const inner = condition(type);
      if (depth >= deepest) return '__typename';
      if (kind < 0.9) {
        const bare = inner === type && random.share() < 0.2;
        return `...${bare ? '' : ` on ${inner}`}${random.oneOf(conditions)} ${selectionOf(inner, depth + 1)}`;
      }
      const name = `f${fragments.push('') - 1}`;
      fragments[Number(name.slice(1))] = `fragment ${name} on ${inner} ${selectionOf(inner, depth + 1)}`;
      // Twice, under other conditions: whichever is met brings its fields.
      return `...${name}${random.oneOf(conditions)}${random.share() < 0.4 ? ` ...${name}${random.oneOf(conditions)}` : ''}`;
    });
    return `{ ${parts.join(' ')} }`;
  }

  function condition(type: GraphQLNamedType): GraphQLNamedType {
    if (isObjectType(type)) return type;
    return random.oneOf([...schema.getPossibleTypes(type as never), schema.getType('Named') as GraphQLNamedType]);
  }

  const kind = random.share() < 0.85 ? 'query' : 'mutation';
  const root = schema.getRootType(kind as OperationTypeNode) as GraphQLObjectType;
  const [open, rest] = ['{', selectionOf(root, 0).slice(1)];
  // Every variable has to be used for the operation to be valid.
  const thing = kind === 'query' ? 'thing' : 'second(text: $text)';
  const uses = `unused: ${thing} @skip(if: true) { echo(text: $text, box: $box) other @skip(if: $yes) { echo(text: $given) } }`;
  return `${kind} (${variables}) ${open} ${uses} used: __typename @include(if: $no) ${rest} ${fragments.join(' ')}`;
}
