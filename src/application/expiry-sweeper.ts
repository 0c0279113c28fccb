// Ends what nobody presented in time: at every look, offers whose time is over are recorded as expired. Of looks that fail
// in a row the first is reported.
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
  let running: Promise<unknown> | undefined;
  let isFailing = false;
  const sweep = () => {
    const at = parts.clock.now();
    if (at === undefined || running) return;
    const context: CommandContext = { at, actor: 'kairos', correlationId: `expiry-${at}` };
    running = parts.outcomes
      .expire(context)
      .then(
        () => {
          isFailing = false;
        },
        (error: unknown) => {
          if (!isFailing) parts.onError(error);
          isFailing = true;
        },
      )
      .finally(() => {
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
