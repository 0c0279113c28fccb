// How one decision went, stage by stage: how long each took, and what was done instead where one could not do its work in time.
import type { DecisionStage, Degradation } from '../aggregates/decision/events.ts';

/** Milliseconds of `performance.now()`. A stage may be there more than once: what it does again, it is timed again. */
export interface StageTime {
  readonly stage: DecisionStage;
  readonly startedAt: number;
  readonly endedAt: number;
}

export class DecisionTrail {
  readonly startedAt: number;
  readonly stages: StageTime[] = [];
  readonly degradations: Degradation[] = [];

  /** @param startedAt milliseconds of `performance.now()` */
  constructor(startedAt: number) {
    this.startedAt = startedAt;
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
