// Whether what a caller tells about the moment is in the words of the vocabulary.
import { type Refused, refuse } from '../aggregates/decider.ts';
import type { Language } from '../decisioning/language.ts';

/** Undefined when it is; `argument` is the path of the attributes in the caller's input. */
export function contextProblem(
  language: Language,
  attributes: Readonly<Record<string, unknown>>,
  argument: string,
): Refused<'CONTEXT_INVALID'> | undefined {
  const wrong = language.checkContext(attributes);
  return wrong && refuse('CONTEXT_INVALID', `${wrong.name} ${wrong.problem}.`, `${argument}.${wrong.name}`);
}
