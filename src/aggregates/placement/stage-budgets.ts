// How long each stage of a decision may take in a placement, and what follows from its time budget where it does not say.
import { z } from 'zod';

const milliseconds = z.int().min(1).max(60_000);

/** Milliseconds; what is absent is derived from the placement's `timeBudgetMs`. */
export const stageBudgets = z.strictObject({
  /** For what is known of the customer, the wait for the customer's last decision to be known included. */
  load: milliseconds.optional(),
  /** So far behind the log may features be: an age, and no time that anybody waits. */
  features: z.int().min(1).max(86_400_000).optional(),
  /** For a model's propensities. */
  model: milliseconds.optional(),
  /** For candidates to go through the funnel. */
  decide: milliseconds.optional(),
  /** For places under caps. */
  reserve: milliseconds.optional(),
  /** For the log to take the decision. */
  record: milliseconds.optional(),
});
export type StageBudgets = z.infer<typeof stageBudgets>;
export type BudgetedStage = keyof StageBudgets;

/**
 * Shares of `timeBudgetMs`. What is left when load and reserve overrun is for the fallback: it is decided from the log, and recorded. What
 * is left when the record does is for what may be recorded late, and is decided anew for that.
 */
const shares = { load: 0.4, model: 0.3, decide: 0.5, reserve: 0.2, record: 0.7 } as const;
const featuresMs = 60_000;

/** So much of `timeBudgetMs` may be waited as a whole; in the rest the answer is given. */
export const waitingShare = 0.8;

/** The budget of a stage in milliseconds where a placement does not say one. */
export function derivedBudget(stage: BudgetedStage, timeBudgetMs: number): number {
  return stage === 'features' ? featuresMs : Math.max(1, Math.round(shares[stage] * timeBudgetMs));
}

export interface Budgets {
  readonly timeBudgetMs: number;
  readonly stageBudgets?: StageBudgets | undefined;
}

/** The budget of a stage in milliseconds: what the placement says, or what is derived. */
export function budgetOf(stage: BudgetedStage, { timeBudgetMs, stageBudgets }: Budgets): number {
  return stageBudgets?.[stage] ?? derivedBudget(stage, timeBudgetMs);
}

/** All of them. */
export function budgetsOf(placement: Budgets): Readonly<Record<BudgetedStage, number>> {
  const stages = Object.keys(stageBudgets.shape) as BudgetedStage[];
  return Object.fromEntries(stages.map((stage) => [stage, budgetOf(stage, placement)])) as Record<
    BudgetedStage,
    number
  >;
}
