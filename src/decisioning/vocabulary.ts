// The words that conditions may use: declared once per deployment, checked when an offer is drafted.

export type AttributeType = 'string' | 'int' | 'double' | 'bool' | 'list<string>';

export interface Vocabulary {
  /** ISO 4217: the currency of every offer's value and every signal's amount. */
  readonly currency: string;
  /** The purposes that a customer can consent to, with their description. */
  readonly purposes: Readonly<Record<string, string>>;
  /** Attributes of customers, `profile.<name>` in CEL. */
  readonly profile: Readonly<Record<string, { readonly type: AttributeType; readonly description: string }>>;
  /** What a caller may tell about the moment, `context.<name>` in CEL. */
  readonly context: Readonly<Record<string, { readonly type: AttributeType; readonly description: string }>>;
}
