// What the run decides about: placements of every kind with offers under caps, customers who may have them, and an agent's desk.
import type { CapRule } from '../../src/aggregates/cap-rule.ts';
import { definePlacement, publishOffer, registerCustomer } from '../catalogue-of-tests.ts';
import type { Fleet } from '../replicas/fleet.ts';

const own = { scope: { kind: 'OFFER' }, subject: 'CUSTOMER' } as const;
const everybody = { scope: { kind: 'OFFER' }, subject: 'TOTAL' } as const;
const rolling = (seconds: number) => ({ kind: 'ROLLING', seconds }) as const;
const today = { kind: 'CALENDAR', unit: 'DAY', zone: 'CUSTOMER' } as const;

interface Place {
  readonly placementId: string;
  /** What is asked of an answer, in milliseconds. */
  readonly timeBudgetMs: number;
  readonly terms?: object;
  /** The best first. Behind them is always one without caps, so that a decision that is whole has one to show. */
  readonly capped: readonly (readonly CapRule[])[];
}

const timeBudgetMs = 250;

/** Each has a fallback, which may be shown to anybody, and so is the default answer too. */
export const places: readonly Place[] = [
  {
    placementId: 'home',
    timeBudgetMs,
    capped: [
      [{ ...everybody, name: 'all', counts: 'DECISION', limit: 150, window: { kind: 'LIFETIME' } }],
      [{ ...own, name: 'twice', counts: 'IMPRESSION', limit: 2, window: today }],
      [{ ...own, name: 'often', counts: 'DECISION', limit: 1, window: rolling(2) }],
    ],
  },
  {
    placementId: 'late',
    timeBudgetMs,
    terms: { recording: 'LATE' },
    capped: [[{ ...own, name: 'loose', counts: 'DECISION', limit: 3, window: rolling(10), strict: false }]],
  },
  {
    placementId: 'strict',
    timeBudgetMs,
    capped: [
      [
        { ...own, name: 'strict', counts: 'DECISION', limit: 2, window: rolling(20), strict: true },
        { ...everybody, name: 'seldom', counts: 'IMPRESSION', limit: 300, window: rolling(3600), strict: true },
      ],
    ],
  },
  {
    placementId: 'scored',
    timeBudgetMs,
    terms: { model: 'service' },
    capped: [[{ ...own, name: 'scored', counts: 'DECISION', limit: 5, window: rolling(10) }]],
  },
];

export const desk = 'desk';
export const agentId = 'agent-1';
export const customers = Array.from({ length: 1000 }, (_, index) => `c${index}`);

/** @param origin of the scoring service */
export async function prepareScenery(fleet: Fleet, origin: string): Promise<void> {
  const common = { startAt: '2026-01-01T00:00:00.000Z', endAt: null, ttlSeconds: 30, tags: [] };
  await publishOffer(fleet, 'rest', { ...common, propensity: 0.01, purposes: [] });
  await defineModel(fleet, 'service', `${origin}/scores`);
  for (const { placementId, capped, terms, timeBudgetMs } of places) {
    const eligibility = [{ name: 'page', expression: `context.page == "${placementId}"` }];
    for (const [index, caps] of [...capped, []].entries()) {
      const offerId = `${placementId}-${index}`;
      await publishOffer(fleet, offerId, { ...common, propensity: 0.9 - index / 10, caps, eligibility });
    }
    await definePlacement(fleet, placementId, {
      fallbackOfferId: 'rest',
      defaultAnswer: 'ON',
      timeBudgetMs,
      ...terms,
    });
  }
  await definePlacement(fleet, desk, { channel: 'CALL_CENTER', fallbackOfferId: 'rest' });
  const waiting = [...customers];
  await Promise.all(
    Array.from({ length: 32 }, async () => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await registerCustomer(fleet, next);
    }),
  );
}

async function defineModel(fleet: Fleet, modelId: string, url: string): Promise<void> {
  const refusal = '__typename ... on KairosRefused { reason rule field }';
  const define = `mutation ($modelId: ID!, $terms: ModelTermsInput!) {
    defineModel(modelId: $modelId, terms: $terms) { ${refusal} }
  }`;
  const approve = `mutation ($modelId: ID!) { approveModel(modelId: $modelId) { ${refusal} } }`;
  const external = { url, budgetMs: 100, attributes: ['context.page'] };
  const answers = [
    await fleet.data(define, { modelId, terms: { name: modelId, kind: 'EXTERNAL', external } }),
    await fleet.data(approve, { modelId }, { 'x-kairos-actor': 'bob' }),
  ];
  if (JSON.stringify(answers).includes('KairosRefused')) throw new Error(JSON.stringify(answers));
}
