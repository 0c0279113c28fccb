// Reads that are asked for in the same turn of the process are one round trip, as far as they can be: always those of one customer.
import { createCallsTogether } from './calls-together.ts';
import { type GuardedScripts, readLua } from './guarded-scripts.ts';
import type { RedisConnection } from './redis-connection.ts';

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

interface Asked {
  readonly strings: string[];
  readonly hashes: string[];
  /** Of each of `fields` the hash. */
  readonly fieldHashes: string[];
  readonly fields: string[];
}

/**
 * `slot` names what the keys have in common (a customer's id): those with the same name must be in the same slot.
 * Everything read in one turn is of one instant. All fail as `GuardedScripts.call` does.
 */
export function createSameSlotReads(
  scripts: Pick<GuardedScripts<keyof typeof sameSlotScripts>, 'call'>,
  { slotOf }: Pick<RedisConnection, 'slotOf'>,
): SameSlotReads {
  const callFor = createCallsTogether(
    slotOf,
    (): Asked => ({ strings: [], hashes: [], fieldHashes: [], fields: [] }),
    ({ strings, hashes, fieldHashes, fields }) => {
      const keys = [...strings, ...hashes, ...fieldHashes];
      return scripts.call('readTogether', keys, [strings.length, hashes.length, ...fields]) as Promise<unknown[]>;
    },
  );

  return {
    async strings(slot, keys) {
      const { asked, reply } = callFor(slot);
      const { strings } = asked;
      const first = strings.push(...keys) - keys.length;
      const found = (await reply) as (string | null)[];
      return first === 0 && found.length === keys.length ? found : found.slice(first, first + keys.length);
    },
    async hash(slot, key) {
      const { asked, reply } = callFor(slot);
      const { strings, hashes } = asked;
      const place = hashes.push(key) - 1;
      const text = foundIn(await reply, strings.length + place) as string;
      return text === '' ? [] : text.split('\0');
    },
    async field(slot, key, field) {
      const { asked, reply } = callFor(slot);
      const { strings, hashes, fieldHashes, fields } = asked;
      fieldHashes.push(key);
      const place = fields.push(field) - 1;
      return foundIn(await reply, strings.length + hashes.length + place) as string | null;
    },
  };
}

/** @throws what the server says of one key: who else has a part in the call is not concerned. */
function foundIn(reply: readonly unknown[], place: number): unknown {
  const found = reply[place];
  if (found instanceof Error) throw found;
  return found;
}
