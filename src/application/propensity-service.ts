// The port of the services that say how likely a customer is to accept offers: asked many offers at once, within a time.
import type { Degradation } from '../aggregates/decision/events.ts';

export interface PropensityQuestion {
  readonly url: string;
  readonly model: string;
  readonly revision: number;
  readonly placement: string;
  /** By name; what is not known is not there. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Only for a model that says so. */
  readonly customerId?: string | undefined;
  /** Ids. */
  readonly offers: readonly string[];
}

export interface PropensityService {
  /** Why an address may not be asked, said of it: `is not …`; undefined: it may. */
  problemOf(url: string): string | undefined;
  /**
   * Propensities by offer id, each 0 to 1: of offers that were asked about, and maybe not of all of them.
   * @param until aborted when nobody waits for the answer any more
   * @throws PropensityFailure when it does not answer, or with what is no answer.
   */
  ask(question: PropensityQuestion, until: AbortSignal): Promise<ReadonlyMap<string, number>>;
  close(): void;
}

/** No answer that can be used. Its message names the origin that was asked, and nothing of what was sent or answered. */
export class PropensityFailure extends Error {
  override readonly name = 'PropensityFailure';
  readonly why: Degradation['cause'];
  constructor(why: Degradation['cause'], message: string) {
    super(message);
    this.why = why;
  }
}

/** What is said of any address where there is no service to ask. */
export const nobodyIsAsked = 'is not of KAIROS_MODEL_ORIGINS, which names none';
