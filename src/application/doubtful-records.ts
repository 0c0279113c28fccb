// Decisions whose record failed, and may be in the log all the same or come there yet: their places stay held until that is known.
import type { CapGate } from '../../projections/cap-gate.ts';
import { ReadSideUnavailable } from '../../projections/read-side-unavailable.ts';
import { capDecider } from '../aggregates/cap/decider.ts';
import { isRefused } from '../aggregates/decider.ts';
import { streamIdOf } from '../aggregates/decision/decider.ts';
import type { EventStore, Position } from '../event-store/event-store.ts';
import type { CommandContext, Executor } from '../event-store/execute.ts';
import { startLogWork } from './log-work.ts';
import type { DecisionToRecord } from './record-decision.ts';
import type { Turns } from './turns.ts';

export interface DoubtfulRecords {
  /** The record of a decision has failed, and nobody tries it any more. */
  add(decision: DecisionToRecord, context: CommandContext): void;
  /** Whether the log answers, as far as is known, and nothing of a customer is in doubt. */
  isSure(customerId: string): boolean;
  /**
   * Makes sure, for a caller who has the customer's turn. Whoever reserves only then has at most one decision in doubt for each customer.
   * @throws StoreUnavailable while the log cannot tell.
   */
  settleInTurn(customerId: string): Promise<void>;
  stop(): Promise<void>;
}

export interface DoubtfulRecordsParts {
  readonly store: Pick<EventStore, 'health' | 'head'>;
  readonly executor: Executor;
  readonly gate: CapGate;
  readonly turns: Turns;
  /** As `NextBestOfferParts`. */
  readonly settle: (customerId: string, position: Position) => void;
  readonly onError: (error: unknown) => void;
}

interface Doubt {
  readonly reserved: DecisionToRecord['reserved'];
  readonly context: CommandContext;
  /** While it is being settled: there is no use in doing that twice. */
  settling?: Promise<void> | undefined;
}

/** The log is asked again and again, and before the customer's next decision. What it does not say before the process ends is forgotten. */
export function createDoubtfulRecords(parts: DoubtfulRecordsParts): DoubtfulRecords {
  const { store, gate, executor, settle } = parts;
  /** By customer. */
  const doubts = new Map<string, Set<Doubt>>();

  async function settleInTurn(customerId: string): Promise<void> {
    if (!store.health().answers && !doubts.has(customerId)) await store.head();
    for (const doubt of doubts.get(customerId) ?? []) {
      doubt.settling ??= settleOne(doubt).finally(() => {
        doubt.settling = undefined;
      });
      await doubt.settling;
    }
  }

  async function settleOne(doubt: Doubt): Promise<void> {
    const { reserved, context } = doubt;
    const { customerId, decisionId } = reserved;
    const command = { type: 'AbandonCap' as const, data: reserved };
    const outcome = await executor.execute(capDecider, streamIdOf(decisionId) ?? '', command, context);
    if (isRefused(outcome)) throw new Error(`a decision was not abandoned: ${outcome.rule}`);
    if (outcome.events.length > 0) await gate.withdraw(customerId, decisionId).catch(laterAnyway);
    else {
      gate.recorded(decisionId, outcome.position);
      settle(customerId, outcome.position);
    }
    const own = doubts.get(customerId);
    own?.delete(doubt);
    if (own?.size === 0) doubts.delete(customerId);
  }

  const work = startLogWork({
    ...parts,
    customers: (most) => new Set(doubts.keys().take(most)),
    doInTurn: settleInTurn,
  });

  return {
    add({ reserved }, context) {
      const { customerId } = reserved;
      const own = doubts.get(customerId) ?? new Set();
      doubts.set(customerId, own.add({ reserved, context }));
      work.wake();
    },
    isSure: (customerId) => store.health().answers && !doubts.has(customerId),
    settleInTurn,
    stop: work.stop,
  };
}

/** The gate takes it back by itself when it can. */
function laterAnyway(error: unknown): void {
  if (!(error instanceof ReadSideUnavailable)) throw error;
}
