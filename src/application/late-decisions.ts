// Decisions that are answered before they are recorded: kept on disk, known to what follows, and recorded as soon as the log takes them.
import type { CapGate } from '../../projections/cap-gate.ts';
import { contacts } from '../../projections/contacts.ts';
import type { CustomerEntries } from '../../projections/customer-facts.ts';
import { ReadSideUnavailable } from '../../projections/read-side-unavailable.ts';
import {
  beginning,
  type EventStore,
  type Position,
  RevisionConflict,
  StoreUnavailable,
} from '../event-store/event-store.ts';
import type { CommandContext, Executor } from '../event-store/execute.ts';
import type { LateSpool, Owed } from '../late-spool/late-spool.ts';
import type { DecisionRecord } from './decision-records.ts';
import { type LogWork, startLogWork } from './log-work.ts';
import { type DecisionToRecord, writeDecision } from './record-decision.ts';
import type { Turns } from './turns.ts';

/** What the spool holds of a decision. */
export interface LateDecision {
  readonly decision: DecisionToRecord;
  readonly context: CommandContext;
}

export interface LateStatus {
  /** How many wait to be recorded. */
  readonly waiting: number;
  /** Decisions that the log will not take, and why. */
  readonly aside: readonly { readonly id: string; readonly why: string }[];
}

export interface LateDecisions {
  /** Whether decisions of a customer wait to be recorded: what follows them is recorded after them. */
  waitOf(customerId: string): boolean;
  /** What is known of a customer, with the decisions that wait. */
  withWaiting(customerId: string, entries: CustomerEntries): CustomerEntries;
  /** A decision that is not in the log yet; undefined: this process knows of none with this id. */
  read(decisionId: string): DecisionRecord | undefined;
  /**
   * Durable when it resolves.
   * @throws StoreUnavailable when there is no room for it.
   */
  keep(late: LateDecision): Promise<DecisionRecord>;
  /**
   * Records what waits of a customer, for a caller who has the customer's turn.
   * @throws StoreUnavailable when the log still cannot take it.
   */
  recordInTurn(customerId: string): Promise<void>;
  status(): LateStatus;
  /** Takes the places again that decisions of before a restart hold, and begins to record. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface LateDecisionsParts {
  readonly store: Pick<EventStore, 'health'>;
  readonly spool: LateSpool<LateDecision>;
  readonly executor: Executor;
  readonly gate: CapGate;
  readonly turns: Turns;
  /** As `NextBestOfferParts`. */
  readonly settle: (customerId: string, position: Position) => void;
  readonly onError: (error: unknown) => void;
}

export function createLateDecisions(parts: LateDecisionsParts): LateDecisions {
  const { spool, gate, settle, onError } = parts;
  let work: LogWork | undefined;
  let isFull = false;

  async function recordOne({ id, customerId, content: { decision, context } }: Owed<LateDecision>): Promise<void> {
    try {
      const { position, reservedAt } = await writeDecision(parts, { ...decision, isAnswered: true }, context);
      spool.remove(id);
      if (reservedAt !== undefined) gate.recorded(id, reservedAt);
      settle(customerId, position);
    } catch (error) {
      if (error instanceof StoreUnavailable || error instanceof RevisionConflict) throw error;
      spool.setAside(id, (error as Error).message);
      onError(new Error(`the late decision ${id} cannot be recorded; it is kept, and waits no more`, { cause: error }));
    }
  }

  async function recordInTurn(customerId: string): Promise<void> {
    for (const owed of spool.of(customerId)) await recordOne(owed);
  }

  /** Under no caps: it was under them when they were taken, and what holds them already stays as it is. */
  async function takePlacesAgain({ content: { decision, context } }: Owed<LateDecision>): Promise<void> {
    const { reserved } = decision;
    const offers = reserved.offers.map((offer) => ({ ...offer, caps: [] }));
    const [at, heldUntil] = [Date.parse(context.at), Date.parse(reserved.heldUntil)];
    await gate.reserve({ ...reserved, offers, at, heldUntil, isLate: true });
  }

  return {
    waitOf: spool.hasOf,
    withWaiting(customerId, entries) {
      const waiting = spool.of(customerId);
      if (waiting.length === 0) return entries;
      const [profile, consent, feature, contact] = entries;
      const known = structuredClone(contact?.entry ?? contacts.empty(customerId));
      const position = contact?.position ?? beginning;
      for (const { id, content } of waiting) {
        // It is in the log, and only this process does not know yet.
        if (known.recent.some(({ decisionId }) => decisionId === id)) continue;
        contacts.evolve(known, asRecorded(content, position));
      }
      return [profile, consent, feature, { entry: known, position }];
    },
    read(decisionId) {
      const owed = spool.find(decisionId);
      return owed && recordOf(owed.content);
    },
    async keep(late) {
      const { decisionId: id, customerId } = late.decision.data;
      const isKept = await spool.keep({ id, customerId, content: late }).catch((error: unknown) => {
        if (!isFull) onError(error);
        return false;
      });
      isFull = !isKept;
      if (!isKept) throw new StoreUnavailable('the event log is away, and there is no room for late decisions');
      work?.wake();
      return recordOf(late);
    },
    recordInTurn,
    status: () => ({ waiting: spool.waiting(), aside: spool.asideOnes() }),
    async start() {
      for (const owed of spool.all()) {
        await takePlacesAgain(owed).catch((error: unknown) => {
          // What it does not know by then it learns from the log.
          if (!(error instanceof ReadSideUnavailable)) throw error;
        });
      }
      const customers = (most: number) => new Set(spool.first(most).map(({ customerId }) => customerId));
      work = startLogWork({ ...parts, customers, doInTurn: recordInTurn });
    },
    async stop() {
      await work?.stop();
      spool.close();
    },
  };
}

function recordOf({ decision: { data }, context: { at } }: LateDecision): DecisionRecord {
  return { data, at, position: beginning, outcomes: [] };
}

/** As it will be read: somewhere in its stream. */
function asRecorded({ decision: { data }, context }: LateDecision, position: Position) {
  const metadata = { ...context, v: 1, causationId: context.correlationId };
  const place = { stream: '', revision: 0, position, recordedAt: context.at };
  return { id: '', type: 'OfferDecided', data, metadata, ...place };
}
