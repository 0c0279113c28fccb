// The load, in a process of its own: so many questions a second whatever becomes of them, outcomes of some, and an agent at her console.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { settingsOf, tell } from '../../bench/processes.ts';
import { openAgentDesk } from './agent-desk.ts';
import type { Answer, Told, ToldOutcome, ToldPop } from './answers.ts';
import { ask } from './asking.ts';

export interface LoadSettings {
  readonly urls: readonly string[];
  /** Asked in turn. */
  readonly placements: readonly string[];
  readonly customers: readonly string[];
  /** Questions a second. */
  readonly rate: number;
  readonly agentId: string;
  readonly desk: string;
}

/** Asks for what there is to tell; from then on the rate is this one, where it is given. */
export interface LoadQuestion {
  readonly rate?: number;
}

const askDecision = `query ($placement: ID!, $context: DecisionContext!) {
  nextBestOffer(placement: $placement, context: $context) {
    id resolution recorded offers { offer { id } } degradations { stage cause instead }
  }
}`;
const recordOutcome = `mutation ($outcome: OutcomeInput!) {
  recordOutcomes(outcomes: [$outcome]) { results { __typename } }
}`;

interface Decided {
  readonly id: string;
  readonly resolution: string;
  readonly recorded: string;
  readonly offers: readonly { readonly offer: { readonly id: string } }[];
  readonly degradations: readonly { readonly stage: string; readonly cause: string; readonly instead: string }[];
}

const { urls, placements, customers, agentId, desk, ...settings } = settingsOf<LoadSettings>();
let { rate } = settings;
let answers: Answer[] = [];
let outcomes: ToldOutcome[] = [];
let popsPromised: ToldPop[] = [];
let popsSeen: ToldPop[] = [];

const one = (list: readonly string[], index: number) => list[index % list.length] ?? '';

async function decide(number: number, due: number): Promise<void> {
  const [placement, url] = [one(placements, number), one(urls, Math.floor(number / placements.length))];
  // Each placement has all the customers.
  const customerId = one(customers, Math.floor((number * 7) / placements.length));
  const context = { customerId, requestId: randomUUID(), attributes: { page: placement } };
  const { data, error } = await ask<{ nextBestOffer: Decided | null }>(url, askDecision, { placement, context });
  const decided = data?.nextBestOffer;
  const [offerId] = decided?.offers.map(({ offer }) => offer.id) ?? [];
  answers.push({
    placementId: placement,
    dueAt: performance.timeOrigin + due,
    latencyMs: performance.now() - due,
    degradations: decided?.degradations.map(({ stage, cause, instead }) => `${stage} ${cause} → ${instead}`) ?? [],
    ...(decided && { decisionId: decided.id, resolution: decided.resolution, recorded: decided.recorded }),
    ...(offerId !== undefined && { offerId }),
    ...(error !== undefined && { error }),
  });
  if (!decided || offerId === undefined || number % 3 !== 0) return;
  const outcome = { decisionId: decided.id, kind: 'PRESENTED' };
  const told = await ask<{ recordOutcomes: { results: { __typename: string }[] } }>(url, recordOutcome, { outcome });
  const [result] = told.data?.recordOutcomes?.results ?? [];
  if (result && result.__typename !== 'KairosRefused') outcomes.push({ decisionId: decided.id, offerId });
}

async function run(): Promise<never> {
  let due = performance.now();
  for (let number = 0; ; number += 1) {
    due += 1000 / rate;
    while (due > performance.now()) await delay(1);
    void decide(number, due);
  }
}

process.on('message', (question: LoadQuestion) => {
  rate = question.rate ?? rate;
  const told = { answers, outcomes, popsPromised, popsSeen } satisfies Told;
  [answers, outcomes, popsPromised, popsSeen] = [[], [], [], []];
  void tell(told);
});
openAgentDesk({
  agentId,
  placementId: desk,
  urls,
  customerOf: (call) => one(customers, call * 3),
  everyMs: 250,
  promised: (pop) => popsPromised.push(pop),
  seen: (pop) => popsSeen.push(pop),
});
void run();
