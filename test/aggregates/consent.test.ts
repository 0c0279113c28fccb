// What counts as a grant and a withdrawal, and what proof is kept.
import { describe, test } from 'vitest';
import { createConsentDecider, type GrantConsent, type WithdrawConsent } from '../../src/aggregates/consent/decider.ts';
import { type ConsentEvent, consentEvent } from '../../src/aggregates/consent/events.ts';
import type { Channel } from '../../src/aggregates/values.ts';
import { scenario } from './scenario.ts';

const consent = scenario(createConsentDecider({ purposes: ['marketing', 'service'] }), consentEvent);
const at = '2026-11-21T18:00:00.000Z';
const proof = { customerId: 'c42', purpose: 'marketing', evidence: 'form-7' };

type Granted = Extract<ConsentEvent, { type: 'ConsentGranted' }>['data'];
const granted = (channel: Channel, changes: Partial<Granted> = {}): ConsentEvent => {
  return { type: 'ConsentGranted', data: { ...proof, channel, policyVersion: 'p1', ...changes } };
};
const withdrawn = (channel: Channel): ConsentEvent => ({ type: 'ConsentWithdrawn', data: { ...proof, channel } });
const grant = (changes: Partial<GrantConsent> = {}): GrantConsent => {
  return { type: 'GrantConsent', ...proof, channels: ['WEB'], policyVersion: 'p1', at, ...changes };
};
const withdraw = (changes: Partial<WithdrawConsent> = {}): WithdrawConsent => {
  return { type: 'WithdrawConsent', ...proof, channels: ['WEB'], at, ...changes };
};

describe('granting', () => {
  test('each channel is granted on its own, once', () =>
    consent.when(grant({ channels: ['WEB', 'SMS', 'WEB'] })).thenRecorded(granted('WEB'), granted('SMS')));
  test('jurisdiction and expiry are kept', () => {
    const more = { jurisdiction: 'EU', expiresAt: '2027-11-21T18:00:00.000Z' };
    consent.when(grant(more)).thenRecorded(granted('WEB', more));
  });
  test('the same grant again is already so', () => consent.given(granted('WEB')).when(grant()).thenNothing());
  test('only the channels that were not granted are recorded', () =>
    consent
      .given(granted('WEB'))
      .when(grant({ channels: ['WEB', 'APP'] }))
      .thenRecorded(granted('APP')));
  test.each<[string, Partial<Granted>]>([
    ['policy version', { policyVersion: 'p2' }],
    ['expiry', { expiresAt: '2027-11-21T18:00:00.000Z' }],
    ['evidence', { evidence: 'form-8' }],
    ['jurisdiction', { jurisdiction: 'EU' }],
  ])('another %s is another grant', (_, changes) =>
    consent.given(granted('WEB')).when(grant(changes)).thenRecorded(granted('WEB', changes)),
  );
  test('the latest grant is the one that counts as already so', () => {
    const history = [granted('WEB'), granted('WEB', { policyVersion: 'p2' })];
    consent
      .given(...history)
      .when(grant({ policyVersion: 'p2' }))
      .thenNothing();
    consent
      .given(...history)
      .when(grant())
      .thenRecorded(granted('WEB'));
  });
  test('what was withdrawn is granted again', () =>
    consent.given(granted('WEB'), withdrawn('WEB')).when(grant()).thenRecorded(granted('WEB')));
  test('a purpose that the deployment does not know is refused', () =>
    consent.when(grant({ purpose: 'resale' })).thenRefused('PURPOSE_UNKNOWN', { field: 'purpose', rule: '"resale"' }));
  test.each(['2026-11-21T18:00:00.000Z', '2026-11-21T17:59:59.999Z'])(
    'a grant that expires at %s is refused',
    (expiresAt) =>
      consent.when(grant({ expiresAt })).thenRefused('CONSENT_EXPIRED', { field: 'expiresAt', rule: expiresAt }),
  );
  test('a grant that expires a moment later is recorded', () => {
    const expiresAt = '2026-11-21T18:00:00.001Z';
    consent.when(grant({ expiresAt })).thenRecorded(granted('WEB', { expiresAt }));
  });
  test('no channel is refused', () =>
    consent.when(grant({ channels: [] })).thenRefused('CONSENT_CHANNELS_EMPTY', { field: 'channels' }));
  test.each<[string, Partial<GrantConsent>]>([
    ['channels.1', { channels: ['WEB', 'FAX' as Channel] }],
    ['evidence', { evidence: '' }],
    ['evidence', { evidence: 'x'.repeat(501) }],
    ['policyVersion', { policyVersion: '' }],
    ['evidence', { evidence: ' ' }],
    ['policyVersion', { policyVersion: ' \n' }],
    ['jurisdiction', { jurisdiction: 'x'.repeat(21) }],
    ['expiresAt', { expiresAt: 'next year' }],
    ['expiresAt', { expiresAt: '2027-02-30T00:00:00.000Z' }],
    ['customerId', { customerId: 'ann@example.org' }],
  ])('a wrong %s is refused at its path', (field, changes) =>
    consent.when(grant(changes)).thenRefused('CONSENT_INVALID', { field, rule: new RegExp(`^(?!.*example)${field}`) }),
  );
});

describe('withdrawing', () => {
  test('what is granted is withdrawn, channel by channel, each once', () =>
    consent
      .given(granted('WEB'), granted('SMS'))
      .when(withdraw({ channels: ['SMS', 'WEB', 'SMS'] }))
      .thenRecorded(withdrawn('SMS'), withdrawn('WEB')));
  test('an objection to what was never granted is recorded: it is proof', () => {
    consent.when(withdraw()).thenRecorded(withdrawn('WEB'));
    consent
      .given(granted('WEB'))
      .when(withdraw({ channels: ['APP'] }))
      .thenRecorded(withdrawn('APP'));
  });
  test('what is withdrawn already is already so, until it is granted again', () => {
    consent.given(granted('WEB'), withdrawn('WEB')).when(withdraw()).thenNothing();
    consent.given(withdrawn('WEB')).when(withdraw()).thenNothing();
    consent.given(withdrawn('WEB'), granted('WEB')).when(withdraw()).thenRecorded(withdrawn('WEB'));
  });
  test('what has expired is still withdrawn: history is proof', () => {
    const expired = granted('WEB', { expiresAt: '2026-11-01T00:00:00.000Z' });
    consent.given(expired).when(withdraw()).thenRecorded(withdrawn('WEB'));
  });
  test('a misspelt purpose is refused rather than taken for done', () =>
    consent
      .given(granted('WEB'))
      .when(withdraw({ purpose: 'marketting' }))
      .thenRefused('PURPOSE_UNKNOWN', { field: 'purpose' }));
  test('a purpose that the deployment has given up is still withdrawn', () => {
    const old = granted('WEB', { purpose: 'profiling' });
    const gone: ConsentEvent = { type: 'ConsentWithdrawn', data: { ...proof, purpose: 'profiling', channel: 'WEB' } };
    consent
      .given(old)
      .when(withdraw({ purpose: 'profiling' }))
      .thenRecorded(gone);
    consent
      .given(old, gone)
      .when(withdraw({ purpose: 'profiling' }))
      .thenNothing();
  });
  test('no channel is refused', () =>
    consent.when(withdraw({ channels: [] })).thenRefused('CONSENT_CHANNELS_EMPTY', { field: 'channels' }));
  test.each<[string, Partial<WithdrawConsent>]>([
    ['channels.0', { channels: ['FAX' as Channel] }],
    ['evidence', { evidence: '' }],
  ])('a wrong %s is refused at its path', (field, changes) =>
    consent.given(granted('WEB')).when(withdraw(changes)).thenRefused('CONSENT_INVALID', { field }),
  );
});
