// What a log shows of an error: what it is, where it comes from and why, and nothing else that it carries.
import { redacted } from './redaction.ts';

export interface ShownError {
  /** Absent: something else was thrown. */
  readonly type?: string;
  readonly message: string;
  readonly stack?: string;
  readonly code?: string | number;
  readonly causes?: readonly ShownError[];
}

/** Causes of causes further down say little, and an error can be its own cause. */
const deepestCause = 5;

/** What errors carry besides may be a command with a password in it, or somebody's data. */
export function shownError(error: unknown, depth = 0): ShownError {
  if (!(error instanceof Error)) return { message: redacted(String(error)) };
  const { name, message, stack = '', cause } = error;
  const { code } = error as { code?: unknown };
  const causes = error instanceof AggregateError ? error.errors : cause === undefined ? [] : [cause];
  return {
    type: name,
    message: redacted(message),
    stack: redacted(stack),
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(causes.length > 0 && depth < deepestCause && { causes: causes.map((each) => shownError(each, depth + 1)) }),
  };
}

/** The same as lines for a person, each cause under what it has caused. */
export function errorInLines({ message, stack, code, causes = [] }: ShownError): string {
  const whole = stack || message;
  const known = code === undefined || whole.includes(String(code)) ? '' : `\n    code: ${code}`;
  const because = causes.map((cause) => `\n  because of ${errorInLines(cause).replaceAll('\n', '\n  ')}`);
  return `${whole}${known}${because.join('')}`;
}
