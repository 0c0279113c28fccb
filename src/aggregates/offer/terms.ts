// What the terms of an offer must keep beyond the form of their fields: they make sense together, and their words are known.
import { capIssue, recordedCaps } from '../cap-rule.ts';
import { type Refused, refuse } from '../decider.ts';
import { firstIssue, firstRepeated, type Issue, issue, valueAt } from '../values.ts';
import { type OfferTerms, offerTerms } from './events.ts';
import { personalUse } from './without-purposes.ts';

/** What is wrong with an expression, and at which offset in it, from 0. */
export interface ExpressionProblem {
  readonly problem: string;
  readonly at: number;
}

/** What a deployment knows and this aggregate does not: its language of conditions and its words. Pure functions. */
export interface OfferLanguage {
  /** Undefined when the expression is well formed and of the expected type. */
  readonly checkCondition: (expression: string, expected: 'bool') => ExpressionProblem | undefined;
  /** Whether a well-formed condition looks at what is known of the customer. */
  readonly readsCustomer: (expression: string) => boolean;
  /** Undefined when purposes, currency and all other words of the terms are known; `problem` is said of the value, `must be EUR`. */
  readonly checkTerms?: (terms: OfferTerms) => { readonly problem: string; readonly field: string } | undefined;
}

export type TermsReason = 'OFFER_TERMS_INVALID' | 'OFFER_CONDITION_INVALID';

const longestTtlSeconds = 90 * 86_400;
const longestCreditWindowSeconds = 366 * 86_400;

/** Reads terms that came from outside: a copy that may be recorded, or the first rule they break. */
export function readTerms(offerId: string, input: unknown, language: OfferLanguage): OfferTerms | Refused<TermsReason> {
  const malformed = firstIssue(offerTerms, input, 'terms');
  if (malformed) return refuse('OFFER_TERMS_INVALID', malformed.rule, malformed.field);
  const parsed = offerTerms.parse(input);
  const terms = { ...parsed, caps: recordedCaps(parsed.caps) };
  const contradiction =
    repetition(terms) ??
    timing(terms) ??
    capIssue(terms.caps) ??
    exclusion(offerId, terms) ??
    weight(terms) ??
    links(terms);
  if (contradiction) return refuse('OFFER_TERMS_INVALID', contradiction.rule, contradiction.field);
  const unknown = language.checkTerms?.(terms);
  if (unknown) {
    const { field, rule } = issue(unknown.field, valueAt(terms, unknown.field.split('.')), `it ${unknown.problem}`);
    return refuse('OFFER_TERMS_INVALID', rule, field);
  }
  const unfit = unfitCondition(terms, language);
  if (unfit) return unfit;
  const personal = personalUse(terms, language.readsCustomer);
  return personal ? refuse('OFFER_TERMS_INVALID', personal.rule, personal.field) : terms;
}

function unfitCondition(terms: OfferTerms, language: OfferLanguage): Refused<TermsReason> | undefined {
  for (const list of ['eligibility', 'contextWeights'] as const) {
    for (const [index, { name, expression }] of terms[list].entries()) {
      const found = language.checkCondition(expression, 'bool');
      if (!found) continue;
      const rule = `The condition "${name}" cannot be used: ${found.problem}, at offset ${found.at} of "${expression}".`;
      return refuse('OFFER_CONDITION_INVALID', rule, `${list}.${index}.expression`);
    }
  }
  return undefined;
}

// A name twice makes an explanation ambiguous; a tag or a product twice would be counted twice.
function repetition(terms: OfferTerms): Issue | undefined {
  for (const list of ['tags', 'purposes', 'audiences', 'products'] as const) {
    const again = firstRepeated(terms[list]);
    if (again) return issue(`${list}.${again.index}`, again.value, 'it is in the list twice');
  }
  for (const list of ['eligibility', 'contextWeights', 'levers'] as const) {
    const again = firstRepeated(terms[list].map(({ name }) => name));
    if (again) return issue(`${list}.${again.index}.name`, again.value, 'another one in the list has this name');
  }
  const again = firstRepeated(terms.treatments.map(({ channel }) => channel));
  return again && issue(`treatments.${again.index}.channel`, again.value, 'a channel has one treatment');
}

function timing({ startAt, endAt, ttlSeconds, creditWindowSeconds }: OfferTerms): Issue | undefined {
  if (endAt !== undefined && endAt <= startAt)
    return issue('endAt', endAt, `an offer ends after its start at ${startAt}`);
  if (ttlSeconds > longestTtlSeconds)
    return issue('ttlSeconds', ttlSeconds, 'an answer may be presented for 90 days at most');
  if (creditWindowSeconds > longestCreditWindowSeconds)
    return issue('creditWindowSeconds', creditWindowSeconds, 'an outcome may be credited for 366 days at most');
  return undefined;
}

function exclusion(offerId: string, { suppression }: OfferTerms): Issue | undefined {
  const index = suppression.neverAfter.findIndex((rule) => rule.offerId === offerId);
  if (index < 0) return undefined;
  return issue(`suppression.neverAfter.${index}.offerId`, offerId, 'an offer cannot exclude itself; a cap limits it');
}

// The score is multiplied by 1 + Σ/100: below -100 the best offer would rank last.
function weight({ levers }: OfferTerms): Issue | undefined {
  const sum = levers.reduce((total, { percent }) => total + percent, 0);
  return sum < -100 ? issue('levers', sum, 'together, levers may take away 100 percent at most') : undefined;
}

// The URL rule of the schema admits what a browser would run.
function links({ treatments }: OfferTerms): Issue | undefined {
  for (const [index, treatment] of treatments.entries()) {
    for (const name of ['deepLink', 'imageUrl'] as const) {
      const url = treatment[name];
      if (url !== undefined && /^(javascript|vbscript|data):$/.test(new URL(url).protocol))
        return issue(`treatments.${index}.${name}`, url, 'a link leads to a page or an app, it does not carry code');
    }
  }
  return undefined;
}
