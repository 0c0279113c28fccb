// What the terms of a model must keep beyond the form of their fields: each offer once, words that are known, an address that may be asked.
import { type Refused, refuse } from '../decider.ts';
import { firstIssue, firstRepeated, type Issue, issue } from '../values.ts';
import { type ModelTerms, modelTerms, type Weight } from './events.ts';

/** What a deployment knows and this aggregate does not: its words, and whom it may ask. Pure functions. */
export interface ModelLanguage {
  /** The type of an attribute by its name in conditions; undefined: there is no such attribute. */
  readonly attributeType: (name: string) => string | undefined;
  /** Why a service at an address may not be asked, said of the address: `is not …`; undefined: it may. */
  readonly addressProblem: (url: string) => string | undefined;
}

/** Reads terms that came from outside: a copy that may be recorded, or the first rule they break. */
export function readTerms(input: unknown, language: ModelLanguage): ModelTerms | Refused<'MODEL_TERMS_INVALID'> {
  const malformed = firstIssue(modelTerms, input, 'terms');
  if (malformed) return refuse('MODEL_TERMS_INVALID', malformed.rule, malformed.field);
  const terms = modelTerms.parse(input);
  const wrong = issueOf(terms, language);
  return wrong ? refuse('MODEL_TERMS_INVALID', wrong.rule, wrong.field) : terms;
}

function issueOf(terms: ModelTerms, language: ModelLanguage): Issue | undefined {
  switch (terms.kind) {
    case 'STATIC': {
      const { offers, categories } = terms.static;
      return (
        repetition(
          'static.offers',
          'offerId',
          offers.map(({ offerId }) => offerId),
        ) ??
        repetition(
          'static.categories',
          'category',
          categories.map(({ category }) => category),
        ) ??
        silence('static', terms.static.default !== undefined || offers.length + categories.length > 0)
      );
    }
    case 'LOGISTIC': {
      const { shared, offers } = terms.logistic;
      return (
        repetition(
          'logistic.offers',
          'offerId',
          offers.map(({ offerId }) => offerId),
        ) ??
        (shared && unfitWeight('logistic.shared', shared.weights, language)) ??
        first(offers, ({ weights }, index) => unfitWeight(`logistic.offers.${index}`, weights, language)) ??
        silence('logistic', shared !== undefined || offers.length > 0)
      );
    }
    case 'EXTERNAL': {
      const { attributes, url } = terms.external;
      return (
        repetition('external.attributes', undefined, attributes) ??
        first(attributes, (name, index) => unknownAttribute(`external.attributes.${index}`, name, language)) ??
        unfitAddress(url, language)
      );
    }
  }
}

function repetition(list: string, field: string | undefined, values: readonly string[]): Issue | undefined {
  const again = firstRepeated(values);
  const path = field === undefined ? '' : `.${field}`;
  return again && issue(`${list}.${again.index}${path}`, again.value, 'it is in the list twice');
}

// A model that says nothing of anybody is a mistake that nobody would notice.
function silence(field: string, says: boolean): Issue | undefined {
  return says ? undefined : issue(field, {}, 'a model says something of at least one offer');
}

function unfitWeight(path: string, weights: readonly Weight[], language: ModelLanguage): Issue | undefined {
  const keys = weights.map(({ attribute, category }) => JSON.stringify([attribute, category]));
  const again = firstRepeated(keys);
  if (again) {
    const { attribute } = weights[again.index] as Weight;
    return issue(`${path}.weights.${again.index}`, attribute, 'another weight of the list is for the same');
  }
  return first(weights, ({ attribute, category }, index) => {
    const field = `${path}.weights.${index}`;
    const unknown = unknownAttribute(`${field}.attribute`, attribute, language);
    if (unknown) return unknown;
    const isText = ['string', 'list<string>'].includes(language.attributeType(attribute) ?? '');
    if (isText && category === undefined)
      return issue(`${field}.category`, category, `${attribute} is text, of which a weight names a category`);
    if (!isText && category !== undefined)
      return issue(`${field}.category`, category, `${attribute} is no text, so it is in no category`);
    return undefined;
  });
}

function unknownAttribute(field: string, name: string, { attributeType }: ModelLanguage): Issue | undefined {
  return attributeType(name) === undefined
    ? issue(field, name, 'it is no attribute of the vocabulary, nor a feature')
    : undefined;
}

function unfitAddress(url: string, { addressProblem }: ModelLanguage): Issue | undefined {
  const problem = addressProblem(url);
  return problem === undefined ? undefined : issue('external.url', url, `it ${problem}`);
}

function first<Item>(
  items: readonly Item[],
  issueIn: (item: Item, index: number) => Issue | undefined,
): Issue | undefined {
  for (const [index, item] of items.entries()) {
    const found = issueIn(item, index);
    if (found) return found;
  }
  return undefined;
}
