// Reads back what a replay has left: every redemption through the API, and the caps by counting the log again.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type CapRecount, recountCaps, recountedCategories } from '../projections/cap-recount.ts';
import type { OfferDecided } from '../src/application/decision-records.ts';
import type { EventStore } from '../src/event-store/event-store.ts';
import { openEventStore } from '../src/event-store/open-event-store.ts';
import { createSqliteEventStore } from '../src/event-store/sqlite-event-store.ts';
import { upcasting } from '../src/event-store/upcasters.ts';
import {
  type DecisionOutcomesAnswer,
  decisionOutcomes,
  type ExplainDecisionAnswer,
  explainDecision,
} from './documents.ts';
import type { GraphqlClient } from './graphql-client.ts';
import { importer, requestOf } from './publish.ts';
import type { RedemptionRecord } from './replay-tally.ts';

export interface RedemptionAudit {
  /** Redemptions whose decision shows exactly one acceptance of the offer. */
  readonly found: number;
  /** Of those sent, the ones that no decision shows. */
  readonly missing: number;
  /** Acceptances beyond one for each redemption. */
  readonly duplicated: number;
}

/** Asks for every decision in which a redemption was recorded. */
export async function auditRedemptions(
  client: GraphqlClient,
  redeemed: readonly RedemptionRecord[],
  at: string,
): Promise<RedemptionAudit> {
  const expected = Map.groupBy(redeemed, ({ decisionId }) => decisionId);
  let found = 0;
  let missing = 0;
  let duplicated = 0;
  await Promise.all(
    [...expected].map(async ([id, records]) => {
      const { decision } = await client.send<DecisionOutcomesAnswer>(decisionOutcomes, { id }, requestOf(importer, at));
      const accepted = (decision?.offers ?? []).flatMap(({ offer, outcomes }) =>
        outcomes.filter(({ kind }) => kind === 'ACCEPTED').map(() => offer.id),
      );
      for (const { offerId } of records) {
        const place = accepted.indexOf(offerId);
        if (place < 0) missing += 1;
        else {
          accepted.splice(place, 1);
          found += 1;
        }
      }
      duplicated += accepted.length;
    }),
  );
  return { found, missing, duplicated };
}

export interface ExplanationAudit {
  /** Decisions that were explained. */
  readonly explained: number;
  /** Those that came out the same when they were computed again from their record. */
  readonly reproduced: number;
  /** Those that account for every live offer exactly once: chosen, or rejected with a reason. */
  readonly complete: number;
}

/** Asks for the explanations of decisions, evenly spread over those that were made. */
export async function auditExplanations(
  client: GraphqlClient,
  decisionIds: readonly string[],
  { atMost, liveOffers, at }: { atMost: number; liveOffers: number; at: string },
): Promise<ExplanationAudit> {
  const step = Math.max(1, decisionIds.length / atMost);
  const count = Math.min(atMost, decisionIds.length);
  const ids = Array.from({ length: count }, (_, index) => decisionIds[Math.floor(index * step)] ?? '');
  let reproduced = 0;
  let complete = 0;
  await Promise.all(
    ids.map(async (id) => {
      const answer = await client.send<ExplainDecisionAnswer>(explainDecision, { id }, requestOf(importer, at));
      const candidates = answer.explainDecision?.candidates ?? [];
      const different = new Set(candidates.map(({ offerId }) => offerId)).size;
      const accounted = candidates.every(({ slot, reason }) => (slot === null) !== (reason === null));
      if (answer.explainDecision?.reproduced) reproduced += 1;
      if (accounted && different === candidates.length && different === liveOffers) complete += 1;
    }),
  );
  return { explained: ids.length, reproduced, complete };
}

export interface LogAudit {
  readonly acceptances: number;
  readonly signals: number;
  /** SHA-256 of what was decided for whom, where and when, and why not the others: two replays that decide alike have the same. */
  readonly decisions: string;
  readonly caps: CapRecount;
}

/**
 * Counts a log again; the server that writes it may be running.
 * @param log a file, or the URL of an event store
 * @throws Error when there is no such file.
 */
export async function auditLog(log: string): Promise<LogAudit> {
  const store = await openLogAt(log);
  try {
    let acceptances = 0;
    let signals = 0;
    const decided: string[] = [];
    for await (const { type, data, metadata } of store.readAll({ categories: ['decision', 'signal'] })) {
      if (type === 'OfferAccepted') acceptances += 1;
      if (type === 'SignalObserved') signals += 1;
      if (type === 'OfferDecided') decided.push(essenceOf(data as OfferDecided, metadata.at));
    }
    // The order in the log is that of the requests, several of which were under way at once.
    const decisions = createHash('sha256').update(decided.sort().join('\n')).digest('hex');
    const caps = await recountCaps(store.readAll({ categories: recountedCategories }));
    return { acceptances, signals, decisions, caps };
  } finally {
    await store.close();
  }
}

/** @throws Error when there is no such file. */
export async function openLogAt(log: string): Promise<EventStore> {
  if (log.includes('://')) return upcasting(await openEventStore(log));
  if (!existsSync(log)) throw new Error(`there is no log ${log}`);
  return upcasting(createSqliteEventStore({ path: log }));
}

/** Without its ids, which are new each time, and its seed, which nothing depends on where nothing is explored. */
function essenceOf(
  { customerId, placementId, offers, resolution, cause, expiresAt, rejections }: OfferDecided,
  at: string,
) {
  return JSON.stringify([customerId, placementId, at, offers, resolution, cause, expiresAt, rejections]);
}
