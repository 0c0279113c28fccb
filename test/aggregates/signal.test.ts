// Which signals are recorded, and that each is recorded once.
import { describe, expect, test } from 'vitest';
import { problemOf, type SignalCommand, signalDecider } from '../../src/aggregates/signal/decider.ts';
import { type Signal, type SignalEvent, signalEvent } from '../../src/aggregates/signal/events.ts';
import { scenario } from './scenario.ts';

const signals = scenario(signalDecider, signalEvent);
const at = '2026-11-21T18:00:00.000Z';

const view = (signalId: string, observedAt = at): Signal => ({
  signalId,
  kind: 'VIEW',
  observedAt,
  sku: 'sku-1',
  category: 'fuel',
});
const observed = (signal: Signal): SignalEvent => ({ type: 'SignalObserved', data: { customerId: 'c42', ...signal } });
const record = (...list: unknown[]): SignalCommand => {
  return { type: 'RecordSignals', customerId: 'c42', signals: list as Signal[], at };
};

describe('recording', () => {
  test('each new signal is recorded, in the order it came', () =>
    signals.when(record(view('s2'), view('s1'))).thenRecorded(observed(view('s2')), observed(view('s1'))));
  test('a signal that was recorded is skipped', () =>
    signals
      .given(observed(view('s1')))
      .when(record(view('s1'), view('s2')))
      .thenRecorded(observed(view('s2'))));
  test('a signal twice in one command is recorded once, as it came first', () =>
    signals.when(record(view('s1'), { ...view('s1'), sku: 'sku-2' })).thenRecorded(observed(view('s1'))));
  test('signals that are all recorded are already so', () =>
    signals
      .given(observed(view('s1')))
      .when(record(view('s1')))
      .thenNothing());
  test('no signals are already so', () => signals.when(record()).thenNothing());
  test('every field is kept', () => {
    const purchase: Signal = { ...view('s1'), kind: 'PURCHASE', quantity: 2, amount: 1999 };
    signals.when(record(purchase)).thenRecorded(observed(purchase));
  });
  test('a customer id that is not opaque is refused and not repeated', () =>
    signals
      .when({ type: 'RecordSignals', customerId: 'ann@example.org', signals: [view('s1')], at })
      .thenRefused('CUSTOMER_ID_INVALID', { field: 'customerId', rule: /^(?!.*example)/ }));
});

describe('time', () => {
  test('five minutes ahead are the clocks of senders', () => {
    const ahead = view('s1', '2026-11-21T18:05:00.000Z');
    signals.when(record(ahead)).thenRecorded(observed(ahead));
  });
  test('more than five minutes ahead is the future', () =>
    signals
      .when(record(view('s1'), view('s2', '2026-11-21T18:05:00.001Z')))
      .thenRefused('SIGNAL_IN_FUTURE', { field: 'signals.1.observedAt', rule: '18:05:00.001Z' }));
  test('400 days ago is recorded', () => {
    const old = view('s1', '2025-10-17T18:00:00.000Z');
    signals.when(record(old)).thenRecorded(observed(old));
  });
  test('more than 400 days ago is too old', () =>
    signals
      .when(record(view('s1', '2025-10-17T17:59:59.999Z')))
      .thenRefused('SIGNAL_TOO_OLD', { field: 'signals.0.observedAt', rule: '17:59:59.999Z' }));
  test('a signal of another day than the stream is refused', () =>
    signals
      .given(observed(view('s1')))
      .when(record(view('s2', '2026-11-20T23:59:59.999Z')))
      .thenRefused('SIGNAL_DAY_MISMATCH', { field: 'signals.0.observedAt', rule: '20261121' }));
  test('signals of two days in one command are refused', () =>
    signals
      .when(record(view('s1'), view('s2', '2026-11-20T23:59:59.999Z')))
      .thenRefused('SIGNAL_DAY_MISMATCH', { field: 'signals.1.observedAt' }));
});

describe('form', () => {
  const wrong: readonly [field: string, signal: unknown][] = [
    ['kind', { ...view('s1'), kind: 'SNEEZE' }],
    ['signalId', { ...view('s1'), signalId: 'a b' }],
    ['observedAt', { ...view('s1'), observedAt: '2026-11-21' }],
    ['observedAt', { ...view('s1'), observedAt: '2026-11-31T00:00:00.000Z' }],
    ['quantity', { ...view('s1'), quantity: -1 }],
    ['amount', { ...view('s1'), amount: 1.5 }],
    ['colour', { ...view('s1'), colour: 'red' }],
  ];
  test.each(wrong)('a wrong %s is refused at its path', (field, signal) =>
    signals.when(record(view('s0'), signal)).thenRefused('SIGNAL_INVALID', { field: `signals.1.${field}` }),
  );
  test.each([null, 'VIEW', 7, []])('%j is no signal', (signal) =>
    signals.when(record(signal)).thenRefused('SIGNAL_INVALID', { field: 'signals.0' }),
  );
});

describe('one by one', () => {
  test('a good signal has no problem', () => expect(problemOf(view('s1'), at)).toBeUndefined());
  test('a problem is told with the field of the signal', () => {
    expect(problemOf({ ...view('s1'), quantity: -1 }, at)).toMatchObject({
      refused: 'SIGNAL_INVALID',
      field: 'quantity',
    });
    expect(problemOf(view('s1', '2026-11-22T18:00:00.000Z'), at)).toMatchObject({
      refused: 'SIGNAL_IN_FUTURE',
      field: 'observedAt',
    });
    expect(problemOf(view('s1', '2024-11-21T18:00:00.000Z'), at)).toMatchObject({
      refused: 'SIGNAL_TOO_OLD',
      field: 'observedAt',
    });
    expect(problemOf(undefined, at)).toMatchObject({ refused: 'SIGNAL_INVALID', field: 'signal' });
  });
});
