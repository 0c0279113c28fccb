// What a process reads and reserves by, and the one that is in its own memory.
import { createInProcessCapGate } from '../projections/in-process-cap-gate.ts';
import { createInProcessReadModels } from '../projections/in-process-read-models.ts';
import { tellFailure } from '../projections/read-model-failure.ts';
import type { Adapters } from './application/kairos.ts';
import type { Observability } from './observability.ts';
import type { Readiness } from './readiness.ts';
import { createInProcessScreenPopFeed } from './screen-pop/in-process-screen-pop-feed.ts';

export type OnError = (error: unknown, correlationId?: string) => void;

/** The adapters besides the log. */
export interface ReadSide extends Pick<Adapters, 'readModels' | 'gate' | 'screenPops' | 'follow' | 'breaker'> {
  ready(): Readiness;
  /** Passes an error on, unless it is of an outage that is told of anyway. */
  readonly tell: OnError;
  close(): Promise<void>;
}

export function inProcessReadSide(onError: OnError, { observeScreenPops }: Observability): ReadSide {
  return {
    readModels: createInProcessReadModels({ onError: tellFailure((error) => onError(error)) }),
    gate: createInProcessCapGate(),
    screenPops: observeScreenPops(createInProcessScreenPopFeed()),
    ready: () => ({ ready: true }),
    tell: onError,
    async close() {},
  };
}
