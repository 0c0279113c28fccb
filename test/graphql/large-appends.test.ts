// What is more than the log takes at once is refused clearly, and nothing of it is recorded.
import { expect, it, onTestFinished } from 'vitest';
import { readEventStoreUrl } from '../../src/event-store/event-store-url.ts';
import { startEventStoreDbDouble } from '../event-store/eventstoredb-double.ts';
import { startKairos } from '../running-kairos.ts';

const record = `mutation ($signals: [SignalInput!]!) {
  recordSignals(signals: $signals) { results { __typename } }
}`;

it('a call of which the log cannot take everything at once says so; a smaller one is recorded', async () => {
  const double = await startEventStoreDbDouble({ maxAppendSize: 100_000 });
  onTestFinished(() => double.close());
  const failures: unknown[] = [];
  const eventStore = { url: readEventStoreUrl(double.url), timeoutMs: 3000 };
  const kairos = await startKairos(failures, { eventStore });
  onTestFinished(() => kairos.stop());
  await kairos.data('mutation { registerCustomer(customerId: "carl") { __typename } }');
  const before = double.events().length;
  const signals = Array.from({ length: 1000 }, (_, number) => ({
    signalId: `s${number}`,
    customerId: 'carl',
    kind: 'VIEW',
    observedAt: kairos.at,
  }));
  const refused = await kairos.ask(record, { signals });
  expect(refused.errors).toEqual([
    expect.objectContaining({
      message: expect.stringContaining('nothing of it was recorded'),
      extensions: expect.objectContaining({ code: 'PAYLOAD_TOO_LARGE' }),
    }),
  ]);
  expect(double.events().length).toBe(before);
  const { recordSignals } = await kairos.data(record, { signals: signals.slice(0, 100) });
  expect(recordSignals.results).toHaveLength(100);
  expect(double.events().length).toBe(before + 100);
  expect(failures).toEqual([]);
});
