// What a process says of itself: lines for a person at a terminal, or JSON for a program that collects them.
import { redacted } from './redaction.ts';
import { errorInLines, shownError } from './shown-error.ts';

export const logLevels = ['silent', 'error', 'warn', 'info'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LogSettings {
  readonly format: 'text' | 'json';
  /** Nothing below it is said. */
  readonly level: LogLevel;
}

/** What a program makes of a line: what has happened, in few words that do not change, and of what. */
export interface Facts extends Readonly<Record<string, unknown>> {
  readonly msg: string;
}

export interface Log {
  /**
   * Something that was to be expected: a start, a stop.
   * @param text for a person; without one he sees nothing
   * @param facts for a program; without them it gets nothing
   */
  say(text: string | undefined, facts?: Facts): void;
  /** What could not be foreseen, whole; or a sentence about an outage. */
  report(error: unknown, correlationId?: string): void;
  /** Why the process ends, or cannot start. */
  giveUp(error: Error): void;
}

/** Errors go to stderr, all else to stdout. */
export function createTextLog(level: LogLevel): Log {
  const says = (least: LogLevel) => logLevels.indexOf(level) >= logLevels.indexOf(least);
  return {
    say(text) {
      if (text !== undefined && says('info')) console.log(text);
    },
    report(error, correlationId) {
      const who = correlationId === undefined ? 'Kairos:' : `Kairos [${correlationId}]:`;
      const isOutage = typeof error === 'string';
      if (!says(isOutage ? 'warn' : 'error')) return;
      console.error(`${who} ${isOutage ? redacted(error) : errorInLines(shownError(error))}`);
    },
    giveUp({ message }) {
      if (says('error')) console.error(redacted(message));
    },
  };
}
