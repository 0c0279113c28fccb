// Reads of one slot that are asked for in the same turn of the process are one round trip: the read models and the caps of a customer.
import { type GuardedScripts, readLua } from './guarded-scripts.ts';

/** What `createSameSlotReads` calls. */
export const sameSlotScripts = { readTogether: readLua(new URL('./lua/read-together.lua', import.meta.url)) };

export interface SameSlotReads {
  /** The values of string keys, null where there is none. */
  strings(slot: string, keys: readonly string[]): Promise<readonly (string | null)[]>;
  /** Fields and values of a hash in turn, none of which has a NUL in it; empty when there is none. */
  hash(slot: string, key: string): Promise<readonly string[]>;
  /** The value of one field of a hash, null where there is none. */
  field(slot: string, key: string, field: string): Promise<string | null>;
}

interface Batch {
  readonly strings: string[];
  readonly hashes: string[];
  /** Of each of `fields` the hash. */
  readonly fieldHashes: string[];
  readonly fields: string[];
  readonly reply: Promise<readonly unknown[]>;
}

/**
 * `slot` names what the keys have in common (a customer's id): those with the same name must be in the same slot.
 * Everything read in one turn is of one instant. All fail as `GuardedScripts.call` does.
 */
export function createSameSlotReads(scripts: GuardedScripts<keyof typeof sameSlotScripts>): SameSlotReads {
  const batches = new Map<string, Batch>();

  function batchOf(slot: string): Batch {
    const open = batches.get(slot);
    if (open) return open;
    const strings: string[] = [];
    const hashes: string[] = [];
    const fieldHashes: string[] = [];
    const fields: string[] = [];
    const reply = Promise.resolve().then(() => {
      batches.delete(slot);
      const keys = [...strings, ...hashes, ...fieldHashes];
      return scripts.call('readTogether', keys, [strings.length, hashes.length, ...fields]) as Promise<unknown[]>;
    });
    const batch = { strings, hashes, fieldHashes, fields, reply };
    batches.set(slot, batch);
    return batch;
  }

  return {
    async strings(slot, keys) {
      const { strings, reply } = batchOf(slot);
      const first = strings.push(...keys) - keys.length;
      const found = (await reply) as (string | null)[];
      return first === 0 && found.length === keys.length ? found : found.slice(first, first + keys.length);
    },
    async hash(slot, key) {
      const { strings, hashes, reply } = batchOf(slot);
      const place = hashes.push(key) - 1;
      const text = (await reply)[strings.length + place] as string;
      return text === '' ? [] : text.split('\0');
    },
    async field(slot, key, field) {
      const { strings, hashes, fieldHashes, fields, reply } = batchOf(slot);
      fieldHashes.push(key);
      const place = fields.push(field) - 1;
      return (await reply)[strings.length + hashes.length + place] as string | null;
    },
  };
}
