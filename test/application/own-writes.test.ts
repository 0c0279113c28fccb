// What goes on in a customer's turn sees what the turn has written, however far behind the read models are.
import { expect, onTestFinished, test } from 'vitest';
import { createRig, type Rig, surely } from './rig.ts';

async function lagging(): Promise<Rig> {
  const rig = await createRig({ lagMs: 30 });
  onTestFinished(() => rig.stop());
  const never = { neverAfter: [{ offerId: 'fuel', outcome: 'PRESENTED' as const }] };
  const afterDecline = { seconds: 3600, doubling: false };
  await rig.publish('fuel', { propensity: 0.9, suppression: { neverAfter: [], afterDecline } });
  await rig.publish('tires', { propensity: 0.5 });
  await rig.publish('wash', { propensity: 0.7, suppression: never });
  await rig.place('desk', { channel: 'CALL_CENTER' });
  await rig.consent('c1');
  await rig.kairos.following.waitFor(await rig.kairos.store.head(), 5000);
  return rig;
}

test('an offer that was declined is not what the agent is given next', async () => {
  const { kairos, context } = await lagging();
  const call = { interactionId: 'i1', agentId: 'a1', customerId: 'c1', placementId: 'desk', attributes: {} };
  const { screenPop } = await surely(kairos.interactions.start(call, context()));
  const decisionId = screenPop?.decisionId ?? '';
  const presented = { decisionId, kind: 'PRESENTED' as const };
  await kairos.outcomes.record([presented], context());
  const response = { interactionId: 'i1', decisionId, offerId: 'fuel', kind: 'DECLINED' as const, reason: 'electric' };
  const responded = await surely(kairos.interactions.respond(response, context()));
  const next = await kairos.store.readStream('decision-c1_202611');
  const decided = next.find(
    ({ data }) => 'offers' in data && 'decisionId' in data && data.decisionId === responded.screenPop?.decisionId,
  );
  // Neither the one that was declined, nor the one that never follows it.
  expect(decided?.data).toMatchObject({ offers: [{ offerId: 'tires' }] });
});
