// A schema whose fields answer, wait, fail or are null as a seed wants it: twice the same for the same place and seed.
import { makeExecutableSchema } from '@graphql-tools/schema';
import {
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isListType,
  isNonNullType,
  isObjectType,
  responsePathAsArray,
} from 'graphql';
import { unitOf } from '../../src/decisioning/seeded-random.ts';
import { fail } from '../../src/graphql/errors.ts';

export interface Mood {
  readonly seed: number;
  /** The resolvers that were called, in order. */
  readonly calls: string[];
}

const typeDefs = `
  type Query { thing: Thing things: [Thing] safe: [Thing!] all: [Thing!]! any: Any anyOf: [Any!] named: Named! deep: [[Thing!]] }
  type Mutation { first(text: String! = "x"): Thing second(text: String): Thing! third: [Int!] }
  type Thing implements Named { name: String! number: Int! maybe: Int kind: Kind! tags: [String!]! thing: Thing other: Thing!
    list: [Thing!]! any: Any! echo(text: String, times: [Int!] = [1], box: Box): String }
  type Place implements Named { name: String! thing: Thing grid: [[Int]] }
  type Judged implements Named { name: String! number: Int }
  input Box { text: String! = "in a box" inner: Box }
  interface Named { name: String! }
  union Any = Thing | Place | Judged
  enum Kind { RED GREEN }
`;

/** What has no resolver: it is a property of its source. */
const properties = new Set([
  'Thing.name',
  'Thing.number',
  'Thing.maybe',
  'Thing.tags',
  'Thing.other',
  'Place.name',
  'Place.grid',
  'Judged.name',
]);

export function moodySchema(): GraphQLSchema {
  const schema = makeExecutableSchema({ typeDefs });
  const types = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) && !type.name.startsWith('__'));
  for (const type of types as GraphQLObjectType<unknown, Mood>[]) {
    for (const field of Object.values(type.getFields())) {
      if (properties.has(`${type}.${field.name}`)) continue;
      field.resolve = (_source, args, { seed, calls }, { path }) => {
        const place = responsePathAsArray(path).join('.');
        calls.push(place);
        if (field.name === 'echo') return JSON.stringify(args);
        return outcome(schema, field.type, `${seed} ${place} ${JSON.stringify(args)}`);
      };
    }
  }
  const judged = schema.getType('Judged') as GraphQLObjectType;
  judged.isTypeOf = (value) => {
    const { verdict } = value as { verdict: number };
    if (verdict < 0.2) throw fail('FORBIDDEN', 'No verdict.');
    return verdict < 0.6 ? true : verdict < 0.8 ? Promise.resolve(true) : Promise.resolve(false);
  };
  return schema;
}

function outcome(schema: GraphQLSchema, type: GraphQLOutputType, place: string): unknown {
  const luck = unitOf(`${place} luck`);
  const failure = luck < 0.5 ? fail('NOT_FOUND', `Nothing at ${place}.`) : new Error(`a bug at ${place}`);
  const mood = unitOf(place);
  if (mood < 0.04) throw failure;
  if (mood < 0.08) return unheard(Promise.reject(failure));
  return later(place, mood < 0.11 ? failure : made(schema, type, place));
}

/** A promise that may reject where its place is never completed. */
function unheard<Value>(promise: Promise<Value>): Promise<Value> {
  promise.catch(() => {});
  return promise;
}

/** At once, or some turns later. */
function later(place: string, value: unknown): unknown {
  const turns = Math.floor(unitOf(`${place} turns`) * 6) - 2;
  if (turns < 0) return value;
  let waiting: Promise<unknown> = Promise.resolve(value);
  for (let turn = 0; turn < turns; turn++) waiting = waiting.then((settled) => settled);
  return waiting;
}

function made(schema: GraphQLSchema, type: GraphQLOutputType, place: string): unknown {
  const luck = unitOf(`${place} value`);
  if (isNonNullType(type)) return luck < 0.03 ? null : made(schema, type.ofType, `${place}!`);
  if (luck < 0.1) return luck < 0.05 ? null : undefined;
  if (isListType(type)) {
    if (luck < 0.13) return 7;
    const items = Array.from({ length: Math.floor(luck * 5) }, (_, index) => {
      const at = `${place}.${index}`;
      // graphql-js forgets about items that reject after one that threw where null may not be: there, all of them wait.
      if (isNonNullType(type.ofType)) return unheard((async () => outcome(schema, type.ofType, at))());
      try {
        return outcome(schema, type.ofType, at);
      } catch (error) {
        return error;
      }
    });
    return luck < 0.8 ? items : luck < 0.9 ? new Set(items) : items.values();
  }
  const named = getNamedType(type);
  if (isAbstractType(named)) {
    const possible = schema.getPossibleTypes(named);
    const concrete = possible[Math.floor(unitOf(`${place} type`) * possible.length)] as GraphQLObjectType;
    const typename = luck < 0.15 ? 'Nothing' : luck < 0.18 ? 'Query' : luck < 0.2 ? undefined : concrete.name;
    return { ...objectOf(schema, concrete, place), ...(typename && { __typename: typename }) };
  }
  if (isObjectType(named)) return luck < 0.12 ? 'no object' : objectOf(schema, named, place);
  if (named.name === 'Kind') return luck < 0.15 ? 'BLUE' : luck < 0.6 ? 'RED' : 'GREEN';
  if (named.name === 'Int') return luck < 0.14 ? 'no number' : luck < 0.17 ? Number.NaN : Math.floor(luck * 100);
  return luck < 0.15 ? {} : `text ${Math.floor(luck * 100)}`;
}

function objectOf(schema: GraphQLSchema, type: GraphQLObjectType, place: string): Record<string, unknown> {
  const object: Record<string, unknown> = { verdict: unitOf(`${place} verdict`) };
  for (const field of Object.values(type.getFields())) {
    if (!properties.has(`${type}.${field.name}`)) continue;
    const at = `${place}.${field.name}`;
    // Getters, so that nothing is made that is not asked for; now and then a method.
    const get = () => outcome(schema, field.type, at);
    if (unitOf(`${at} method`) < 0.1) object[field.name] = get;
    else Object.defineProperty(object, field.name, { get, enumerable: true });
  }
  return object;
}
