// The values that events and commands are made of. Everything that enters the log has passed one of these.
import { z } from 'zod';

/** An opaque id: the tenant's own or a random surrogate. Never an e-mail address, a phone number or a name. */
export const id = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/,
    'must be 1 to 100 of the characters A-Z a-z 0-9 . _ : -, the first a letter or digit',
  );

/** `<customerId>_<yyyymm>_<random>`: longer than the ids of customers that it is made from. */
export const decisionId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,139}$/, 'must be the id of a decision');

/** An instant in UTC with milliseconds, `2026-11-21T18:00:00.000Z`: text order is time order. */
export const instant = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'must be an ISO instant in UTC with milliseconds')
  .refine(isOnTheCalendar, 'must be an instant that exists');

// 30 February has the right form, but a Date would silently make it 2 March.
function isOnTheCalendar(text: string): boolean {
  const at = new Date(text);
  return !Number.isNaN(at.getTime()) && at.toISOString() === text;
}

/** Minor units (cents) and an ISO 4217 currency. */
export const money = z.strictObject({
  amount: z.int(),
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code'),
});
export type Money = z.infer<typeof money>;

export const channel = z.enum(['WEB', 'APP', 'EMAIL', 'SMS', 'PUSH', 'MAIL', 'CALL_CENTER', 'CHAT', 'POS']);
export type Channel = z.infer<typeof channel>;

/** What one channel shows or says. `agentScript` is what an agent reads aloud. */
export const treatment = z.strictObject({
  channel,
  headline: z.string().min(1).max(200),
  body: z.string().max(2000).optional(),
  deepLink: z.url().max(2000).optional(),
  imageUrl: z.url().max(2000).optional(),
  agentScript: z.string().max(2000).optional(),
});

/** Percent points that are added up and divided by 100: a lever of 25 weighs 1.25. */
export const percent = z.number().min(-100).max(1000);

export const seconds = z
  .int()
  .min(1)
  .max(10 * 366 * 86_400);

export const attributeValue = z.union(
  [z.string().max(1000), z.number(), z.boolean(), z.array(z.string().max(200)).max(200)],
  'must be a text of at most 1000 characters, a number, true or false, or a list of at most 200 texts',
);
export type AttributeValue = z.infer<typeof attributeValue>;

/** Attributes by name; `null` forgets one. */
export const attributes = z.record(z.string().regex(/^[a-zA-Z][A-Za-z0-9_]{0,63}$/), attributeValue.nullable());
export type Attributes = z.infer<typeof attributes>;

/** The month of an instant, `202611`: the last part of the ids of monthly streams. */
export function monthOf(at: string): string {
  return at.slice(0, 4) + at.slice(5, 7);
}

/** The day of an instant, `20261121`. */
export function dayOf(at: string): string {
  return monthOf(at) + at.slice(8, 10);
}

const dayMs = 86_400_000;
let lastDay = Number.NaN;
/** Its date up to and with the `T`. */
let lastDate = '';

/** Whole epoch milliseconds as an instant. A RangeError for what is no time. */
export function instantOf(milliseconds: number): string {
  const day = Math.floor(milliseconds / dayMs);
  // The calendar is asked once a day: instants come in thousands per second, and most are of today.
  if (day !== lastDay) {
    lastDate = new Date(day * dayMs).toISOString().slice(0, -'00:00:00.000Z'.length);
    lastDay = day;
  }
  const time = milliseconds - day * dayMs;
  const seconds = Math.floor(time / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const thousandths = time % 1000;
  // Put together by `+` it would be a chain of pieces, and whatever holds one is written as JSON by the slow way, as a whole.
  return [
    lastDate,
    twoDigits[hours],
    ':',
    twoDigits[minutes],
    ':',
    twoDigits[seconds % 60],
    thousandths < 100 ? '.0' : '.',
    twoDigits[thousandths] ?? thousandths,
    'Z',
  ].join('');
}

const twoDigits: readonly string[] = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0'));

/** `at` plus a number of seconds, as an instant. */
export function secondsAfter(at: string, count: number): string {
  return instantOf(Date.parse(at) + count * 1000);
}

/** True when two plain JSON values are the same; an absent key and one that is undefined are the same, the order of keys is not told. */
export function equal(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const left = new Map(Object.entries(one).filter(([, value]) => value !== undefined));
  const right = new Map(Object.entries(other).filter(([, value]) => value !== undefined));
  return left.size === right.size && [...left].every(([key, value]) => right.has(key) && equal(value, right.get(key)));
}

/** What is wrong with a value, where, and as one full sentence. `field` is the path, `caps.0.limit`. */
export interface Issue {
  readonly field: string;
  readonly problem: string;
  readonly rule: string;
}

/** The first thing that makes a value unfit for a schema; undefined when it fits. `name` is the field of the value as a whole. */
export function firstIssue(schema: z.ZodType, value: unknown, name: string): Issue | undefined {
  const found = schema.safeParse(value).error?.issues[0];
  if (!found) return undefined;
  const path = found.code === 'unrecognized_keys' ? [...found.path, ...found.keys.slice(0, 1)] : found.path;
  const field = path.map(String).join('.') || name;
  const at = valueAt(value, path);
  if (at === undefined && (found.code === 'invalid_type' || found.code === 'invalid_value')) {
    return { field, problem: 'it is missing', rule: `${field} is missing, and is needed here.` };
  }
  if (found.code === 'unrecognized_keys') return issue(field, at, 'it does not belong here');
  return issue(field, at, `${found.message.charAt(0).toLowerCase()}${found.message.slice(1)}`);
}

/** A problem of one value as an `Issue`: the sentence names the field, the value and the problem. */
export function issue(field: string, value: unknown, problem: string): Issue {
  return { field, problem, rule: `${field} is ${shown(value)}, which is not allowed: ${problem}.` };
}

/** The first element of a list that has occurred before. */
export function firstRepeated(
  values: readonly string[],
): { readonly index: number; readonly value: string } | undefined {
  const index = values.findIndex((value, position) => values.indexOf(value) < position);
  const value = values[index];
  return value === undefined ? undefined : { index, value };
}

/** The value at a path within another; undefined where the path leads nowhere. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let reached = value;
  for (const key of path) {
    if (typeof reached !== 'object' || reached === null) return undefined;
    reached = (reached as Record<PropertyKey, unknown>)[key];
  }
  return reached;
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  // Sentences are logged: what may be an e-mail address is not repeated.
  if (text.includes('@')) return 'a text with an @';
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
