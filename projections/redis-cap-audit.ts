// The audit of the caps in Redis, while all others go on.
import type { EventStore, Position } from '../src/event-store/event-store.ts';
import type { GuardedScripts } from '../src/redis/guarded-scripts.ts';
import type { RedisConnection } from '../src/redis/redis-connection.ts';
import type { RedisKeys } from '../src/redis/redis-keys.ts';
import { auditCaps, type CapAudit } from './cap-audit.ts';
import { recountedCategories } from './cap-recount.ts';
import type { Edition, Model } from './edition.ts';
import { ReadSideUnavailable } from './read-side-unavailable.ts';
import type { RedisControl } from './redis-control.ts';
import { answered } from './redis-failures.ts';
import { mastersOf, nameOf } from './redis-servers.ts';
import { storedCustomers } from './redis-stored-customers.ts';
import { storedTotals } from './redis-stored-totals.ts';

export interface RedisCapAuditOptions {
  readonly connection: RedisConnection;
  readonly keys: RedisKeys;
  readonly control: RedisControl;
  readonly store: EventStore;
  readonly caps: Model;
  /** Those of the edition in use. */
  readonly serving: GuardedScripts<string>;
  readonly checkpoint: (edition: Edition) => Promise<Position>;
  /** The instant of the audit, epoch milliseconds. */
  readonly at: number;
}

/**
 * @throws ReadSideUnavailable when Redis does not answer, or a server is closed because it may not have everything; Error when other
 * builds were put in use meanwhile; what the store throws.
 */
export async function auditRedisCaps(options: RedisCapAuditOptions): Promise<CapAudit> {
  const { connection, keys, control, store, caps, serving, checkpoint, at } = options;
  const edition = await answered(control.refresh());
  const parts = { connection, keys, build: edition.buildOf(caps) };

  async function expectOpen(): Promise<void> {
    for (const server of mastersOf(connection)) {
      if (await answered(serving.isOpen(server))) continue;
      throw new ReadSideUnavailable(`${nameOf(server)} is closed: it is not known to have everything; try again later`);
    }
  }

  await expectOpen();
  const audit = await auditCaps({
    events: store.readAll({ categories: recountedCategories }),
    stored: storedCustomers(parts),
    appliedUpTo: () => checkpoint(edition),
    totals: {
      stored: storedTotals(parts),
      laterEvents: (after, upTo) => (after < upTo ? store.readAll({ after, upTo, categories: ['cap'] }) : nothing()),
    },
    at,
  });
  // What was deleted or lost in the middle would look like drift.
  if ((await answered(control.refresh())).name !== edition.name) {
    throw new Error('other builds were put in use meanwhile; start again');
  }
  await expectOpen();
  return audit;
}

async function* nothing(): AsyncGenerator<never> {}
