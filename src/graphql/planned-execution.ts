// Runs operations by their plans, with the results of graphql-js: values, nulls, errors and their order are those of its `execute`.
import {
  defaultFieldResolver,
  type ExecutionResult,
  GraphQLError,
  type GraphQLResolveInfo,
  locatedError,
  type ResponsePath,
  responsePathAsArray,
} from 'graphql';
import type { Variables } from './input-values.ts';
import type { PlannedField, QueryPlan, Selection } from './query-plans.ts';

/** One execution. */
export interface Run {
  readonly plan: QueryPlan;
  readonly root: unknown;
  readonly context: unknown;
  readonly variables: Variables;
  readonly errors: GraphQLError[];
  /** Places that an error made null: what fails below one of them later is no error of the answer any more. */
  readonly nulled: Set<ResponsePath | undefined>;
}

/** The answer of an operation; it comes at once when no resolver makes it wait, and never rejects. */
export function executePlan(
  plan: QueryPlan,
  root: unknown,
  context: unknown,
  variables: Variables,
): ExecutionResult | Promise<ExecutionResult> {
  const run: Run = { plan, root, context, variables, errors: [], nulled: new Set() };
  const answer = (data: unknown): ExecutionResult => {
    const { errors } = run;
    return (errors.length === 0 ? { data } : { errors, data }) as ExecutionResult;
  };
  const failure = (error: unknown): ExecutionResult => {
    note(run, error as GraphQLError, undefined);
    return answer(null);
  };
  try {
    const { operation } = plan.operation;
    const selection = plan.root();
    if (!selection) {
      const nodes = plan.operation;
      throw new GraphQLError(`Schema is not configured to execute ${operation} operation.`, { nodes });
    }
    const data =
      operation === 'mutation' ? inTurn(run, selection, root) : executeSelection(run, selection, root, undefined);
    return isPromise(data) ? data.then(answer, failure) : answer(data);
  } catch (error) {
    return failure(error);
  }
}

/** The fields of a mutation: each when the one before is done. */
function inTurn(run: Run, { fields, blank }: Selection, source: unknown): unknown {
  const result = blank();
  const from = (index: number): unknown => {
    for (let next = index; next < fields.length; next++) {
      const field = fields[next] as PlannedField;
      const value = executeField(run, field, source, undefined);
      if (isPromise(value)) {
        return value.then((settled) => {
          result[field.name] = settled;
          return from(next + 1);
        });
      }
      result[field.name] = value;
    }
    return result;
  };
  return from(0);
}

/** The fields of an object, side by side. */
export function executeSelection(
  run: Run,
  selection: Selection,
  source: unknown,
  path: ResponsePath | undefined,
): unknown {
  const result = selection.blank();
  let waiting: Waiting | undefined;
  try {
    for (const field of selection.fields) {
      const value = executeField(run, field, source, path);
      if (isPromise(value)) {
        waiting ??= { names: [], values: [] };
        waiting.names.push(field.name);
        waiting.values.push(value);
      } else {
        result[field.name] = value;
      }
    }
  } catch (error) {
    if (!waiting) throw error;
    // What the other fields began comes to an end first, well or badly.
    return filled(result, waiting).finally(() => {
      throw error;
    });
  }
  return waiting ? filled(result, waiting) : result;
}

interface Waiting {
  readonly names: string[];
  readonly values: Promise<unknown>[];
}

function filled(result: Record<string, unknown>, { names, values }: Waiting): Promise<Record<string, unknown>> {
  return Promise.all(values).then((settled) => {
    for (let index = 0; index < names.length; index++) result[names[index] as string] = settled[index];
    return result;
  });
}

function executeField(run: Run, field: PlannedField, source: unknown, parent: ResponsePath | undefined): unknown {
  let path: ResponsePath | undefined;
  try {
    let value: unknown;
    if (field.isProperty) {
      value = isObject(source) ? source[field.definition.name] : undefined;
      // Most fields of most answers: nothing is made for them that they do not need.
      if (field.isLeaf && !isObject(value)) return field.complete(run, field, noPath, value);
      path = pathOf(field, parent);
      // As graphql-js has it, a property that is a function is a resolver without a source.
      if (typeof value === 'function') value = value.call(source, {}, run.context, infoOf(run, field, path));
    } else {
      path = pathOf(field, parent);
      const { resolve = defaultFieldResolver } = field.definition;
      value = resolve(source, field.argumentsOf(run.variables), run.context, infoOf(run, field, path));
    }
    return settle(run, field, field, path, value);
  } catch (error) {
    return failed(run, field, field.isRequired, path ?? pathOf(field, parent), error);
  }
}

/** Nothing is below a leaf that would ask where it is. */
const noPath: ResponsePath = { prev: undefined, key: '', typename: undefined };

function pathOf({ name, parentType }: PlannedField, parent: ResponsePath | undefined): ResponsePath {
  return { prev: parent, key: name, typename: parentType.name };
}

/** What graphql-js tells resolvers of their field. */
export function infoOf({ plan, root, variables }: Run, field: PlannedField, path: ResponsePath): GraphQLResolveInfo {
  const { definition, nodes, parentType } = field;
  return {
    fieldName: definition.name,
    fieldNodes: nodes,
    returnType: definition.type,
    parentType,
    path,
    schema: plan.schema,
    fragments: plan.fragments,
    rootValue: root,
    operation: plan.operation,
    variableValues: variables as Record<string, unknown>,
  };
}

/** Completes the value of a field or of an item; what fails later fails at this place. */
export function settle(
  run: Run,
  field: PlannedField,
  { complete, isRequired }: Pick<PlannedField, 'complete' | 'isRequired'>,
  path: ResponsePath,
  value: unknown,
): unknown {
  const completed = isPromise(value)
    ? value.then((settled) => complete(run, field, path, settled))
    : complete(run, field, path, value);
  if (!isPromise(completed)) return completed;
  return completed.then(undefined, (error: unknown) => failed(run, field, isRequired, path, error));
}

/** Null in the place of what failed, or on to the place around it where there may be no null. */
export function failed(run: Run, field: PlannedField, isRequired: boolean, path: ResponsePath, error: unknown): null {
  const located = locatedError(error, field.nodes, responsePathAsArray(path));
  if (isRequired) throw located;
  note(run, located, path);
  return null;
}

function note({ errors, nulled }: Run, error: GraphQLError, path: ResponsePath | undefined): void {
  if (nulled.has(undefined)) return;
  for (let place = path; place !== undefined; place = place.prev) if (nulled.has(place)) return;
  nulled.add(path);
  errors.push(error);
}

export function isPromise<Value>(value: Value | Promise<Value>): value is Promise<Value> {
  return isObject(value) && typeof value.then === 'function';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
