import { describe, expect, test } from 'vitest';
import { consents } from '../../projections/consents.ts';
import { folded, recorded, type Told } from './recorded-events.ts';

function entryFrom(...told: Omit<Told, 'stream'>[]) {
  const events = told.map((event) => ({
    ...event,
    stream: 'consent-c1',
    actor: 'agent7',
    data: { customerId: 'c1', purpose: 'marketing', channel: 'WEB', evidence: 'form 3', ...event.data },
  }));
  return folded(consents, 'c1', recorded(events));
}

const granted = (at: string, more: object = {}) => ({
  type: 'ConsentGranted',
  at,
  data: { policyVersion: '2026-1', ...more },
});
const withdrawn = (at: string) => ({ type: 'ConsentWithdrawn', at, data: { evidence: 'call 9' } });

const january = '2026-01-01T00:00:00.000Z';
const february = '2026-02-01T00:00:00.000Z';

describe('the read model of consents', () => {
  test('a grant is kept with its evidence, policy, jurisdiction, expiry and who told us', () => {
    const entry = entryFrom(granted(january, { jurisdiction: 'AT', expiresAt: february }));
    expect(entry.current).toEqual([
      {
        purpose: 'marketing',
        channel: 'WEB',
        state: 'GRANTED',
        at: january,
        by: 'agent7',
        evidence: 'form 3',
        policyVersion: '2026-1',
        jurisdiction: 'AT',
        expiresAt: february,
      },
    ]);
  });

  test('the last word counts, and nothing of a grant survives its withdrawal', () => {
    const entry = entryFrom(granted(january, { expiresAt: february }), withdrawn(february));
    expect(entry.current).toEqual([
      { purpose: 'marketing', channel: 'WEB', state: 'WITHDRAWN', at: february, by: 'agent7', evidence: 'call 9' },
    ]);
    expect(entryFrom(withdrawn(january), granted(february)).current[0]?.state).toBe('GRANTED');
  });

  test('each purpose and channel stands for itself', () => {
    const entry = entryFrom(
      granted(january),
      granted(january, { channel: 'SMS' }),
      granted(january, { purpose: 'service' }),
    );
    expect(entry.current).toHaveLength(3);
  });

  test('the history is every event in order, however many', () => {
    const told = Array.from({ length: 300 }, (_, index) => (index % 2 ? withdrawn(february) : granted(january)));
    const entry = entryFrom(...told);
    expect(entry.current).toHaveLength(1);
    expect(entry.history.map(({ state }) => state)).toEqual(
      told.map(({ type }) => (type === 'ConsentGranted' ? 'GRANTED' : 'WITHDRAWN')),
    );
  });
});
