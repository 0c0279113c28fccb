// The whole Complete Journey as one list of happenings in order of time. Pure.
import type { CompleteJourney } from './complete-journey.ts';
import { couponOffersOf } from './coupon-offers.ts';
import { type DemoSignal, signalOf } from './customers.ts';
import { basketNameOf, campaignTagOf, customerIdOf } from './identifiers.ts';

const minute = 60_000;
const hour = 60 * minute;
const dayMs = 24 * hour;

/** Instants are epoch milliseconds. */
export type Happening =
  /** A campaign is mailed to a household: it joins the audience, and its booklet is decided. */
  | {
      readonly kind: 'MAILING';
      readonly at: number;
      readonly customerId: string;
      readonly audience: string;
      readonly requestId: string;
    }
  /** A customer looks at a page where an offer can be shown. */
  | {
      readonly kind: 'VISIT';
      readonly at: number;
      readonly customerId: string;
      readonly placement: string;
      readonly attributes: Readonly<Record<string, string | number>>;
      readonly requestId: string;
    }
  /** Basket lines of some minutes, of one or several customers, in order of time. */
  | {
      readonly kind: 'SIGNALS';
      readonly at: number;
      readonly customers: readonly string[];
      readonly signals: readonly DemoSignal[];
    }
  | {
      readonly kind: 'REDEMPTION';
      readonly at: number;
      readonly customerId: string;
      readonly offerId: string;
      readonly requestId: string;
    };

export interface Timeline {
  /** Before everything: catalogue and customers are brought in then. */
  readonly beginsAt: number;
  readonly happenings: readonly Happening[];
}

/** Every tenth household shops with the web page at hand; the data knows no visits, so they are made from its baskets. */
export function visitsTheWeb(householdId: string): boolean {
  return Number(householdId) % 10 === 0;
}

/**
 * Campaigns are mailed at 14:00 UTC of their first day; redemptions, of which only the day is known, are made at 20:00 UTC, one
 * second after the other. A household that visits the web opens the home page 20 minutes before each basket, comes back to it
 * 12 minutes later and ends at the checkout. Basket lines of a quarter of an hour go together, those of web visitors by basket.
 */
export function timelineOf(journey: CompleteJourney, limitDays = Number.POSITIVE_INFINITY): Timeline {
  const { offerOf } = couponOffersOf(journey);
  const firstDay = journey.campaigns.map(({ startDay }) => startDay).sort()[0] ?? '2017-01-01';
  const beginsAt = Date.parse(firstDay) - dayMs / 2;
  const endsAt = Date.parse(firstDay) + limitDays * dayMs;
  const happenings: Happening[] = [
    ...mailings(journey),
    ...baskets(journey),
    ...journey.redemptions.map(({ householdId, campaignId, couponId, day }, index): Happening => {
      const offerId = offerOf(campaignId, couponId);
      if (offerId === undefined)
        throw new Error(`coupon ${couponId} of campaign ${campaignId} was redeemed, coupons.csv does not know it`);
      const at = Date.parse(day) + 20 * hour + (index % 3600) * 1000;
      return {
        kind: 'REDEMPTION',
        at,
        customerId: customerIdOf(householdId),
        offerId,
        requestId: `redemption-${index}`,
      };
    }),
  ];
  return {
    beginsAt,
    // The sort is stable: what happens to a customer at one instant keeps its order.
    happenings: happenings.filter(({ at }) => at < endsAt).sort((one, other) => one.at - other.at),
  };
}

function mailings(journey: CompleteJourney): Happening[] {
  const startOf = new Map(
    journey.campaigns.map(({ campaignId, startDay }) => [campaignId, Date.parse(startDay) + 14 * hour]),
  );
  return journey.targetings.map(({ campaignId, householdId }): Happening => {
    const at = startOf.get(campaignId);
    if (at === undefined)
      throw new Error(`campaigns.csv names campaign ${campaignId}, campaign_descriptions.csv does not`);
    return {
      kind: 'MAILING',
      at,
      customerId: customerIdOf(householdId),
      audience: campaignTagOf(campaignId),
      requestId: `booklet-${campaignId}`,
    };
  });
}

function baskets(journey: CompleteJourney): Happening[] {
  const happenings: Happening[] = [];
  const groups = Map.groupBy(journey.basketLines, ({ householdId, basketId, at }) =>
    visitsTheWeb(householdId) ? basketId : Math.floor(at / (15 * minute)),
  );
  for (const lines of groups.values()) {
    const first = lines[0];
    const last = lines.at(-1);
    if (!first || !last) continue;
    const signals = lines.map((line) => signalOf(line, journey.categories));
    const customers = [...new Set(signals.map(({ customerId }) => customerId))];
    if (visitsTheWeb(first.householdId)) {
      const { customerId, category } = signals[0] ?? { customerId: '' };
      const basketValue = lines.reduce((sum, { amount }) => sum + amount, 0);
      const visit = (before: number, step: string, placement: string, attributes: Record<string, string | number>) =>
        happenings.push({
          kind: 'VISIT',
          at: first.at - before * minute,
          customerId,
          placement,
          attributes,
          requestId: `${basketNameOf(first.basketId)}-${step}`,
        });
      visit(20, 'home', 'web-home', { page: 'home' });
      visit(8, 'home-again', 'web-home', { page: 'home', ...(category === undefined ? {} : { category }) });
      visit(1, 'checkout', 'checkout', { page: 'checkout', basketValue });
    }
    happenings.push({ kind: 'SIGNALS', at: last.at, customers, signals });
  }
  return happenings;
}
