// Frequency caps as arithmetic: which contacts a rule counts, and since when.
import { calendarStart } from './calendar.ts';
import type { Channel } from './catalogue.ts';

export type Counts = 'DECISION' | 'IMPRESSION' | 'CLICK' | 'ACCEPTANCE';

export interface CapRule {
  readonly name: string;
  readonly counts: Counts;
  readonly scope:
    | { readonly kind: 'OFFER' | 'EACH_PLACEMENT' | 'EVERYTHING' }
    | { readonly kind: 'PLACEMENTS'; readonly placements: readonly string[] }
    | { readonly kind: 'TAG'; readonly tag: string }
    | { readonly kind: 'CHANNEL'; readonly channel: Channel };
  readonly subject: 'CUSTOMER' | 'TOTAL';
  readonly limit: number;
  readonly window:
    | { readonly kind: 'ROLLING'; readonly seconds: number }
    | { readonly kind: 'CALENDAR'; readonly unit: 'DAY' | 'WEEK' | 'MONTH' | 'YEAR'; readonly zone: 'UTC' | 'CUSTOMER' }
    | { readonly kind: 'LIFETIME' };
  readonly pauseDays?: number | undefined;
  /** False: a contact may be counted after the answer. */
  readonly strict?: boolean | undefined;
}

/**
 * A cap rule bound to one offer in one placement: what the gate checks and reserves.
 *
 * `series` are the names of the contact series whose sum is limited: `*`, `channel:WEB`, `placement:home`, `tag:fuel`,
 * `offer:o1`, `offer:o1|placement:home`. Two rules with equal `key` have equal usage.
 */
export interface BoundCap {
  readonly key: string;
  readonly rule: CapRule;
  readonly series: readonly string[];
}

/** How full a bound cap is at an instant. */
export interface CapUsage {
  /** Confirmed contacts in the window and reservations that are still held. */
  readonly used: number;
  /** Epoch milliseconds until which a hit of the limit shuts the cap, when the rule pauses; absent: not paused. */
  readonly pausedUntil?: number;
}

/** Usage of a cap for one customer at one instant: answered by the cap gate, or by the record when a decision is computed again. */
export type UsageOf = (cap: BoundCap) => CapUsage;

/** The series in which a contact with an offer is counted. */
export function seriesOf(contact: {
  readonly offerId: string;
  readonly placementId: string;
  readonly channel: Channel;
  readonly tags: readonly string[];
}): string[] {
  const { offerId, placementId } = contact;
  return [
    '*',
    `channel:${contact.channel}`,
    `placement:${placementId}`,
    `offer:${offerId}`,
    `offer:${offerId}|placement:${placementId}`,
    // A tag named twice is still one contact.
    ...Array.from(new Set(contact.tags), (tag) => `tag:${tag}`),
  ];
}

/** Whether a contact that counts in `series` is under the cap: a cap of other placements, channels or tags does not stop it. */
export function binds(cap: BoundCap, series: readonly string[]): boolean {
  return cap.series.some((name) => series.includes(name));
}

/** Binds a rule of an offer to that offer in a placement. */
export function bindOfferCap(rule: CapRule, offerId: string, placementId: string): BoundCap {
  switch (rule.scope.kind) {
    case 'OFFER':
      return bound(rule, [`offer:${offerId}`]);
    case 'EACH_PLACEMENT':
      return bound(rule, [`offer:${offerId}|placement:${placementId}`]);
    case 'PLACEMENTS':
      return bound(
        rule,
        rule.scope.placements.map((placement) => `offer:${offerId}|placement:${placement}`),
      );
    case 'TAG':
      return bound(rule, [`tag:${rule.scope.tag}`]);
    case 'CHANNEL':
      return bound(rule, [`channel:${rule.scope.channel}`]);
    case 'EVERYTHING':
      return bound(rule, ['*']);
  }
}

/** Binds a rule of a placement to one offer shown there. */
export function bindPlacementCap(rule: CapRule, offerId: string, placementId: string): BoundCap {
  switch (rule.scope.kind) {
    case 'OFFER':
      return bound(rule, [`offer:${offerId}`]);
    case 'EACH_PLACEMENT':
      return bound(rule, [`placement:${placementId}`]);
    case 'PLACEMENTS':
      return bound(
        rule,
        rule.scope.placements.map((placement) => `placement:${placement}`),
      );
    case 'TAG':
    case 'CHANNEL':
    case 'EVERYTHING':
      return bindOfferCap(rule, offerId, placementId);
  }
}

function bound(rule: CapRule, names: readonly string[]): BoundCap {
  const { window } = rule;
  // A series named twice would be added twice; sorted, so that the order of placements does not make another key.
  const series = names.length === 1 ? names : [...new Set(names)].sort();
  const span =
    window.kind === 'ROLLING'
      ? `${window.seconds}s`
      : window.kind === 'CALENDAR'
        ? `${window.unit}@${rule.subject === 'TOTAL' ? 'UTC' : window.zone}`
        : 'LIFETIME';
  const pause = rule.pauseDays === undefined ? '' : `|${rule.limit}/${rule.pauseDays}d`;
  return { key: `${rule.subject}|${rule.counts}|${span}|${series.join('+')}${pause}`, rule, series };
}

/** Whether a rule can stop a customer who has no contacts under it. */
export function canStopAnybody({ subject, limit }: CapRule): boolean {
  return subject === 'TOTAL' || limit === 0;
}

/** True when the cap admits one more contact at `at`. */
export function admits(cap: BoundCap, usage: CapUsage, at: number): boolean {
  return usage.used < cap.rule.limit && !(usage.pausedUntil !== undefined && at < usage.pausedUntil);
}

/** Epoch milliseconds of the (inclusive) beginning of a rule's window at `at`; `-Infinity` for a lifetime. */
export function windowStart(rule: CapRule, at: number, timeZone: string): number {
  const { window } = rule;
  switch (window.kind) {
    case 'LIFETIME':
      return Number.NEGATIVE_INFINITY;
    case 'ROLLING':
      return at - window.seconds * 1000 + 1;
    case 'CALENDAR':
      return calendarStart(window.unit, at, rule.subject === 'TOTAL' || window.zone === 'UTC' ? 'UTC' : timeZone);
  }
}
