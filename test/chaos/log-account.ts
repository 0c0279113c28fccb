// What the log says of a run: whether everything that was answered as recorded is in it once, and whether a cap was exceeded.
import { recountCaps, recountedCategories } from '../../projections/cap-recount.ts';
import { beginning, type EventStore } from '../../src/event-store/event-store.ts';
import type { Answer, ToldOutcome, ToldPop } from './answers.ts';

export interface Claims {
  readonly answers: readonly Pick<Answer, 'decisionId' | 'offerId' | 'recorded'>[];
  readonly outcomes: readonly ToldOutcome[];
  readonly popsPromised: readonly Pick<ToldPop, 'interactionId' | 'number'>[];
}

export interface Account {
  /** Of what was answered as recorded: not in the log, or as something else. */
  readonly lost: readonly string[];
  /** Of all of it: more than once in the log, or one decision for two questions. */
  readonly twice: readonly string[];
}

export interface LogAccount {
  /** Reads what has come into the log since, and compares what is claimed with all of it. */
  check(claims: Claims): Promise<Account>;
  /** Contacts that a cap did not admit and that were not there at the last recount. */
  exceededSince(): Promise<number>;
}

/** Milliseconds that a reservation may take to the log where several processes reserve; as in the audit of caps. */
const overlapMs = 10_000;

export function createLogAccount(store: EventStore): LogAccount {
  let position = beginning;
  let exceeded = 0;
  /** How often each is in the log. */
  const entries = new Map<string, number>();

  async function read(): Promise<void> {
    for await (const event of store.readAll({ after: position, categories: ['decision', 'interaction'] })) {
      position = event.position;
      const entry = entryOf(event);
      if (entry !== undefined) entries.set(entry, (entries.get(entry) ?? 0) + 1);
    }
  }

  return {
    async check({ answers, outcomes, popsPromised }) {
      await read();
      const recorded = answers.filter((answer) => answer.recorded === 'BEFORE_ANSWER' || answer.recorded === 'LATE');
      const claimed = [
        ...recorded.map(({ decisionId, offerId }) => decided(decisionId, offerId)),
        ...outcomes.map(({ decisionId, offerId }) => presented(decisionId, offerId)),
        ...popsPromised.map(({ interactionId, number }) => popped(interactionId, number)),
      ];
      const lost = claimed.filter((entry) => !entries.has(entry));
      const twice = claimed.filter((entry) => (entries.get(entry) ?? 0) > 1);
      const questions = Map.groupBy(recorded, ({ decisionId }) => decisionId);
      for (const [decisionId, same] of questions) if (same.length > 1) twice.push(`two questions: ${decisionId}`);
      return { lost, twice };
    },
    async exceededSince() {
      const { violations } = await recountCaps(store.readAll({ categories: recountedCategories }), { overlapMs });
      const before = exceeded;
      exceeded = violations.length;
      return exceeded - before;
    },
  };
}

const decided = (decisionId = '', offerId = '') => `decided ${decisionId} ${offerId}`;
const presented = (decisionId: string, offerId: string) => `presented ${decisionId} ${offerId}`;
const popped = (interactionId: string, number: number) => `popped ${interactionId} ${number}`;

function entryOf({ type, data, stream }: { type: string; data: unknown; stream: string }): string | undefined {
  const { decisionId, offerId, offers, number } = data as {
    decisionId: string;
    offerId: string;
    offers?: { offerId: string }[];
    number: number;
  };
  if (type === 'OfferDecided') return decided(decisionId, offers?.[0]?.offerId);
  if (type === 'OfferPresented') return presented(decisionId, offerId);
  if (type === 'ScreenPopped') return popped(stream.slice('interaction-'.length), number);
  return undefined;
}
