// How full caps of everybody are, as decisions are told: from what was looked at a moment ago, and what was reserved here since.
import type { BoundCap } from '../src/decisioning/caps.ts';
import type { Position } from '../src/event-store/event-store.ts';
import type { CapTotals, TotalsSeen } from './cap-totals.ts';
import type { TotalsAnswer, TotalsAnswers, TotalsQuestion } from './redis-totals-questions.ts';
import type { TotalLeases } from './total-leases.ts';
import type { TotalsPauses } from './totals-pauses.ts';
import type { UnappliedContacts } from './unapplied-contacts.ts';

interface View {
  readonly at: number;
  /** By the clock that only goes forward. */
  readonly since: number;
  readonly largest: number;
  /** By key of a cap, with the position of the book that says so. */
  readonly of: ReadonlyMap<string, { readonly answer: TotalsAnswer; readonly position: Position }>;
}

interface Views {
  latest?: View;
  coming?: { readonly at: number; readonly view: Promise<View> };
}

export interface TotalLooksParts {
  readonly ask: (questions: readonly TotalsQuestion[]) => Promise<TotalsAnswers>;
  /** Told of each answer first. */
  readonly learn: (answers: TotalsAnswers) => void;
  readonly unapplied: UnappliedContacts;
  readonly pauses: TotalsPauses;
  readonly leases: TotalLeases;
  readonly freshForMs: number;
  readonly monotonic: () => number;
  /** For what nobody waits for. */
  readonly beside: (work: Promise<unknown>) => void;
}

/** A view is looked at again beside decisions when it is not fresh any more, and before the next one when it is so much older. */
const tooOld = 4;
/** So many are one call, during which the server does nothing else: about a millisecond. Calls of a look go out together. */
const capsAtOnce = 50;

/** What is seen is remembered with the list of caps: one that is made anew for each look asks each time. */
export function createTotalLooks(parts: TotalLooksParts): CapTotals['look'] {
  const { ask, learn, unapplied, pauses, leases, freshForMs, monotonic, beside } = parts;
  const views = new WeakMap<readonly BoundCap[], Views>();

  async function see(at: number, caps: readonly BoundCap[]): Promise<View> {
    const since = monotonic();
    const of = new Map<string, { answer: TotalsAnswer; position: Position }>();
    let largest = 0;
    async function seeSome(some: readonly BoundCap[]): Promise<void> {
      const answers = await ask(
        some.map((cap) => {
          const history = pauses.known(cap, at);
          return { cap, at, ...(history && { history }) };
        }),
      );
      learn(answers);
      largest = Math.max(largest, answers.largest);
      for (const [index, cap] of some.entries()) {
        const answer = answers.to[index];
        if (!answer) continue;
        pauses.learn(cap, at, answer);
        of.set(cap.key, { answer, position: answers.position });
      }
    }
    const looks = Math.ceil(caps.length / capsAtOnce);
    await Promise.all(
      Array.from({ length: looks }, (_, index) => seeSome(caps.slice(index * capsAtOnce, (index + 1) * capsAtOnce))),
    );
    return { at, since, largest, of };
  }

  function refresh(state: Views, at: number, caps: readonly BoundCap[]): Promise<View> {
    if (state.coming && Math.abs(state.coming.at - at) <= freshForMs) return state.coming.view;
    const coming = { at, view: see(at, caps) };
    state.coming = coming;
    const settle = () => {
      if (state.coming === coming) delete state.coming;
    };
    coming.view.then((view) => {
      state.latest = view;
      settle();
    }, settle);
    return coming.view;
  }

  function look(at: number, caps: readonly BoundCap[]): TotalsSeen | Promise<TotalsSeen> {
    if (caps.length === 0) return unseen;
    const state = views.get(caps) ?? {};
    views.set(caps, state);
    const { latest } = state;
    const age = latest ? monotonic() - latest.since : Infinity;
    if (!latest || age >= tooOld * freshForMs || Math.abs(latest.at - at) > freshForMs) {
      return refresh(state, at, caps).then((view) => seen(view, at));
    }
    if (age >= freshForMs) beside(refresh(state, at, caps));
    return seen(latest, at);
  }

  function seen({ largest, of }: View, at: number): TotalsSeen {
    return {
      usageOf(cap) {
        const { answer, position } = of.get(cap.key) ?? {};
        if (!answer) return { used: cap.rule.limit };
        const used = answer.used + answer.held + unapplied.countOf(cap, at, position);
        const isLeft = used + answer.others < cap.rule.limit || answer.others === 0 || leases.freeFor(cap, at) > 0;
        const pausedUntil = pauses.pausedUntil(cap, at, unapplied.instantsOf(cap));
        return {
          used: isLeft ? used : Math.max(used, cap.rule.limit),
          ...(pausedUntil !== undefined && { pausedUntil }),
        };
      },
      largestTotal: () => largest + unapplied.size(),
    };
  }

  return look;
}

/** Of a cap that nobody has looked at, it says that it is full. */
const unseen: TotalsSeen = { usageOf: ({ rule }) => ({ used: rule.limit }), largestTotal: () => Infinity };
