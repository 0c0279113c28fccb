import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createInProcessCapGate } from '../../projections/in-process-cap-gate.ts';
import { createLateDecisions, type LateDecision } from '../../src/application/late-decisions.ts';
import { createTurns } from '../../src/application/turns.ts';
import { bindOfferCap } from '../../src/decisioning/caps.ts';
import { StoreUnavailable } from '../../src/event-store/event-store.ts';
import { createExecutor } from '../../src/event-store/execute.ts';
import { createSqliteEventStore } from '../../src/event-store/sqlite-event-store.ts';
import { createSqliteLateSpool } from '../../src/late-spool/sqlite-late-spool.ts';
import { at, data, expiresAt } from '../aggregates/decision-samples.ts';
import { temporaryFolder } from '../event-store/temporary-log.ts';
import { createUnreachableStore } from '../event-store/unreachable-store.ts';

const onError = (error: unknown) => expect.unreachable(String(error));

test('decisions of before a restart hold their places before the log has them', async () => {
  const folder = temporaryFolder();
  const log = createUnreachableStore(createSqliteEventStore({ path: join(folder, 'kairos.db') }));
  log.cut('REFUSED');
  await expect(log.store.head()).rejects.toThrow(StoreUnavailable);
  const spool = createSqliteLateSpool<LateDecision>({ path: join(folder, 'late-1.db'), onError });
  const decided = data();
  const { customerId, decisionId, placementId, channel, callId } = decided;
  const where = { customerId, decisionId, placementId, channel, callId };
  const offers = [{ offerId: 'fuel', tags: [] }];
  const reserved = { ...where, offers, timeZone: 'UTC', heldUntil: expiresAt };
  const context = { at, actor: 'ann', correlationId: 'r1' };
  await spool.keep({ id: decisionId, customerId, content: { decision: { data: decided, reserved }, context } });

  const gate = createInProcessCapGate();
  const executor = createExecutor({ store: log.store });
  const parts = { executor, gate, turns: createTurns(), settle() {}, onError };
  const late = createLateDecisions({ ...parts, store: log.store, spool });
  await late.start();
  onTestFinished(async () => {
    await late.stop();
    await log.real.close();
  });
  expect(late.status()).toEqual({ waiting: 1, aside: [] });
  const rule = {
    name: 'once',
    counts: 'DECISION',
    scope: { kind: 'OFFER' },
    subject: 'CUSTOMER',
    limit: 1,
    window: { kind: 'LIFETIME' },
  } as const;
  const caps = [bindOfferCap(rule, 'fuel', placementId)];
  const another = { ...reserved, decisionId: 'another', offers: [{ offerId: 'fuel', tags: [], caps }] };
  const instants = { at: Date.parse(at), heldUntil: Date.parse(reserved.heldUntil) };
  expect(await gate.reserve({ ...another, ...instants })).toEqual({ reserved: false, offerId: 'fuel', by: 'once' });
});
