// What is recorded of a call: its context as it grows, its screen pops by number, its end.
import { describe, expect, test } from 'vitest';
import { type InteractionCommand, interactionDecider } from '../../src/aggregates/interaction/decider.ts';
import { type InteractionEvent, interactionEvent } from '../../src/aggregates/interaction/events.ts';
import { scenario, stateAfter } from './scenario.ts';

const interaction = scenario(interactionDecider, interactionEvent);
const who = { interactionId: 'i1', agentId: 'a7', customerId: 'c42', placementId: 'desk' };
const context = { intent: 'complaint', basket: { total: 12, lines: ['x'] } };
const start: InteractionCommand = { type: 'StartInteraction', ...who, context };
const started: InteractionEvent = { type: 'InteractionStarted', data: { ...who, context } };
const observe = (news: Record<string, unknown>): InteractionCommand => {
  return { type: 'ObserveContext', interactionId: 'i1', context: news };
};
const observed = (news: Record<string, unknown>): InteractionEvent => {
  return { type: 'ContextObserved', data: { interactionId: 'i1', context: news } };
};
const pop = (decisionId: string): InteractionCommand => ({ type: 'PopScreen', decisionId, cause: 'STARTED' });
const popped = (number: number, decisionId: string): InteractionEvent => ({
  type: 'ScreenPopped',
  data: { interactionId: 'i1', agentId: 'a7', customerId: 'c42', number, decisionId, cause: 'STARTED' },
});
const end: InteractionCommand = { type: 'EndInteraction', interactionId: 'i1', summary: 'solved' };
const ended: InteractionEvent = {
  type: 'InteractionEnded',
  data: { interactionId: 'i1', agentId: 'a7', summary: 'solved' },
};

describe('starting', () => {
  test('an interaction starts with an agent, a customer, a placement and a context', () =>
    interaction.when(start).thenRecorded(started));
  test('the same start again is already so, whatever was observed meanwhile', () =>
    interaction
      .given(started, observed({ intent: 'cancel' }))
      .when(start)
      .thenNothing());
  test.each([{ agentId: 'a8' }, { customerId: 'c43' }, { placementId: 'chat' }])(
    'it cannot start again with %o',
    (other) =>
      interaction
        .given(started)
        .when({ ...start, ...other } as InteractionCommand)
        .thenRefused('INTERACTION_EXISTS', { field: 'interactionId' }),
  );
  test('an interaction that has ended does not start again', () =>
    interaction.given(started, ended).when(start).thenRefused('INTERACTION_ENDED'));
  test.each(['interactionId', 'agentId', 'customerId', 'placementId'])('a malformed %s is refused', (field) =>
    interaction
      .when({ ...start, [field]: 'mary@example.org' } as InteractionCommand)
      .thenRefused('INTERACTION_INVALID', { field }),
  );
});

describe('observing', () => {
  test('only what differs is recorded', () =>
    interaction
      .given(started)
      .when(observe({ intent: 'cancel', basket: { lines: ['x'], total: 12 } }))
      .thenRecorded(observed({ intent: 'cancel' })));
  test('nothing different is already so', () => {
    interaction
      .given(started)
      .when(observe({ intent: 'complaint' }))
      .thenNothing();
    interaction.given(started).when(observe({})).thenNothing();
    interaction
      .given(started, observed({ intent: 'cancel' }))
      .when(observe({ intent: 'cancel' }))
      .thenNothing();
  });
  test('a name that every object knows is a name like any other', () =>
    interaction
      .given(started)
      .when(observe({ constructor: 'x' }))
      .thenRecorded(observed({ constructor: 'x' })));
  test('an interaction that is unknown or over observes nothing', () => {
    interaction.when(observe({ intent: 'x' })).thenRefused('INTERACTION_UNKNOWN', { field: 'interactionId' });
    interaction
      .given(started, ended)
      .when(observe({ intent: 'x' }))
      .thenRefused('INTERACTION_ENDED');
  });
});

describe('popping', () => {
  test('pops are numbered from 1', () => {
    interaction.given(started).when(pop('d1')).thenRecorded(popped(1, 'd1'));
    interaction.given(started, popped(1, 'd1')).when(pop('d2')).thenRecorded(popped(2, 'd2'));
  });
  test('the decision that is on the screen is not popped again', () => {
    interaction.given(started, popped(1, 'd1')).when(pop('d1')).thenNothing();
    interaction.given(started, popped(1, 'd1'), ended).when(pop('d1')).thenNothing();
  });
  test('an interaction that is unknown or over pops nothing', () => {
    interaction.when(pop('d1')).thenRefused('INTERACTION_UNKNOWN');
    interaction.given(started, ended).when(pop('d1')).thenRefused('INTERACTION_ENDED');
  });
});

describe('ending', () => {
  test('an interaction ends once', () => {
    interaction.given(started).when(end).thenRecorded(ended);
    interaction.given(started, ended).when(end).thenNothing();
    interaction.when(end).thenRefused('INTERACTION_UNKNOWN');
  });
  test('a summary that is too long is refused', () =>
    interaction
      .given(started)
      .when({ ...end, summary: 'x'.repeat(1001) } as InteractionCommand)
      .thenRefused('INTERACTION_INVALID', { field: 'summary' }));
});

test('the state has what the next decision is made from', () => {
  const state = stateAfter(interactionDecider, [started, observed({ intent: 'cancel' }), popped(1, 'd1'), ended]);
  expect(state).toEqual({
    ...who,
    context: { ...context, intent: 'cancel' },
    lastDecisionId: 'd1',
    lastNumber: 1,
    ended: true,
  });
});
