// The words as the library sees them: it tells types apart by constructor, so they are getters of classes.
import type { Environment } from '@marcbachmann/cel-js';
import type { Scope } from '../scope.ts';
import type { Value } from './evaluation.ts';
import { ofHistory, type Words } from './words.ts';

/** Declares the variables, types and functions of conditions, and gives the function that makes what they stand for. */
export function declareWords(environment: Environment, words: Words): (scope: Scope) => Record<string, unknown> {
  const classes = ['profile', 'context', 'features', 'history'].map(
    (name) => [name, declareType(environment, words, [name])] as const,
  );
  for (const [name, declared] of classes) environment.registerVariable(name, declared.type);
  environment.registerVariable('now', 'google.protobuf.Timestamp');
  for (const [name, { type, value }] of Object.entries(ofHistory)) {
    const found = (history: Seen, offerId: string) => forLibrary(type, value(history.scope, offerId));
    environment.registerFunction(`History.${name}(string): ${type}`, found, { async: false });
  }
  return (scope) => ({
    ...Object.fromEntries(classes.map(([name, { Declared }]) => [name, new Declared(scope)])),
    now: new Date(scope.at),
  });
}

class Seen {
  readonly scope: Scope;
  constructor(scope: Scope) {
    this.scope = scope;
  }
}

/** The type of everything below a path: `Features`, and `FeaturesViews` in it. */
function declareType(environment: Environment, words: Words, path: readonly string[]) {
  const type = path.map((name) => name.charAt(0).toUpperCase() + name.slice(1)).join('');
  const Declared = class extends Seen {};
  const fields: Record<string, string> = {};
  const getter = (name: string, fieldType: string, get: (this: Seen) => unknown) => {
    fields[name] = fieldType;
    Object.defineProperty(Declared.prototype, name, { get });
  };
  for (const word of words.all) {
    if (!path.every((name, depth) => word.path[depth] === name)) continue;
    const name = word.path[path.length] ?? '';
    if (word.path.length === path.length + 1) {
      getter(name, word.type, function () {
        return forLibrary(word.type, word.value(this.scope));
      });
    } else if (!Object.hasOwn(fields, name)) {
      const inner = declareType(environment, words, [...path, name]);
      getter(name, inner.type, function () {
        return new inner.Declared(this.scope);
      });
    }
  }
  environment.registerType(type, { ctor: Declared, fields });
  return { type, Declared };
}

function forLibrary(type: string, value: Value | undefined): unknown {
  if (type === 'int' && value !== undefined) return BigInt(value as number);
  return value instanceof Map ? new Map([...value].map(([name, amount]) => [name, BigInt(amount)])) : value;
}
