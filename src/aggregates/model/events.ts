// What is recorded of a model: how likely offers are to be accepted, as a table, as a formula, or as a service says.
import { z } from 'zod';
import { id } from '../values.ts';

/** The probability that a customer accepts. */
const propensity = z.number().min(0).max(1);

/** What is added up to the natural logarithm of the odds, or is a factor of it. */
const logOdds = z.number().min(-1e6).max(1e6);

/** A word of conditions: `profile.age`, `context.page`, `features.views.h24`. */
const attributeName = z.string().min(1).max(200);

export const weight = z.strictObject({
  attribute: attributeName,
  /** Of a text: it counts where the text is this one; of a list of texts: where the list has it. */
  category: z.string().min(1).max(200).optional(),
  /** Times the value of a number; whole for a condition, or a category, that is met. */
  weight: logOdds,
  /** Instead, where the attribute is not known; absent: nothing. */
  unknown: logOdds.optional(),
});
export type Weight = z.infer<typeof weight>;

const linear = z.strictObject({ intercept: logOdds, weights: z.array(weight).max(200) });

/** An offer that it says nothing of keeps its own propensity. */
export const staticModel = z.strictObject({
  offers: z.array(z.strictObject({ offerId: id, propensity })).max(2000),
  /** Of the offers that are not listed themselves. */
  categories: z.array(z.strictObject({ category: id, propensity })).max(500),
  /** Of all others; absent: the model knows nothing of them. */
  default: propensity.optional(),
});

/**
 * Logistic regression: p = 1 / (1 + e^−z), with z the sum of the intercepts, the weighted attributes of all offers and those of the offer
 * itself. D. R. Cox, The Regression Analysis of Binary Sequences, Journal of the Royal Statistical Society B 20 (1958) 215–242.
 */
export const logisticModel = z.strictObject({
  /** Of all offers; absent: the model knows nothing of offers that are not listed. */
  shared: linear.optional(),
  /** What is added for single offers. */
  offers: z.array(linear.extend({ offerId: id })).max(1000),
});

/** A service that is asked over HTTP. */
export const externalModel = z.strictObject({
  /** Where it is posted to. */
  url: z.string().min(1).max(2000),
  budgetMs: z.int().min(1).max(10_000),
  /** What the service is told of the customer and the moment, and nothing else. */
  attributes: z.array(attributeName).max(100),
  /** Whether it is told the customer's id. */
  sendsCustomerId: z.boolean(),
  /** For so long a score is used again while the service gives none; 0: never. */
  lastKnownSeconds: z
    .int()
    .min(0)
    .max(7 * 86_400),
});

const named = { name: z.string().min(1).max(200), description: z.string().max(2000).optional() };

/** Everything that reviewers approve and decisions use. */
export const modelTerms = z.discriminatedUnion('kind', [
  z.strictObject({ ...named, kind: z.literal('STATIC'), static: staticModel }),
  z.strictObject({ ...named, kind: z.literal('LOGISTIC'), logistic: logisticModel }),
  z.strictObject({ ...named, kind: z.literal('EXTERNAL'), external: externalModel }),
]);
export type ModelTerms = z.infer<typeof modelTerms>;

const revised = z.strictObject({ modelId: id, revision: z.int(), author: z.string(), terms: modelTerms });

export const modelEvent = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ModelDefined'), data: revised }),
  z.strictObject({ type: z.literal('ModelRevised'), data: revised }),
  /** From here on decisions use the revision. */
  z.strictObject({
    type: z.literal('ModelApproved'),
    data: z.strictObject({ modelId: id, revision: z.int(), by: z.string() }),
  }),
  z.strictObject({
    type: z.literal('ModelRetired'),
    data: z.strictObject({ modelId: id, by: z.string(), reason: z.string() }),
  }),
]);
export type ModelEvent = z.infer<typeof modelEvent>;
