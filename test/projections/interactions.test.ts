import { describe, expect, test } from 'vitest';
import { interactions } from '../../projections/interactions.ts';
import { folded, positionAt, recorded, type Told } from './recorded-events.ts';

function entryFrom(...told: Omit<Told, 'stream'>[]) {
  const events = told.map((event) => ({
    ...event,
    stream: 'interaction-i1',
    data: { interactionId: 'i1', ...event.data },
  }));
  return folded(interactions, 'i1', recorded(events));
}

const started = {
  type: 'InteractionStarted',
  at: '2026-11-21T12:00:00.000Z',
  data: { agentId: 'a1', customerId: 'c1', placementId: 'desk', context: { topic: 'bill', mood: 'calm' } },
};
const popped = (number: number) => ({
  type: 'ScreenPopped',
  data: { agentId: 'a1', customerId: 'c1', number, decisionId: `d${number}`, cause: 'STARTED' },
});

describe('the read model of interactions', () => {
  test('it knows who talks with whom, where and since when', () => {
    expect(entryFrom(started)).toEqual({
      interactionId: 'i1',
      agentId: 'a1',
      customerId: 'c1',
      placementId: 'desk',
      context: { topic: 'bill', mood: 'calm' },
      startedAt: '2026-11-21T12:00:00.000Z',
      ended: false,
      pops: [],
    });
  });

  test('what is observed later replaces what was observed of the same name', () => {
    const observed = { type: 'ContextObserved', data: { context: { mood: 'angry', minutes: 3 } } };
    expect(entryFrom(started, observed).context).toEqual({ topic: 'bill', mood: 'angry', minutes: 3 });
    expect(started.data.context).toEqual({ topic: 'bill', mood: 'calm' });
  });

  test('the newest 20 pops are kept with their positions', () => {
    const entry = entryFrom(started, ...Array.from({ length: 25 }, (_, index) => popped(index + 1)));
    expect(entry.pops.map(({ number }) => number)).toEqual(Array.from({ length: 20 }, (_, index) => index + 6));
    expect(entry.pops.at(-1)).toMatchObject({ decisionId: 'd25', cause: 'STARTED', position: positionAt(26) });
  });

  test('it ends', () => {
    const ended = { type: 'InteractionEnded', at: '2026-11-21T12:05:00.000Z', data: { agentId: 'a1', summary: '' } };
    expect(entryFrom(started, ended)).toMatchObject({ ended: true, endedAt: '2026-11-21T12:05:00.000Z' });
  });
});
