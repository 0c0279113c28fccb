// The log as lines of JSON on stdout, one for each thing that has happened.
import { trace } from '@opentelemetry/api';
import { pino } from 'pino';
import type { Log, LogLevel } from './log.ts';
import { redacted } from './redaction.ts';
import { shownError } from './shown-error.ts';

export interface JsonLogOptions {
  readonly level: LogLevel;
  /** In every line. */
  readonly always: Readonly<Record<string, string>>;
  /** Where the lines go; stdout when absent. */
  readonly to?: { write(line: string): void };
}

export function createJsonLog({ level, always, to }: JsonLogOptions): Log {
  // Written at once: a process that ends loses nothing, and there are few of them.
  const destination = to ?? pino.destination({ dest: 1, sync: true });
  const options = {
    level,
    base: { pid: process.pid, ...always },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const log = pino(options, destination);

  return {
    say(_text, facts) {
      if (facts) log.info(facts);
    },
    report(error, correlationId) {
      const traceId = trace.getActiveSpan()?.spanContext().traceId;
      const where = {
        ...(correlationId !== undefined && { correlationId }),
        ...(traceId !== undefined && { traceId }),
      };
      if (typeof error === 'string') log.warn({ msg: redacted(error), ...where });
      else log.error({ msg: redacted(messageOf(error)), ...where, error: shownError(error) });
    },
    giveUp: (error) => log.fatal({ msg: redacted(error.message), error: shownError(error) }),
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
