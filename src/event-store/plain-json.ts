// Whether a value is what its JSON text would say: then nobody has to read it back from there.

/** True when `JSON.parse(JSON.stringify(value))` would be the same: JSON changes nothing of it, leaves nothing out and asks it nothing. */
export function isPlainJson(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      // JSON knows neither a negative zero nor anything infinite.
      return Number.isFinite(value) && !Object.is(value, -0);
    case 'object':
      return value === null || isPlainObject(value);
    default:
      return false;
  }
}

function isPlainObject(value: object): boolean {
  if ((value as { readonly toJSON?: unknown }).toJSON !== undefined) return false;
  const prototype = Object.getPrototypeOf(value);
  const isList = Array.isArray(value);
  if (prototype !== (isList ? Array.prototype : Object.prototype)) return false;
  for (const part of isList ? value : Object.values(value)) {
    if (!isPlainJson(part)) return false;
  }
  return true;
}
