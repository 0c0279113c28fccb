// How one decision goes, stage by stage: how long each takes and may take, and what was done instead where one could not do its work in time.
import type { DecisionStage, Degradation } from '../aggregates/decision/events.ts';
import { type BudgetedStage, type Budgets, budgetOf, waitingShare } from '../aggregates/placement/stage-budgets.ts';

/** Milliseconds of `performance.now()`. A stage may be there more than once: what it does again, it is timed again. */
export interface StageTime {
  readonly stage: DecisionStage;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** Those that take time; features have an age. */
export type TimedStage = Exclude<DecisionStage, 'FEATURES'>;

/** By when a decision has to be answered, and how much of that each stage may take. */
export interface Deadline {
  readonly timeBudgetMs: number;
  /**
   * Milliseconds that a stage may take from now on: what it has left of its budget, or what is left of the whole if that is less. Not above
   * 0: it may not wait any more. Without a stage: of the whole.
   */
  left(stage?: TimedStage): number;
}

export class DecisionTrail implements Deadline {
  readonly startedAt: number;
  readonly stages: StageTime[] = [];
  readonly degradations: Degradation[] = [];
  readonly #budgets: Budgets;

  /**
   * @param startedAt milliseconds of `performance.now()`: when the call came that it is for
   * @param budgets of the placement
   */
  constructor(startedAt: number, budgets: Budgets) {
    this.startedAt = startedAt;
    this.#budgets = budgets;
  }

  get timeBudgetMs(): number {
    return this.#budgets.timeBudgetMs;
  }

  left(stage?: TimedStage): number {
    const now = performance.now();
    const whole = this.startedAt + this.timeBudgetMs * waitingShare - now;
    if (!stage) return whole;
    return Math.min(this.#ownLeft(stage), whole);
  }

  /** Whether a stage has taken longer than its own budget. */
  isOverrun(stage: TimedStage): boolean {
    return this.#ownLeft(stage) < 0;
  }

  #ownLeft(stage: TimedStage): number {
    let left = this.budgetOf(stage);
    for (const { stage: done, startedAt, endedAt } of this.stages) if (done === stage) left -= endedAt - startedAt;
    return left;
  }

  /** In milliseconds, whatever is used of it: of FEATURES the age that they may have. */
  budgetOf(stage: DecisionStage): number {
    return budgetOf(stage.toLowerCase() as BudgetedStage, this.#budgets);
  }

  /** Times a stage, also of work that fails. */
  async time<Result>(stage: DecisionStage, work: () => Promise<Result>): Promise<Result> {
    const startedAt = performance.now();
    try {
      return await work();
    } finally {
      this.stages.push({ stage, startedAt, endedAt: performance.now() });
    }
  }

  /** As `time`, of work that does not wait. */
  timeNow<Result>(stage: DecisionStage, work: () => Result): Result {
    const startedAt = performance.now();
    try {
      return work();
    } finally {
      this.stages.push({ stage, startedAt, endedAt: performance.now() });
    }
  }

  /** Notes what a stage did instead of its work; the same again is the same. */
  degrade(stage: DecisionStage, cause: Degradation['cause'], instead: Degradation['instead']): void {
    const isNoted = this.degradations.some((noted) => noted.stage === stage && noted.instead === instead);
    if (!isNoted) this.degradations.push({ stage, cause, instead });
  }
}
