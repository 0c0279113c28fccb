// Offers that nobody presented in time: recorded as expired once, their places given back in the log too.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startExpirySweeper } from '../../src/application/expiry-sweeper.ts';
import { askDecision, definePlacement, publishOffer, registerCustomer } from '../catalogue-of-tests.ts';
import { later, type RunningKairos, startKairos } from '../running-kairos.ts';

let kairos: RunningKairos;

beforeEach(async () => {
  kairos = await startKairos();
  await definePlacement(kairos, 'home');
  await publishOffer(kairos, 'fuel', { ttlSeconds: 60 });
  await registerCustomer(kairos, 'pia');
});
afterEach(() => kairos.stop());

const decide = async (): Promise<string> =>
  (await kairos.data(askDecision, { placement: 'home', context: { customerId: 'pia' } })).nextBestOffer.id;

async function expire(at: string): Promise<string[]> {
  const before = await kairos.events();
  await kairos.app.kairos.outcomes.expire({ at, actor: 'kairos', correlationId: 'test' });
  const types: string[] = [];
  for await (const event of kairos.app.kairos.store.readAll()) types.push(event.type);
  return types.slice(before);
}

it('an offer that was not presented in time expires once, and what was presented does not', async () => {
  await decide();
  const presented = await decide();
  await kairos.data(
    'mutation ($id: ID!) { recordOutcomes(outcomes: [{ decisionId: $id, kind: PRESENTED }]) { position } }',
    {
      id: presented,
    },
  );
  expect(await expire(later(kairos.at, 94))).toEqual([]);
  expect(await expire(later(kairos.at, 96))).toEqual(['OfferExpired', 'CapReleased']);
  expect(await expire(later(kairos.at, 7200))).toEqual([]);
});

it('what expired while Kairos was down expires after the start', async () => {
  const id = await decide();
  await kairos.restart();
  expect(await expire(later(kairos.at, 96))).toEqual(['OfferExpired', 'CapReleased']);
  const { decision } = await kairos.data('query ($id: ID!) { decision(id: $id) { offers { outcomes { kind } } } }', {
    id,
  });
  expect(decision.offers[0].outcomes).toEqual([{ kind: 'EXPIRED' }]);
});

it('the sweeper looks by itself, and stops when told to', async () => {
  await decide();
  const before = await kairos.events();
  const { outcomes } = kairos.app.kairos;
  const errors: unknown[] = [];
  const at = later(kairos.at, 96);
  const clock = { mode: 'request', now: () => at, timeOf: () => at } as const;
  const sweeper = startExpirySweeper({ outcomes, clock, onError: (error) => errors.push(error), intervalMs: 10 });
  await expect.poll(() => kairos.events(), { timeout: 5000 }).toBe(before + 2);
  await sweeper.stop();
  expect(errors).toEqual([]);
});
