// How the values of resolvers become parts of an answer, type by type.
import {
  defaultTypeResolver,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type ResponsePath,
} from 'graphql';
import { executeSelection, failed, infoOf, isPromise, type Run, settle } from './planned-execution.ts';
import type { PlannedField } from './query-plans.ts';

/** Throws what is wrong with the value, or answers with a promise that rejects with it. */
export type Complete = (run: Run, field: PlannedField, path: ResponsePath, value: unknown) => unknown;

const completions = new WeakMap<GraphQLOutputType, Complete>();

/** The completion of a type, made once. */
export function completionOf(type: GraphQLOutputType): Complete {
  const complete = completions.get(type) ?? (isNonNullType(type) ? notNull(completionOf(type.ofType)) : orNull(type));
  completions.set(type, complete);
  return complete;
}

function notNull(complete: Complete): Complete {
  return (run, field, path, value) => {
    const completed = complete(run, field, path, value);
    if (completed !== null) return completed;
    const { parentType, definition } = field;
    throw new Error(`Cannot return null for non-nullable field ${parentType.name}.${definition.name}.`);
  };
}

function orNull(type: GraphQLOutputType): Complete {
  const complete = completionOfSome(type);
  return (run, field, path, value) => {
    if (value instanceof Error) throw value;
    return value === null || value === undefined ? null : complete(run, field, path, value);
  };
}

/** How a value of a type that is neither null nor an error becomes a part of the answer. */
function completionOfSome(type: GraphQLOutputType): Complete {
  if (isLeafType(type)) {
    return (_run, _field, _path, value) => {
      const serialized = type.serialize(value);
      if (serialized !== null && serialized !== undefined) return serialized;
      throw new Error(`${type.name} made nothing of a value that it was to serialize.`);
    };
  }
  if (isListType(type)) return listOf(type.ofType);
  if (isObjectType(type)) return (run, field, path, value) => completeObject(run, field, type, path, value);
  if (!isAbstractType(type)) throw new Error(`${type} is no type of an answer`);
  return (run, field, path, value) => {
    const name = (type.resolveType ?? defaultTypeResolver)(value, run.context, infoOf(run, field, path), type);
    const complete = (known: unknown) => {
      const concrete = typeof known === 'string' ? run.plan.schema.getType(known) : undefined;
      if (isObjectType(concrete) && run.plan.schema.isSubType(type, concrete)) {
        return completeObject(run, field, concrete, path, value);
      }
      const place = `${field.parentType.name}.${field.definition.name}`;
      throw new GraphQLError(`${place} has to be one of the types of ${type.name}, not ${known}.`, {
        nodes: field.nodes,
      });
    };
    return isPromise(name) ? name.then(complete) : complete(name);
  };
}

function listOf(type: GraphQLOutputType): Complete {
  const place = { complete: completionOf(type), isRequired: isNonNullType(type) };
  return (run, field, path, list) => {
    if (!isIterable(list)) {
      const place = `${field.parentType.name}.${field.definition.name}`;
      throw new GraphQLError(`Expected Iterable, but did not find one for field "${place}".`);
    }
    const items: unknown[] = [];
    let waits = false;
    for (const item of list) {
      const itemPath = { prev: path, key: items.length, typename: undefined };
      try {
        const completed = settle(run, field, place, itemPath, item);
        waits ||= isPromise(completed);
        items.push(completed);
      } catch (error) {
        // Items that are still to come may fail too, and nobody asks for them any more where this one fails the list.
        if (place.isRequired) for (const pending of items) if (isPromise(pending)) pending.catch(() => {});
        items.push(failed(run, field, place.isRequired, itemPath, error));
      }
    }
    return waits ? Promise.all(items) : items;
  };
}

function completeObject(
  run: Run,
  field: PlannedField,
  type: GraphQLObjectType,
  path: ResponsePath,
  value: unknown,
): unknown {
  const selection = run.plan.selection(field, type);
  if (!type.isTypeOf) return executeSelection(run, selection, value, path);
  const execute = (isIt: boolean) => {
    if (isIt) return executeSelection(run, selection, value, path);
    throw new GraphQLError(`Expected a value of type "${type.name}".`, { nodes: field.nodes });
  };
  const isIt = type.isTypeOf(value, run.context, infoOf(run, field, path));
  return isPromise(isIt) ? isIt.then(execute) : execute(isIt);
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && typeof (value as Iterable<unknown>)[Symbol.iterator] === 'function';
}
