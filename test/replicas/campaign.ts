// Offers under caps of every kind, customers who may have them, and many decisions at once that want them.
import type { CapRule } from '../../src/aggregates/cap-rule.ts';
import { askDecision, definePlacement, publishOffer, registerCustomer } from '../catalogue-of-tests.ts';
import { type Random, seededRandom } from '../projections/random.ts';
import type { Json } from '../running-kairos.ts';
import { type Fleet, longestAnswerMs } from './fleet.ts';

const hour = { kind: 'ROLLING', seconds: 3600 } as const;
const today = { kind: 'CALENDAR', unit: 'DAY', zone: 'CUSTOMER' } as const;
const ever = { kind: 'LIFETIME' } as const;
const own = { scope: { kind: 'OFFER' }, subject: 'CUSTOMER' } as const;
const everybody = { scope: { kind: 'OFFER' }, subject: 'TOTAL' } as const;

/** The best offers first. Each may be decided about so often: `mostDecisions`. */
export const cappedOffers: readonly { name: string; tags: string[]; mostDecisions: number; caps: CapRule[] }[] = [
  {
    name: 'everybody',
    tags: [],
    mostDecisions: 100,
    caps: [{ ...everybody, name: 'all', counts: 'DECISION', limit: 100, window: ever }],
  },
  {
    name: 'seen-by-everybody',
    tags: [],
    mostDecisions: 80,
    caps: [{ ...everybody, name: 'seen', counts: 'IMPRESSION', limit: 80, window: hour }],
  },
  {
    name: 'twice-today',
    tags: ['tagged'],
    mostDecisions: 40,
    caps: [{ ...own, name: 'twice', counts: 'IMPRESSION', limit: 2, window: today }],
  },
  {
    name: 'hourly',
    tags: ['tagged'],
    mostDecisions: 60,
    caps: [
      { ...own, name: 'hourly', counts: 'DECISION', limit: 3, window: hour },
      // Binds a customer only together with the offer before it.
      {
        name: 'tagged',
        counts: 'DECISION',
        scope: { kind: 'TAG', tag: 'tagged' },
        subject: 'CUSTOMER',
        limit: 5,
        window: hour,
      },
    ],
  },
  {
    name: 'often',
    tags: [],
    mostDecisions: Number.POSITIVE_INFINITY,
    caps: [{ ...own, name: 'often', counts: 'DECISION', limit: 1, window: { kind: 'ROLLING', seconds: 1 } }],
  },
];

const customersOf = (campaign: string) => Array.from({ length: 20 }, (_, index) => `${campaign}-c${index}`);

/** Hundreds at once are what is judged: none of them is told to come again. */
export const environmentOf = () => ({ KAIROS_SHEDDING: 'off' });

/** The placement with the one offer that nothing limits, its fallback. */
export async function preparePlacement(fleet: Fleet): Promise<void> {
  const terms = { startAt: '2026-01-01T00:00:00.000Z', endAt: null, propensity: 0.01, tags: [] };
  await publishOffer(fleet, 'rest', terms);
  // Fifty decisions of a customer at once are made one after the other: they may take as long as anybody waits for them.
  const timeBudgetMs = 10_000;
  await definePlacement(fleet, 'home', { fallbackOfferId: 'rest', timeBudgetMs });
}

/** Offers and customers of their own; the offers are for those only who are on the campaign's page. */
export async function prepareCampaign(fleet: Fleet, campaign: string): Promise<void> {
  const common = { startAt: '2026-01-01T00:00:00.000Z', endAt: null, ttlSeconds: 60 };
  for (const [index, { name, tags, caps }] of cappedOffers.entries()) {
    await publishOffer(fleet, `${campaign}-${name}`, {
      ...common,
      propensity: 0.9 - index / 10,
      tags: tags.map((tag) => `${campaign}-${tag}`),
      caps: caps.map((cap) => capOf(campaign, cap)),
      eligibility: [{ name: 'page', expression: `context.page == "${campaign}"` }],
    });
  }
  await Promise.all(customersOf(campaign).map((customerId) => registerCustomer(fleet, customerId)));
}

/** A rule as an offer of a campaign has it. */
export function capOf(campaign: string, rule: CapRule): CapRule {
  const { scope } = rule;
  return scope.kind === 'TAG' ? { ...rule, scope: { kind: 'TAG', tag: `${campaign}-${scope.tag}` } } : rule;
}

export interface Answered {
  readonly api: string;
  readonly customerId: string;
  readonly decisionId: string;
  readonly resolution: string;
  readonly offerId: string | undefined;
  /** It was decided without the read side. */
  readonly isBlind: boolean;
  /** Of the process that was asked, epoch milliseconds. */
  readonly at: number;
}

export interface Load {
  readonly answered: readonly Answered[];
  /** Calls whose process went away. */
  readonly lost: number;
  /** Errors by code, of decisions and of outcomes. */
  readonly errors: Readonly<Record<string, number>>;
  readonly outcomes: number;
  readonly slowestMs: number;
}

export interface LoadOptions {
  readonly decisions: number;
  /** They begin at random within so many milliseconds; 0: all at once. */
  readonly overMs: number;
  readonly seed: number;
}

/** Decisions of all customers of a campaign over both replicas, most of them presented, clicked or declined at either. */
export async function runLoad(fleet: Fleet, campaign: string, options: LoadOptions): Promise<Load> {
  const random = seededRandom(options.seed);
  const customers = customersOf(campaign);
  const answered: Answered[] = [];
  const errors: Record<string, number> = {};
  let [lost, outcomes, slowestMs] = [0, 0, 0];

  /** The data of an answer that is one. */
  async function asked(api: string, query: string, variables: object): Promise<Json> {
    const begunAt = performance.now();
    const answer = await fleet.ask(api, query, variables);
    slowestMs = Math.max(slowestMs, performance.now() - begunAt);
    if (!answer) lost += 1;
    for (const { extensions } of answer?.errors ?? []) {
      const code = String(extensions.code);
      errors[code] = (errors[code] ?? 0) + 1;
    }
    return answer?.errors ? undefined : answer?.data;
  }

  async function decide(customerId: string, api: string, then: readonly (readonly [string, string])[]): Promise<void> {
    const context = { customerId, attributes: { page: campaign } };
    const data = await asked(api, askDecision, { placement: 'home', context });
    if (!data) return;
    const { id: decisionId, resolution, rejections, offers } = data.nextBestOffer;
    const isBlind = rejections.some(({ reason }: Json) => reason === 'FACTS_UNAVAILABLE');
    const offerId = offers[0]?.offer.id;
    answered.push({ api, customerId, decisionId, resolution, offerId, isBlind, at: Date.now() });
    if (offerId === undefined) return;
    for (const [kind, where] of then) {
      const outcome = { decisionId, kind, ...(kind === 'DECLINED' && { reason: 'no' }) };
      const recorded = await asked(where, recordOutcome, { outcome });
      if (!recorded) return;
      const [result] = recorded.recordOutcomes.results;
      if (result.__typename === 'KairosRefused') throw new Error(JSON.stringify({ outcome, result }));
      outcomes += 1;
    }
  }

  await Promise.all(
    Array.from({ length: options.decisions }, async (_, index) => {
      const startsAfter = random.share() * options.overMs;
      const customerId = customers[index % customers.length] ?? '';
      const [api, then] = [oneReplica(random), outcomesBy(random)];
      if (options.overMs > 0) await new Promise((resolve) => setTimeout(resolve, startsAfter));
      await decide(customerId, api, then);
    }),
  );
  if (slowestMs > longestAnswerMs) throw new Error(`an answer took ${slowestMs} ms`);
  return { answered, lost, errors, outcomes, slowestMs };
}

const recordOutcome = `mutation ($outcome: OutcomeInput!) {
  recordOutcomes(outcomes: [$outcome]) { results { __typename ... on KairosRefused { reason rule } } }
}`;

const oneReplica = (random: Random) => random.oneOf(['api-0', 'api-1']);

/** What becomes of an offer, and at which replica that is told. */
function outcomesBy(random: Random): (readonly [string, string])[] {
  const kinds = random.oneOf([[], ['PRESENTED'], ['PRESENTED', 'CLICKED'], ['PRESENTED', 'DECLINED'], ['DISMISSED']]);
  return kinds.map((kind) => [kind, oneReplica(random)] as const);
}
