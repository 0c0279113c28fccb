import { expect, test } from 'vitest';
import { compare, workloadOf } from '../../bench/decide/comparison.ts';
import { createDraw } from '../../bench/decide/draw.ts';
import { celLibrary } from '../../bench/decide/engines/cel-library.ts';
import { handWritten } from '../../bench/decide/engines/hand-written.ts';
import { kairos } from '../../bench/decide/engines/kairos.ts';
import { vocabulary } from '../../bench/decide/people.ts';
import { quick } from '../../bench/interleaved.ts';
import { catalogueEvents } from '../../bench/log/catalogue-events.ts';
import { customerEvents } from '../../bench/log/customer-events.ts';
import { recordedEvents } from '../../bench/log/written-log.ts';
import { noPeers } from '../../bench/peers.ts';
import { capEvent } from '../../src/aggregates/cap/events.ts';
import { consentEvent } from '../../src/aggregates/consent/events.ts';
import { decisionEvent } from '../../src/aggregates/decision/events.ts';
import { offerEvent } from '../../src/aggregates/offer/events.ts';
import { placementEvent } from '../../src/aggregates/placement/events.ts';
import { profileEvent } from '../../src/aggregates/profile/events.ts';
import { signalEvent } from '../../src/aggregates/signal/events.ts';
import { createLanguage } from '../../src/decisioning/language.ts';
import { categoryOf } from '../../src/event-store/stream-names.ts';

test('the offers are the same in every run, and a smaller catalogue is the beginning of a larger one', async () => {
  const small = await workloadOf(20, 'USUAL');
  const large = await workloadOf(200, 'USUAL');
  expect(large.offers.slice(0, 20)).toEqual(small.offers);
});

test('conditions are well typed, and leave as many offers as was asked for', async () => {
  const language = createLanguage(vocabulary);
  const usual = await workloadOf(500, 'USUAL');
  const all = await workloadOf(100, 'EVERYTHING');
  for (const { published } of [...usual.offers, ...all.offers]) {
    for (const { expression } of published.terms.eligibility)
      expect(language.checkCondition(expression)).toBeUndefined();
  }
  expect(usual.share).toBeGreaterThan(0.02);
  expect(usual.share).toBeLessThan(0.05);
  expect(all.share).toBe(1);
  expect((await workloadOf(100, 20)).share).toBe(0.2);
});

test('Kairos, the CEL library and hand-written functions find the same customers eligible', async () => {
  const workload = await workloadOf(60, 'USUAL');
  const timings = await compare(workload, [kairos, celLibrary, handWritten], quick, noPeers);
  expect([...timings.keys()]).toEqual([kairos.name, celLibrary.name, handWritten.name]);
});

test('an engine that finds others eligible is not timed', async () => {
  const wrong = {
    name: 'wrong',
    create: async () => ({ eligible: () => [] }),
  };
  await expect(compare(await workloadOf(200, 'EVERYTHING'), [wrong], quick, noPeers)).rejects.toThrow(
    'wrong finds 0 offers for customer-0, right are 200',
  );
});

test('the log of the benches has only events that the engine itself would record', async () => {
  const shapes = {
    offer: offerEvent,
    placement: placementEvent,
    profile: profileEvent,
    consent: consentEvent,
    signal: signalEvent,
    cap: capEvent,
    decision: decisionEvent,
  };
  const { offers } = await workloadOf(10, 'USUAL');
  const at = '2026-11-21T12:00:00.000Z';
  const happenings = [...catalogueEvents(offers, at), ...customerEvents(createDraw('log'), 30, offers, at)];
  const seen = new Set<string>();
  for (const { stream, type, data } of recordedEvents(happenings)) {
    const category = categoryOf(stream) as keyof typeof shapes;
    seen.add(category);
    expect(shapes[category].safeParse({ type, data }).error).toBeUndefined();
  }
  expect([...seen].sort()).toEqual(Object.keys(shapes).sort());
});
