// An answer that is given again obeys what has become of the placement, the offer and the consents since.
import { expect, test } from 'vitest';
import { mayStillBeShown } from '../../src/decisioning/may-still-be-shown.ts';
import { type Differences, situation } from './situation.ts';

const none = {
  name: 'none',
  counts: 'IMPRESSION',
  scope: { kind: 'OFFER' },
  subject: 'CUSTOMER',
  limit: 0,
  window: { kind: 'LIFETIME' },
} as const;

test.each<[string, Differences, boolean]>([
  ['nothing speaks against it', { offers: { gas: {} } }, true],
  ['the placement was retired', { placement: { retired: true }, offers: { gas: {} } }, false],
  ['it has nothing to show on the channel any more', { placement: { channel: 'EMAIL' }, offers: { gas: {} } }, false],
  ['it was paused', { offers: { gas: { state: 'PAUSED' } } }, false],
  ['it has ended', { offers: { gas: { endAt: '2026-11-21T18:00:00.000Z' } } }, false],
  ['its start was moved', { offers: { gas: { startAt: '2026-12-01T00:00:00.000Z' } } }, false],
  ['its rollout was taken back', { offers: { gas: { rolloutShare: 0 } } }, false],
  ['the consent is gone', { customer: { consents: [] }, offers: { gas: {} } }, false],
  ['it needs another consent', { offers: { gas: { purposes: ['marketing', 'service'] } } }, false],
  ['it was retired', { offers: { milk: {} } }, false],
  ['it is for others now', { offers: { gas: { audiences: ['vip'], propensity: 0 } } }, true],
  ['its cap admits nobody now', { offers: { gas: { caps: [none] } } }, true],
  ['the hours are quiet now', { placement: { quietHours: { from: '17:00', to: '19:00' } }, offers: { gas: {} } }, true],
])('when %s', (_, given, expected) => {
  const { catalogue, request, facts } = situation(given);
  expect(mayStillBeShown(catalogue, request, facts, 'gas')).toBe(expected);
});

test('it is not shown in a placement that does not exist', () => {
  const { catalogue, request, facts } = situation({ offers: { gas: {} } });
  expect(mayStillBeShown(catalogue, { ...request, placementId: 'nowhere' }, facts, 'gas')).toBe(false);
});
