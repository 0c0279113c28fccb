// The file of the operations that a server runs and no others: queries by the SHA-256 of each.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/**
 * Queries by their SHA-256, in lower-case hexadecimal digits.
 * @throws Error that says what is wrong with the file.
 */
export function readPersistedOperations(path: string): ReadonlyMap<string, string> {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Error(`${path} cannot be read as JSON: ${(error as Error).message}`);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new Error(`${path} must be an object of queries by their SHA-256`);
  }
  const queries = Object.entries(content);
  if (queries.length === 0) throw new Error(`${path} has no operation, and none would ever be run`);
  for (const [hash, query] of queries) {
    const right = typeof query === 'string' && createHash('sha256').update(query).digest('hex');
    if (hash !== right) throw new Error(`${path}: ${hash.slice(0, 64)} must be the SHA-256 of its query`);
  }
  return new Map(queries);
}
