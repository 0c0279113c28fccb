// The port of the spool: what was answered and could not be recorded yet, on a disk of this process until it is.

/** A piece of work that is owed to the log. */
export interface Owed<Content> {
  readonly id: string;
  readonly customerId: string;
  /** JSON. */
  readonly content: Content;
}

export interface LateSpool<Content> {
  /** How many wait to be recorded. */
  waiting(): number;
  /** Durable when it resolves; false: there is no room for it. What is kept under its id already stays as it is. */
  keep(owed: Owed<Content>): Promise<boolean>;
  /** Whether it waits or is set aside; undefined: neither. */
  find(id: string): Owed<Content> | undefined;
  hasOf(customerId: string): boolean;
  /** What waits of a customer, in the order in which it was kept. */
  of(customerId: string): readonly Owed<Content>[];
  /** The first so many of what waits, in that order. */
  first(count: number): readonly Owed<Content>[];
  /** All that waits, in that order, read as it is asked for: there may be much of it. Nothing may be kept or removed meanwhile. */
  all(): Iterable<Owed<Content>>;
  /** It is recorded. Before the next crash, or after it once more: who records it does so once. */
  remove(id: string): void;
  /** It cannot be recorded, whenever it is tried: it waits no more, and is kept for a person to see, with the reason. */
  setAside(id: string, why: string): void;
  asideOnes(): readonly { readonly id: string; readonly why: string }[];
  close(): void;
}
