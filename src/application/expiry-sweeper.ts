// Ends what nobody presented in time: at every look, offers whose time is over are recorded as expired. Of looks that fail
// in a row the first is reported.
import { createFirstFailure } from '../../projections/first-failure.ts';
import type { CommandContext } from '../event-store/execute.ts';
import type { Clock } from './clock.ts';
import type { Outcomes } from './outcomes.ts';

export interface ExpirySweeper {
  stop(): Promise<void>;
}

export function startExpirySweeper(parts: {
  outcomes: Outcomes;
  clock: Clock;
  onError: (error: unknown) => void;
  intervalMs: number;
}): ExpirySweeper {
  const telling = createFirstFailure(parts.onError);
  let running: Promise<void> | undefined;
  const sweep = () => {
    const at = parts.clock.now();
    if (at === undefined || running) return;
    const context: CommandContext = { at, actor: 'kairos', correlationId: `expiry-${at}` };
    running = telling(() => parts.outcomes.expire(context)).then(() => {
      running = undefined;
    });
  };
  const timer = setInterval(sweep, parts.intervalMs);
  timer.unref();
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
