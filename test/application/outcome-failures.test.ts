// Outcomes and screen pops when the log fails in between: the retry completes what is missing, and caps stay right.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isRefused } from '../../src/aggregates/decider.ts';
import { createOutcomes } from '../../src/application/outcomes.ts';
import { createTurns } from '../../src/application/turns.ts';
import { createExecutor } from '../../src/event-store/execute.ts';
import { later } from '../running-kairos.ts';
import { createRig, type Rig, surely } from './rig.ts';

let rig: Rig;
const one = (counts: 'IMPRESSION' | 'ACCEPTANCE') =>
  ({
    name: 'once',
    counts,
    scope: { kind: 'OFFER' },
    subject: 'CUSTOMER',
    limit: 1,
    window: { kind: 'LIFETIME' },
  }) as const;

beforeEach(async () => {
  rig = await createRig();
  await rig.place('home');
  await rig.place('desk', { channel: 'CALL_CENTER' });
  await rig.consent('zoe');
});
afterEach(() => rig.stop());

const record = (...outcomes: object[]) => rig.kairos.outcomes.record(outcomes as never, rig.context());
const count = async (type: string) => (await rig.types()).filter((each) => each === type).length;

describe('outcomes', () => {
  it('a decline whose release failed gives the places back when it is sent again', async () => {
    await rig.publish('rare', { caps: [one('ACCEPTANCE')] });
    const { decisionId } = (await rig.decide('zoe', 'home')).data;
    await record({ decisionId, kind: 'PRESENTED' });
    rig.failNext('CapReleased');
    await expect(record({ decisionId, kind: 'DECLINED' })).rejects.toThrow('refuses');
    expect((await rig.decide('zoe', 'home')).data.cause).toBe('CAP_REACHED');
    expect(await record({ decisionId, kind: 'DECLINED' })).toMatchObject([{ alreadyRecorded: true }]);
    expect((await rig.decide('zoe', 'home')).data.offers).toHaveLength(1);
  });

  it('an impression that was counted but not recorded is recorded once by the retry, and counted once', async () => {
    await rig.publish('rare', { caps: [one('IMPRESSION')] });
    const { decisionId } = (await rig.decide('zoe', 'home')).data;
    rig.failNext('OfferPresented');
    await expect(record({ decisionId, kind: 'PRESENTED' })).rejects.toThrow('refuses');
    await record({ decisionId, kind: 'PRESENTED' });
    expect([await count('CapConfirmed'), await count('OfferPresented')]).toEqual([1, 1]);
  });

  it('an outcome that an earlier one of the same call rules out fills no cap', async () => {
    await rig.publish('rare', { caps: [one('ACCEPTANCE')] });
    const { decisionId } = (await rig.decide('zoe', 'home')).data;
    const [dismissed, accepted] = await record({ decisionId, kind: 'DISMISSED' }, { decisionId, kind: 'ACCEPTED' });
    expect(dismissed).toMatchObject({ alreadyRecorded: false });
    expect(accepted && isRefused(accepted) && accepted.refused).toBe('OUTCOME_CONTRADICTS');
    expect(await count('CapConfirmed')).toBe(0);
    expect((await rig.decide('zoe', 'home')).data.offers).toHaveLength(1);
  });

  it('an offer that was dismissed, and whose release failed, is released when its time is over', async () => {
    await rig.publish('fuel');
    const { decisionId } = (await rig.decide('zoe', 'home')).data;
    rig.failNext('CapReleased');
    await expect(record({ decisionId, kind: 'DISMISSED' })).rejects.toThrow('refuses');
    rig.at = later(rig.at, 3600);
    await rig.kairos.outcomes.expire(rig.context());
    expect([await count('OfferExpired'), await count('CapReleased')]).toEqual([0, 1]);
  });

  it('an acceptance that another process was quicker to dismiss is refused, as it would have been a moment later', async () => {
    await rig.publish('fuel');
    const { decisionId } = (await rig.decide('zoe', 'home')).data;
    const { executor, gate, store } = rig.kairos;
    const process = () => ({ gate, turns: createTurns(), settle: () => {} });
    const others = createOutcomes({ ...process(), executor: createExecutor({ store }) });
    let dismissal: Promise<unknown> | undefined;
    const load: typeof executor.load = async (...asked) => {
      const loaded = await executor.load(...asked);
      dismissal ??= others.record([{ decisionId, kind: 'DISMISSED' }], rig.context());
      await dismissal;
      return loaded;
    };
    const own = createOutcomes({ ...process(), executor: { ...executor, load } });
    const [accepted] = await own.record([{ decisionId, kind: 'ACCEPTED' }], rig.context());
    expect(accepted).toMatchObject({ refused: 'OUTCOME_CONTRADICTS' });
    expect([await count('CapConfirmed'), await count('CapReleased')]).toEqual([0, 1]);
  });

  it('a click that came in the last moment of its credit window has its place, although it is recorded later', async () => {
    const limit = { ...one('IMPRESSION'), counts: 'CLICK', subject: 'TOTAL' } as const;
    await rig.publish('rare', { caps: [limit], creditWindowSeconds: 60 });
    await rig.consent('yan');
    const { decisionId } = (await rig.decide('zoe', 'home')).data;
    await record({ decisionId, kind: 'PRESENTED' });
    const inTime = later(rig.at, 60);
    rig.at = later(rig.at, 61);
    expect((await rig.decide('yan', 'home')).data.cause).toBe('CAP_REACHED');
    rig.at = inTime;
    expect(await record({ decisionId, kind: 'CLICKED' })).toMatchObject([{ kind: 'CLICKED' }]);
    expect(await count('CapConfirmed')).toBe(2);
  });

  it('a place for a click that never came is free when nothing of its credit window can be under way any more', async () => {
    const limit = { ...one('IMPRESSION'), counts: 'CLICK' } as const;
    await rig.publish('rare', { caps: [limit], creditWindowSeconds: 60 });
    const { decisionId } = (await rig.decide('zoe', 'home')).data;
    await record({ decisionId, kind: 'PRESENTED' });
    rig.at = later(rig.at, 96);
    expect((await rig.decide('zoe', 'home')).data.offers).toHaveLength(1);
  });

  it('offers of which the expiry could not be recorded expire at the next look', async () => {
    await rig.publish('fuel');
    for (let index = 0; index < 3; index++) await rig.decide('zoe', 'home');
    rig.at = later(rig.at, 3600);
    rig.failNext('OfferExpired');
    await expect(rig.kairos.outcomes.expire(rig.context())).rejects.toThrow('could not be recorded');
    await rig.kairos.outcomes.expire(rig.context());
    expect([await count('OfferExpired'), await count('CapReleased')]).toEqual([3, 3]);
  });
});

describe('screen pops', () => {
  const start = () =>
    rig.kairos.interactions.start(
      { interactionId: 'call', agentId: 'agent', customerId: 'zoe', placementId: 'desk', attributes: {} },
      rig.context(),
    );
  const offerOn = async (answer: Awaited<ReturnType<typeof start>>) => {
    if (isRefused(answer) || !answer.screenPop) return undefined;
    const { readDecision } = await import('../../src/application/decision-records.ts');
    return (await readDecision(rig.kairos.store, answer.screenPop.decisionId))?.data.offers[0]?.offerId;
  };

  beforeEach(async () => {
    await rig.publish('fuel', {
      value: { amount: 9000, currency: 'USD' },
      suppression: { afterDecline: { seconds: 600, doubling: false }, neverAfter: [] },
    });
    await rig.publish('tires');
  });

  it.each(['InteractionStarted', 'OfferDecided', 'ScreenPopped'])(
    'a start that fails at %s pops when it is sent again',
    async (type) => {
      rig.failNext(type, type === 'InteractionStarted' ? 'AFTER' : 'BEFORE');
      await expect(start()).rejects.toThrow();
      expect(await offerOn(await start())).toBe('fuel');
      expect([await count('InteractionStarted'), await count('OfferDecided'), await count('ScreenPopped')]).toEqual([
        1, 1, 1,
      ]);
    },
  );

  it.each(['OfferDismissed', 'CapReleased', 'OfferDecided', 'ScreenPopped'])(
    'an observation that fails at %s pops when it is sent again',
    async (type) => {
      await start();
      const observe = () => rig.kairos.interactions.observe('call', { reason: 'tires' }, rig.context());
      rig.failNext(type);
      await expect(observe()).rejects.toThrow('refuses');
      const answer = await surely(observe());
      expect(answer.screenPop).toMatchObject({ number: 2, cause: 'CONTEXT_OBSERVED' });
      expect([await count('ContextObserved'), await count('ScreenPopped'), await count('OfferDismissed')]).toEqual([
        1, 2, 1,
      ]);
    },
  );

  it('a pop that failed after its decision does not silence the next one', async () => {
    await rig.place('quiet', { channel: 'CALL_CENTER', coolingWindow: { seconds: 600, scope: 'EVERYTHING' } });
    const call = { interactionId: 'call-2', agentId: 'agent', customerId: 'zoe', placementId: 'quiet', attributes: {} };
    rig.failNext('ScreenPopped');
    await expect(rig.kairos.interactions.start(call, rig.context())).rejects.toThrow('refuses');
    const observed = await rig.kairos.interactions.observe('call-2', { reason: 'tires' }, rig.context());
    expect(await offerOn(observed)).toBe('fuel');
  });

  it('a decline that fails before the next pop brings it when it is sent again, once', async () => {
    const { screenPop } = await surely(start());
    const response = {
      interactionId: 'call',
      decisionId: screenPop?.decisionId ?? '',
      offerId: 'fuel',
      kind: 'DECLINED' as const,
    };
    rig.failNext('ScreenPopped');
    await expect(rig.kairos.interactions.respond(response, rig.context())).rejects.toThrow('refuses');
    expect(await offerOn(await rig.kairos.interactions.respond(response, rig.context()))).toBe('tires');
    // Said once more, the answer is what is on the screen.
    expect(await offerOn(await rig.kairos.interactions.respond(response, rig.context()))).toBe('tires');
    expect([await count('OfferDeclined'), await count('ScreenPopped')]).toEqual([1, 2]);
  });

  it('an end that fails before the offer was given back gives it back when it is sent again', async () => {
    await start();
    rig.failNext('OfferDismissed');
    const end = () => rig.kairos.interactions.end('call', '', rig.context());
    await expect(end()).rejects.toThrow('refuses');
    await end();
    expect([await count('InteractionEnded'), await count('OfferDismissed')]).toEqual([1, 1]);
  });
});
