// Conditions of offers as data, for every engine to translate into its own language, and what they mean.

/** What a condition looks at, by path in the facts. */
export type Subject =
  | 'profile.segment'
  | 'profile.region'
  | 'profile.tier'
  | 'profile.age'
  | 'profile.tenureMonths'
  | 'profile.hasApp'
  | 'profile.churnRisk'
  | 'profile.interests'
  | 'context.category'
  | 'context.device'
  | 'context.basketValue'
  | 'features.views.h24'
  | 'features.cartAdds.d7'
  | 'features.purchases.d90';

export type Test =
  | { readonly subject: Subject; readonly operator: 'equals' | 'differs'; readonly value: string | boolean }
  | { readonly subject: Subject; readonly operator: 'at least' | 'below'; readonly value: number }
  | { readonly subject: Subject; readonly operator: 'between'; readonly from: number; readonly below: number }
  | { readonly subject: Subject; readonly operator: 'in'; readonly values: readonly string[] }
  /** The subject is a list. */
  | { readonly subject: Subject; readonly operator: 'includes'; readonly value: string };

/** The facts under the names that conditions use; windows of signals as `features.views.h24`. */
export interface PlainFacts {
  readonly profile: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  readonly context: Readonly<Record<string, string | number>>;
  readonly features: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export function valueAt(facts: PlainFacts, subject: Subject): unknown {
  let value: unknown = facts;
  for (const name of subject.split('.')) value = (value as Record<string, unknown>)[name];
  return value;
}

/** What every engine must answer. */
export function holds(test: Test, facts: PlainFacts): boolean {
  const value = valueAt(facts, test.subject);
  switch (test.operator) {
    case 'equals':
      return value === test.value;
    case 'differs':
      return value !== test.value;
    case 'at least':
      return (value as number) >= test.value;
    case 'below':
      return (value as number) < test.value;
    case 'between':
      return (value as number) >= test.from && (value as number) < test.below;
    case 'in':
      return test.values.includes(value as string);
    case 'includes':
      return (value as readonly string[]).includes(test.value);
  }
}

/** Of these subjects numbers are doubles; of all others, whole. */
const doubles: ReadonlySet<Subject> = new Set<Subject>(['profile.churnRisk']);

/** The condition in CEL, as an offer has it. */
export function celOf(test: Test): string {
  const { subject } = test;
  const number = (value: number) => (doubles.has(subject) && Number.isInteger(value) ? `${value}.0` : String(value));
  switch (test.operator) {
    case 'equals':
      return `${subject} == ${JSON.stringify(test.value)}`;
    case 'differs':
      return `${subject} != ${JSON.stringify(test.value)}`;
    case 'at least':
      return `${subject} >= ${number(test.value)}`;
    case 'below':
      return `${subject} < ${number(test.value)}`;
    case 'between':
      return `${subject} >= ${number(test.from)} && ${subject} < ${number(test.below)}`;
    case 'in':
      return `${subject} in [${test.values.map((value) => JSON.stringify(value)).join(', ')}]`;
    case 'includes':
      return `${JSON.stringify(test.value)} in ${subject}`;
  }
}
