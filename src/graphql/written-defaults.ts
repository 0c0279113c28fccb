// Default answers to those who are not let in, as they were written for others: to turn one away must not cost what it costs to answer.
import { overload } from '../application/answering-by-default.ts';
import type { DefaultAnswer } from '../application/default-answers.ts';
import type { Ask } from '../application/next-best-offer.ts';
import { isProbe } from '../application/probe-customer.ts';
import { createLastUsed } from '../last-used.ts';
import type { Context } from './context.ts';
import type { PreparedOperation } from './operations.ts';
import type { PlannedField, QueryPlan } from './query-plans.ts';
import { askOf, type Question } from './resolvers/decisions.ts';
import type { WrittenAnswers } from './written-answers.ts';

/** Besides these, operations ask for what may be another for another caller. */
const sameForAll = new Set([
  'Query.nextBestOffer',
  'Query.nextBestOffers',
  ...'id placementId channel decidedAt expiresAt resolution recorded stale offer offers cause rejections degradations basis position'
    .split(' ')
    .map((field) => `Decision.${field}`),
  'Offer.id',
]);
/** All of these: values that belong to a default answer. For some of them the roles of the caller count. */
const sameTypes = /^(?:DecidedOffer|Treatment|ScoreComponents|ReasonCount|Degradation|DecisionBasis)\./;

/** An operation that asks for decisions with the only field of its root. */
interface Asking {
  /** No other plan has it. */
  readonly number: number;
  readonly field: PlannedField;
}

interface Asked {
  readonly placements: readonly string[];
  readonly ask: Ask;
}

/**
 * For a server whose operations are not traced: there is no span of what is not executed.
 *
 * @param most of them at a time
 */
export function createWrittenDefaults(most = 1000): WrittenAnswers {
  const written = createLastUsed<{ readonly answers: readonly DefaultAnswer[]; readonly body: string }>(most);
  const plans = new WeakMap<QueryPlan, Asking | null>();
  let planned = 0;

  function askingOf(plan: QueryPlan): Asking | null {
    const known = plans.get(plan);
    if (known !== undefined) return known;
    const [field, ...others] = plan.root()?.fields ?? [];
    const isSame = plan.asked.every(({ name }) => sameForAll.has(name) || sameTypes.test(name));
    const asking = field && others.length === 0 && isSame ? { number: planned++, field } : null;
    plans.set(plan, asking);
    return asking;
  }

  const keyOf = ({ number }: Asking, { identity }: Context, placements: readonly string[]) =>
    `${number} ${identity.roles} ${placements.join('\n')}`;

  return {
    find({ planned, variables: { coerced } }, context) {
      const asking = coerced && askingOf(planned.plan(coerced));
      const asked = asking && askedWith(asking, coerced);
      if (!asked) return undefined;
      const { kairos, command } = context as Context;
      const known = written.get(keyOf(asking, context as Context, asked.placements));
      if (!known || !kairos.nextBestOffer.givesAgain(asked.ask.customerId, known.answers, command)) return undefined;
      return known.body;
    },
    keep({ planned, variables: { coerced } }, context, body) {
      const [records = [], ...more] = (context as Context).decided;
      const answers = records.flatMap(({ byDefault, data }) =>
        byDefault && data.degradations?.[0] === overload ? byDefault : [],
      );
      if (answers.length === 0 || answers.length < records.length || more.length > 0) return;
      const asking = coerced && askingOf(planned.plan(coerced));
      if (!asking) return;
      const placements = answers.map(({ placement }) => placement.placementId);
      written.set(keyOf(asking, context as Context, placements), { answers, body });
    },
  };
}

/** Undefined for a request that may have been answered before, for one that waits for a position, and for one with anything wrong. */
function askedWith(
  { field }: Asking,
  variables: NonNullable<PreparedOperation['variables']['coerced']>,
): Asked | undefined {
  try {
    const { placement, placements, context } = field.argumentsOf(variables) as {
      placement?: string;
      placements?: readonly string[];
      context: Question;
    };
    const all = placements ?? [placement ?? ''];
    if (context.requestId != null || context.position != null || isProbe(context)) return undefined;
    return { placements: all, ask: askOf(all, context) };
  } catch {
    return undefined;
  }
}
