// A piece of work that one process does at a time: a key with a time to live and an owner, renewed as long as the owner works.
import { createGuardedScripts, RedisNotReady, readLua } from '../src/redis/guarded-scripts.ts';
import type { RedisConnection } from '../src/redis/redis-connection.ts';

const scripts = {
  hold: readLua(new URL('./lua/hold-lease.lua', import.meta.url)),
  release: readLua(new URL('./lua/release-lease.lua', import.meta.url)),
};

export interface LeaseOptions {
  readonly connection: RedisConnection;
  readonly key: string;
  /** Different in every process. */
  readonly owner: string;
  /** Milliseconds after which others may take it from an owner who does not renew it. It is renewed at a third of them. */
  readonly durationMs: number;
}

export interface Lease {
  /** Resolves when another has it, or it could not be renewed in time. */
  readonly lost: Promise<void>;
  /** Lets others have it at once. Never rejects: when Redis cannot be told, it ends by itself. */
  giveBack(): Promise<void>;
}

/**
 * Undefined when another has it. A lease saves work and does not keep anybody from writing: an owner who was stopped for longer than
 * it lasts learns too late that another has it.
 * @throws what the client throws.
 */
export async function takeLease({ connection, key, owner, durationMs }: LeaseOptions): Promise<Lease | undefined> {
  const guarded = createGuardedScripts(connection.client, scripts, 'lease');
  const lost = Promise.withResolvers<void>();
  let endsAt = 0;

  /** These scripts have nothing to do with data: wherever they are missing they are given. */
  async function call(name: keyof typeof scripts, ...args: readonly (string | number)[]): Promise<unknown> {
    try {
      return await guarded.call(name, [key], [owner, ...args]);
    } catch (error) {
      if (!(error instanceof RedisNotReady)) throw error;
      await Promise.all(connection.masters().map((server) => guarded.open(server)));
      return guarded.call(name, [key], [owner, ...args]);
    }
  }

  async function hold(): Promise<boolean> {
    const askedAt = performance.now();
    const isHeld = (await call('hold', durationMs)) === 1;
    if (isHeld) endsAt = askedAt + durationMs;
    return isHeld;
  }

  if (!(await hold())) return undefined;
  const renewal = setInterval(() => {
    hold().then(
      (isHeld) => isHeld || lost.resolve(),
      // Not renewed yet: there is time for another try, or there is none.
      () => performance.now() < endsAt || lost.resolve(),
    );
  }, durationMs / 3);
  renewal.unref();
  return {
    lost: lost.promise,
    async giveBack() {
      clearInterval(renewal);
      await call('release').catch(() => {});
    },
  };
}
