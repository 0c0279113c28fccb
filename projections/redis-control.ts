// Which builds are in use: one small hash in Redis that every process knows by heart.
import { type GuardedScripts, readLua } from '../src/redis/guarded-scripts.ts';
import type { RedisConnection } from '../src/redis/redis-connection.ts';
import type { Build, RedisKeys } from '../src/redis/redis-keys.ts';
import { createEdition, type Edition, fieldOf, type Model, versionsName } from './edition.ts';
import { ReadSideUnavailable } from './read-side-unavailable.ts';
import type { RedisNotes } from './redis-notes.ts';

/** What the one who projects calls to put an announced build in use. */
export const controlProjectingScripts = { switchBuild: readLua(new URL('./lua/switch-build.lua', import.meta.url)) };

export interface RedisControlOptions {
  readonly connection: RedisConnection;
  readonly keys: RedisKeys;
  /** All read models of this program, and the caps. */
  readonly models: readonly Model[];
  /** By `programName`: each is let in by itself. */
  readonly program: string;
  readonly notes?: Pick<RedisNotes, 'onNote' | 'publish'>;
  /** Milliseconds between two looks; 500 when absent. */
  readonly everyMs?: number;
  /** What was read longer ago than these milliseconds may be deleted by now; 3,000 when absent. */
  readonly trustedMs?: number;
}

export interface RedisControl {
  /** What is in use. @throws ReadSideUnavailable when that was never read, or too long ago. */
  edition(): Edition;
  /** Of the edition in use; throws as `edition`. */
  buildOf(model: Model): Build;
  /** Reads what is in use now. Rejects with what the client throws, or ReadSideUnavailable when nothing is in use yet. */
  refresh(): Promise<Edition>;
  /**
   * For a projector: what is in use, and for models that have no build the one that they had when this process last looked, or the
   * first. Nothing of it is written before `establish`.
   */
  proposed(): Promise<Edition>;
  /** Puts a proposed edition in use as far as nothing is, and answers what is in use then. */
  establish(edition: Edition): Promise<Edition>;
  /** For who builds anew: the build with this number is ready; `withdraw` when it is no more. The one who projects puts it in use. */
  announce(model: Model, number: number): Promise<void>;
  withdraw(model: Model): Promise<void>;
  /** What was announced: the model, and what would be in use with its next build. Undefined when nothing was. */
  announced(): Promise<Announced | undefined>;
  /** Puts what was announced in use; false when it was withdrawn, or something else is in use meanwhile. */
  switchTo(announced: Announced, scripts: GuardedScripts<'switchBuild'>): Promise<boolean>;
  /** Whether those who reserve in the builds before have to be shut out yet; it is so from the switch until `shutOut`. */
  isToShutOut(edition: Edition): Promise<boolean>;
  /** Nobody can reserve in the builds before any more. */
  shutOut(edition: Edition): Promise<void>;
  /**
   * What begins the scripts that serve readers of an edition: on a server that has them, the edition is whole. A server that another
   * has taken the place of keeps them as its replica, and may come back behind the other: so they have the term in them.
   *
   * @param term the one that is known when absent
   */
  servingToken(edition: Edition, term?: string): string;
  /** Has readers call the scripts with a new term, which every server has: from now on those of all terms before are called by nobody. */
  beginTerm(term: string): Promise<void>;
  /** Called with the edition that is known, and whenever it or the term is another. Answers the function that ends it. */
  onChange(listener: (edition: Edition) => void): () => void;
  stop(): void;
}

export interface Announced {
  readonly model: Model;
  readonly before: Edition;
  readonly after: Edition;
}

/** What the control hash has of this program. */
interface Stored {
  readonly askedAt: number;
  readonly numbers: ReadonlyMap<string, number>;
  readonly term: string | undefined;
}

/** Looks at once, and again and again: when Redis is away, for it to come back. */
export function createRedisControl(options: RedisControlOptions): RedisControl {
  const { connection, keys, models, program, notes, everyMs = 500, trustedMs = 3000 } = options;
  const listeners = new Set<(edition: Edition) => void>();
  /** The field of a build that is ready to be put in use by those who project the same versions. */
  const nextOf = (model: Model) => `next:${versionsName(models)}:${fieldOf(model)}`;
  /** The fields that stand for those of the builds before, who have to be shut out. */
  const shutOutBy = (edition: Edition, among: readonly Model[] = models) =>
    among.flatMap((model) =>
      model.isReservedIn ? `shut-out-before:${fieldOf(model)}-${edition.numberOf(model)}` : [],
    );
  const termField = `term:${program}`;
  let known: Edition | undefined;
  /** Undefined before readers were ever let in: no server has scripts of that. */
  let term: string | undefined;
  let knownAt = Number.NEGATIVE_INFINITY;

  async function read(): Promise<Stored> {
    const askedAt = performance.now();
    const stored = await connection.client.hmget(keys.control, termField, ...models.map(fieldOf));
    const fields = models
      .map(fieldOf)
      .map((field, index): [string, string | null] => [field, stored[index + 1] ?? null]);
    const numbers = new Map(fields.flatMap(([field, number]) => (number ? [[field, Number(number)]] : [])));
    return { askedAt, numbers, term: stored[0] ?? undefined };
  }

  /** What was read later is not replaced by what was asked for earlier. */
  function learn(stored: Stored): void {
    if (stored.askedAt < knownAt) return;
    knownAt = stored.askedAt;
    const edition = createEdition(stored.numbers);
    if (edition.name === known?.name && stored.term === term) return;
    known = edition;
    term = stored.term;
    for (const listener of listeners) listener(edition);
  }

  async function refresh(): Promise<Edition> {
    const stored = await read();
    // A hash that was lost says nothing: what was in use is still the best guess, for as long as it is trusted.
    if (stored.numbers.size < models.length) throw new ReadSideUnavailable('the read models are not built yet');
    learn(stored);
    return edition();
  }

  function edition(): Edition {
    if (known && performance.now() - knownAt <= trustedMs) return known;
    throw new ReadSideUnavailable('Redis has not said for a while which builds of the read models are in use');
  }

  // Whoever asks for the edition finds out that it was not to be had.
  const look = () => void refresh().catch(() => {});
  const endNotes = notes?.onNote(({ kind }) => kind === 'SWITCHED' && look());
  const timer = setInterval(look, everyMs);
  timer.unref();
  look();

  return {
    edition,
    buildOf: (model) => edition().buildOf(model),
    refresh,
    async proposed() {
      const stored = await read();
      if (stored.numbers.size === models.length) learn(stored);
      const numberOf = (model: Model) => stored.numbers.get(fieldOf(model)) ?? known?.numberOf(model) ?? 1;
      return createEdition(new Map(models.map((model) => [fieldOf(model), numberOf(model)])));
    },
    async establish(proposed) {
      await Promise.all(
        models.map((model) => connection.client.hsetnx(keys.control, fieldOf(model), proposed.numberOf(model))),
      );
      return refresh();
    },
    announce: async (model, number) => void (await connection.client.hset(keys.control, nextOf(model), number)),
    withdraw: async (model) => void (await connection.client.hdel(keys.control, nextOf(model))),
    async announced() {
      const numbers = await connection.client.hmget(keys.control, ...models.map(nextOf));
      const index = numbers.findIndex((number) => number !== null);
      const model = models[index];
      if (!model) return undefined;
      const before = await refresh();
      return { model, before, after: before.with(model, Number(numbers[index])) };
    },
    async switchTo({ model, before, after }, scripts) {
      const numbers = [before.numberOf(model), after.numberOf(model)];
      const [also = ''] = shutOutBy(after, [model]);
      const reply = await scripts.call(
        'switchBuild',
        [keys.control],
        [fieldOf(model), nextOf(model), ...numbers, also],
      );
      if (reply === 1) notes?.publish({ kind: 'SWITCHED' });
      await refresh();
      return reply === 1;
    },
    async isToShutOut(edition) {
      const asked = shutOutBy(edition).map((field) => connection.client.hexists(keys.control, field));
      return (await Promise.all(asked)).includes(1);
    },
    async shutOut(edition) {
      await Promise.all(shutOutBy(edition).map((field) => connection.client.hdel(keys.control, field)));
    },
    servingToken: ({ name }, ofTerm = term) => `serving ${keys.prefix} ${name} ${ofTerm}`,
    async beginTerm(next) {
      await connection.client.hset(keys.control, termField, next);
      notes?.publish({ kind: 'SWITCHED' });
      await refresh();
    },
    onChange(listener) {
      listeners.add(listener);
      if (known) listener(known);
      return () => void listeners.delete(listener);
    },
    stop() {
      clearInterval(timer);
      endNotes?.();
      listeners.clear();
    },
  };
}
