// Kairos without a server, two offers, and a real service that says how likely each is to be accepted.
import { afterEach, beforeEach, expect } from 'vitest';
import type { ModelTerms } from '../../src/aggregates/model/events.ts';
import type { DecisionRecord } from '../../src/application/decision-records.ts';
import type { Explanation } from '../../src/application/explanations.ts';
import type { ScoredObservation } from '../../src/application/observations.ts';
import { createHttpPropensityService } from '../../src/propensity/http-propensity-service.ts';
import { type ScoringServer, startScoringServer } from '../propensity/scoring-server.ts';
import { createRig, type Rig } from './rig.ts';

type External = Extract<ModelTerms, { kind: 'EXTERNAL' }>['external'];

/** Made anew for each test of a file. */
export interface Scored {
  server: ScoringServer;
  rig: Rig;
  told: ScoredObservation[];
  /** The model at the service. */
  service(changes?: Partial<External>): ModelTerms;
  /** A decision for a customer who may be shown `high` and `low`, worth 10 each: by their own propensities `high` comes first. */
  decide(placement?: string): Promise<DecisionRecord>;
  /** Explains a decision, which has to come out as it was recorded. */
  explained(record: DecisionRecord): Promise<Explanation>;
}

export function useScoredRig(): Scored {
  const scored = {
    service: (changes = {}) => ({
      name: 'Of the data team',
      kind: 'EXTERNAL',
      external: {
        url: `${scored.server.origin}/`,
        budgetMs: 2000,
        attributes: [],
        sendsCustomerId: false,
        lastKnownSeconds: 3600,
        ...changes,
      },
    }),
    decide: (placement = 'home') => scored.rig.decide('c1', placement),
    async explained({ data }) {
      const explanation = await scored.rig.kairos.explanations.explain(data.decisionId);
      expect(explanation?.reproduced).toBe(true);
      return explanation as Explanation;
    },
  } as Scored;

  beforeEach(async () => {
    const server = await startScoringServer();
    const rig = await createRig({
      propensityService: createHttpPropensityService({ origins: [server.origin], setting: 'X' }),
      observers: [{ scored: (observation) => scored.told.push(observation) }],
    });
    Object.assign(scored, { server, rig, told: [] });
    await rig.publish('high', { propensity: 0.5 });
    await rig.publish('low', { propensity: 0.1 });
    await rig.publish('for-others', { propensity: 0.9, audiences: ['vip'] });
    await rig.consent('c1');
  });
  afterEach(async () => {
    await scored.rig.stop();
    await scored.server.stop();
  });
  return scored;
}

export function offered({ data }: DecisionRecord): string {
  return data.offers.map(({ offerId }) => offerId).join();
}
