// What those who ask tell of what they were answered.

/** One question for a decision, and what became of it. */
export interface Answer {
  readonly placementId: string;
  /** When it had to be asked, epoch milliseconds: waiting for one's turn to ask counts as waiting for the answer. */
  readonly dueAt: number;
  readonly latencyMs: number;
  /** Why there is no answer: the code of an error, TIMEOUT, or LOST with the connection. */
  readonly error?: string;
  readonly decisionId?: string;
  readonly resolution?: string;
  readonly recorded?: string;
  /** Of the first slot. */
  readonly offerId?: string;
  /** `LOAD UNAVAILABLE → LOG` */
  readonly degradations: readonly string[];
}

/** An outcome that the server has said is recorded. */
export interface ToldOutcome {
  readonly decisionId: string;
  readonly offerId: string;
}

/** A screen pop: the server has said that there is one, or it was pushed. */
export interface ToldPop {
  readonly interactionId: string;
  readonly number: number;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** Everything since it was last told. */
export interface Told {
  readonly answers: readonly Answer[];
  readonly outcomes: readonly ToldOutcome[];
  readonly popsPromised: readonly ToldPop[];
  readonly popsSeen: readonly ToldPop[];
}

/** Decided on fresh facts, with nothing done instead of anything. */
export function isWhole({ error, resolution, degradations }: Answer): boolean {
  return error === undefined && resolution === 'FRESH' && degradations.length === 0;
}
