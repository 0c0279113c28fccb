// Lua scripts that are only there on servers whose data is known to be whole: to have lost them is to have lost data.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { RedisClient, RedisServer } from './redis-connection.ts';

/** A server does not have the scripts: it is new, was restarted, or has taken the place of another. Nothing was done. */
export class RedisNotReady extends Error {}

/**
 * A server keeps the scripts it was given as long as its process lives, and no replica has them. So whoever knows that a server holds
 * everything it should gives it the scripts (`open`); calls go by digest only. After a restart or a failover they fail until
 * somebody has looked, however quickly they come.
 */
export interface GuardedScripts<Name extends string> {
  /**
   * Calls a script on the server that has the keys, which are all in one slot.
   * @throws RedisNotReady when the server does not have the scripts; what the client throws otherwise.
   */
  call(name: Name, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>;
  /** Gives a server the scripts. */
  open(server: RedisServer): Promise<void>;
  isOpen(server: RedisServer): Promise<boolean>;
  /** Takes from a server all scripts that it has. */
  close(server: RedisServer): Promise<void>;
  /** From now on calls and `open` are of the scripts under another token: whoever keeps the old one finds none that are opened later. */
  renew(token: string): void;
}

/**
 * @param texts the Lua by name
 * @param token tells the scripts of one installation from those of another on the same servers, and those of one state of the
 * data from those of the next
 */
export function createGuardedScripts<Name extends string>(
  client: RedisClient,
  texts: Readonly<Record<Name, string>>,
  token: string,
): GuardedScripts<Name> {
  let scripts = named(texts, token);
  const all = () => Object.values<Script>(scripts);
  return {
    async call(name, keys, args) {
      try {
        return await client.evalsha(scripts[name].digest, keys.length, ...keys, ...args);
      } catch (error) {
        if ((error as Error).message.startsWith('NOSCRIPT')) throw new RedisNotReady('Redis has not been checked yet');
        throw error;
      }
    },
    async open(server) {
      // In one go: a server that is restarted in between would have some of them.
      await Promise.all(all().map(({ text }) => server.script('LOAD', text)));
    },
    async isOpen(server) {
      const known = (await server.script('EXISTS', ...all().map(({ digest }) => digest))) as number[];
      return known.every((each) => each === 1);
    },
    async close(server) {
      await server.script('FLUSH');
    },
    renew(next) {
      scripts = named(texts, next);
    },
  };
}

interface Script {
  readonly text: string;
  readonly digest: string;
}

function named<Name extends string>(texts: Readonly<Record<Name, string>>, token: string): Record<Name, Script> {
  const scripts = Object.entries<string>(texts).map(([name, lua]): [string, Script] => {
    const text = `-- ${token}\n${lua}`;
    return [name, { text, digest: createHash('sha1').update(text).digest('hex') }];
  });
  return Object.fromEntries(scripts) as Record<Name, Script>;
}

/** The text of a script beside the module that calls it. */
export function readLua(url: URL): string {
  return readFileSync(url, 'utf8');
}
