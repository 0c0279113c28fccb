// Features of a customer's signals: counts and sums in time buckets, cart, views, spend. Late signals find their bucket.
import type { Signal, SignalEvent, SignalKind } from '../src/aggregates/signal/events.ts';
import type { Features, Windows } from '../src/decisioning/facts.ts';
import type { RecordedEvent } from '../src/event-store/event-store.ts';
import { addMovement, addPurchase, type Cart, cartValueAt, emptyCart } from './cart.ts';
import { ownValue, type Projection } from './projection.ts';

export interface FeatureEntry {
  /** Instant of the newest signal, epoch milliseconds: what is kept is measured from here. */
  newestAt: number;
  kinds: { [Kind in SignalKind]?: KindBuckets };
  /** Purchases of a day in a category, in order of the day. */
  spend: SpendOfDay[];
  cart: Cart;
  /** Distinct, newest first, at most 20. */
  viewedSkus: Viewed[];
  viewedCategories: Viewed[];
  /** Newest first, at most 50. */
  recent: RecentSignal[];
}

/** Sparse buckets in order of time: one for each minute of the last two hours and each hour of the last 91 days with a signal. */
export interface KindBuckets {
  readonly minutes: Bucket[];
  readonly hours: Bucket[];
}

/** `[start in epoch milliseconds, number of signals, sum of their amounts]` */
export type Bucket = [start: number, count: number, sum: number];
export type SpendOfDay = [day: number, category: string, amount: number];
export type Viewed = [at: number, name: string];

export interface RecentSignal {
  readonly kind: SignalKind;
  readonly category?: string;
  readonly at: number;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const minutesKept = 2 * hour;
/** One day more than the longest window, for the buckets and days that its start cuts. */
const hoursKept = 91 * day;
const spendRowsKept = 2000;
const viewedKept = 20;
const recentKept = 50;

/**
 * By customer id. Memory is bounded: per kind 121 minutes and 2,185 hours, 2,000 rows of spend, 20 views, 50 signals, 50 movements
 * of the cart. A signal dated after the instant at which it was reported counts as of that instant: a sender's fast clock must not
 * push real history out.
 */
export const features: Projection<FeatureEntry> = {
  name: 'features',
  version: 1,
  categories: ['signal'],
  entryOf: (event) => (event as RecordedEvent & SignalEvent).data.customerId,
  empty: () => ({
    newestAt: 0,
    kinds: {},
    spend: [],
    cart: emptyCart(),
    viewedSkus: [],
    viewedCategories: [],
    recent: [],
  }),
  evolve(entry, recorded) {
    const event = recorded as RecordedEvent & SignalEvent;
    if (event.type !== 'SignalObserved') return entry;
    const at = Math.min(Date.parse(event.data.observedAt), Date.parse(event.metadata.at));
    // An instant that is none would poison every sum; nothing else here can fail.
    if (Number.isNaN(at)) return entry;
    if (at > entry.newestAt) entry.newestAt = at;
    countIn(entry, event.data, at);
    moveCart(entry.cart, event.data, at);
    remember(entry, event.data, at);
    return entry;
  },
};

/**
 * The features at an instant, epoch milliseconds. `position` is that of the entry.
 *
 * The windows end with the instant and count whole buckets: a minute (h1), an hour (h24, d7, d30, d90) or a UTC day (spend) that the
 * start of the window or the instant itself cuts is counted whole. So a window is never too small, and too large by less than a bucket
 * at each end. Signals of buckets that begin after the instant are not in it; an instant long before the newest signal (an hour for
 * h1, a day for the others) finds buckets missing that have been let go of.
 */
export function featuresAt(entry: FeatureEntry, position: string, at: number): Features {
  const counts: Record<string, Windows> = {};
  const sums: Record<string, Windows> = {};
  for (const [kind, buckets] of Object.entries(entry.kinds)) {
    const windows = windowsAt(buckets, at);
    counts[kind] = windows.counts;
    sums[kind] = windows.sums;
  }
  // Newest first; what is remembered of a signal never changes.
  const recent = entry.recent.slice(firstUpTo(entry.recent, at));
  return {
    position,
    ...(recent[0] && { lastSeenAt: recent[0].at }),
    cartValue: cartValueAt(entry.cart, at),
    lastViewedSkus: namesAt(entry.viewedSkus, at),
    lastViewedCategories: namesAt(entry.viewedCategories, at),
    counts,
    sums,
    spendByCategory: spendAt(entry.spend, at),
    recent,
  };
}

function windowsAt({ minutes, hours }: KindBuckets, at: number): { counts: Windows; sums: Windows } {
  const counts = { h1: 0, h24: 0, d7: 0, d30: 0, d90: 0 };
  const sums = { h1: 0, h24: 0, d7: 0, d30: 0, d90: 0 };
  for (let index = minutes.length - 1; index >= 0; index--) {
    const bucket = minutes[index];
    if (!bucket || bucket[0] > at) continue;
    if (at - bucket[0] - minute >= hour) break;
    counts.h1 += bucket[1];
    sums.h1 += bucket[2];
  }
  // Each bucket in the shortest window that holds it; then each window takes what is in the shorter one.
  for (let index = hours.length - 1; index >= 0; index--) {
    const bucket = hours[index];
    if (!bucket || bucket[0] > at) continue;
    const age = at - bucket[0] - hour;
    if (age >= 90 * day) break;
    const window = age < day ? 'h24' : age < 7 * day ? 'd7' : age < 30 * day ? 'd30' : 'd90';
    counts[window] += bucket[1];
    sums[window] += bucket[2];
  }
  for (const windows of [counts, sums]) {
    windows.d7 += windows.h24;
    windows.d30 += windows.d7;
    windows.d90 += windows.d30;
  }
  return { counts, sums };
}

/** The rows are in order of time: those of the last 90 days are at the end. */
function spendAt(rows: readonly SpendOfDay[], at: number): Record<string, number> {
  let first = rows.length;
  while (first > 0 && at - (rows[first - 1]?.[0] ?? 0) - day < 90 * day) first--;
  const spend = new Map<string, number>();
  for (let index = first; index < rows.length; index++) {
    const row = rows[index];
    if (!row || row[0] > at) break;
    spend.set(row[1], (spend.get(row[1]) ?? 0) + row[2]);
  }
  // Not filled key by key: an object of many categories would be slow to read and to write as JSON.
  return Object.fromEntries(spend);
}

function namesAt(viewed: readonly Viewed[], at: number): string[] {
  const names: string[] = [];
  for (const [viewedAt, name] of viewed) if (viewedAt <= at) names.push(name);
  return names;
}

/** Index of the first that is not later than an instant, newest first. */
function firstUpTo(newestFirst: readonly RecentSignal[], at: number): number {
  const index = newestFirst.findIndex((signal) => signal.at <= at);
  return index < 0 ? newestFirst.length : index;
}

function countIn(entry: FeatureEntry, signal: Signal, at: number): void {
  const amount = signal.amount ?? 0;
  let buckets = ownValue(entry.kinds, signal.kind);
  if (!buckets) {
    buckets = { minutes: [], hours: [] };
    entry.kinds[signal.kind] = buckets;
  }
  addTo(buckets.minutes, at - (at % minute), amount, entry.newestAt - minutesKept);
  addTo(buckets.hours, at - (at % hour), amount, entry.newestAt - hoursKept);
  if (signal.kind === 'PURCHASE' && signal.category !== undefined) {
    addSpend(entry.spend, at - (at % day), signal.category, amount, entry.newestAt - hoursKept);
  }
}

/** Adds a signal to its bucket, and lets go of the buckets that start before the horizon. */
function addTo(buckets: Bucket[], start: number, amount: number, horizon: number): void {
  let index = buckets.length;
  while (index > 0 && (buckets[index - 1]?.[0] ?? 0) > start) index--;
  const bucket = buckets[index - 1];
  if (bucket?.[0] === start) {
    bucket[1]++;
    bucket[2] += amount;
  } else if (start >= horizon) {
    insert(buckets, index, [start, 1, amount]);
  }
  dropBefore(buckets, horizon);
}

function addSpend(rows: SpendOfDay[], start: number, category: string, amount: number, horizon: number): void {
  let index = rows.length;
  while (index > 0 && (rows[index - 1]?.[0] ?? 0) > start) index--;
  let same = index - 1;
  while (same >= 0 && rows[same]?.[0] === start && rows[same]?.[1] !== category) same--;
  const row = rows[same];
  if (row?.[0] === start && row[1] === category) row[2] += amount;
  else if (start >= horizon) insert(rows, index, [start, category, amount]);
  dropBefore(rows, horizon);
  if (rows.length > spendRowsKept) rows.shift();
}

function dropBefore(rows: (Bucket | SpendOfDay)[], horizon: number): void {
  let stale = 0;
  while (stale < rows.length && (rows[stale]?.[0] ?? 0) < horizon) stale++;
  if (stale > 0) rows.splice(0, stale);
}

function moveCart(cart: Cart, signal: Signal, at: number): void {
  const amount = signal.amount ?? 0;
  if (signal.kind === 'CART_ADD') addMovement(cart, at, amount);
  // Not `-amount`: the negative zero is no JSON.
  if (signal.kind === 'CART_REMOVE') addMovement(cart, at, 0 - amount);
  if (signal.kind === 'PURCHASE') addPurchase(cart, at);
}

function remember(entry: FeatureEntry, signal: Signal, at: number): void {
  const { kind, category, sku } = signal;
  if (kind === 'VIEW') {
    if (sku !== undefined) addViewed(entry.viewedSkus, at, sku);
    if (category !== undefined) addViewed(entry.viewedCategories, at, category);
  }
  const signalled = category === undefined ? { kind, at } : { kind, category, at };
  insert(entry.recent, firstUpTo(entry.recent, at), signalled);
  if (entry.recent.length > recentKept) entry.recent.pop();
}

function addViewed(viewed: Viewed[], at: number, name: string): void {
  const known = viewed.findIndex((view) => view[1] === name);
  if (known >= 0) {
    if ((viewed[known]?.[0] ?? 0) > at) return;
    viewed.splice(known, 1);
  }
  const index = viewed.findIndex((view) => view[0] <= at);
  insert(viewed, index < 0 ? viewed.length : index, [at, name]);
  if (viewed.length > viewedKept) viewed.pop();
}

/** As `splice`, which makes a list of what it takes out, too: most are the newest, and come at an end. */
function insert<Item>(list: Item[], index: number, item: Item): void {
  if (index === list.length) list.push(item);
  else if (index === 0) list.unshift(item);
  else list.splice(index, 0, item);
}
