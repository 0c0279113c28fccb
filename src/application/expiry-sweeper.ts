// Ends what nobody presented in time: at every look, offers whose time is over are recorded as expired.
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
  const sweep = () => {
    const at = parts.clock.now();
    if (at === undefined || running) return;
    const context: CommandContext = { at, actor: 'kairos', correlationId: `expiry-${at}` };
    running = parts.outcomes
      .expire(context)
      .catch(parts.onError)
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
