// Consent through the API: nothing is assumed, and a withdrawal holds from the very next call that carries its position.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { askDecision, definePlacement, publishOffer, registerCustomer } from '../catalogue-of-tests.ts';
import { later, type RunningKairos, startKairos } from '../running-kairos.ts';

let kairos: RunningKairos;

beforeAll(async () => {
  kairos = await startKairos();
  await definePlacement(kairos, 'home');
  await publishOffer(kairos, 'fuel');
});
afterAll(() => kairos.stop());

async function decide(customerId: string, position?: string) {
  const { nextBestOffer } = await kairos.data(askDecision, { placement: 'home', context: { customerId, position } });
  return nextBestOffer;
}

async function consent(mutation: 'grantConsent' | 'withdrawConsent', input: object): Promise<string> {
  const type = mutation === 'grantConsent' ? 'GrantConsentInput' : 'WithdrawConsentInput';
  const document = `mutation ($input: ${type}!) { ${mutation}(input: $input) {
    ... on CustomerRecorded { position } ... on KairosRefused { reason rule } } }`;
  const { [mutation]: answer } = await kairos.data(document, {
    input: { purpose: 'marketing', channels: ['WEB'], evidence: 'e', ...input },
  });
  expect(answer.reason).toBeUndefined();
  return answer.position;
}

it('before any grant no purpose is used', async () => {
  expect(await decide('stranger')).toMatchObject({
    offers: [],
    cause: 'CONSENT_MISSING',
    rejections: [{ reason: 'CONSENT_MISSING', count: 1 }],
  });
});

it('a grant for another channel or another purpose is none', async () => {
  await consent('grantConsent', { customerId: 'partial', channels: ['EMAIL'], policyVersion: '1' });
  await consent('grantConsent', { customerId: 'partial', purpose: 'service', policyVersion: '1' });
  expect(await decide('partial')).toMatchObject({ offers: [], cause: 'CONSENT_MISSING' });
});

it('a withdrawal is effective in the very next call that carries its position, a hundred times over', async () => {
  await registerCustomer(kairos, 'fickle');
  for (let round = 0; round < 100; round++) {
    const granted = await consent('grantConsent', { customerId: 'fickle', policyVersion: `v${round}` });
    expect(await decide('fickle', granted)).toMatchObject({ stale: false, offers: [{ offer: { id: 'fuel' } }] });
    const withdrawn = await consent('withdrawConsent', { customerId: 'fickle' });
    expect(await decide('fickle', withdrawn)).toMatchObject({ stale: false, offers: [], cause: 'CONSENT_WITHDRAWN' });
  }
});

it('a consent that has expired is no consent', async () => {
  const expiresAt = later(kairos.at, 60);
  await consent('grantConsent', { customerId: 'brief', policyVersion: '1', expiresAt });
  expect((await decide('brief')).offers).toHaveLength(1);
  const now = kairos.at;
  kairos.at = expiresAt;
  expect(await decide('brief')).toMatchObject({ offers: [], cause: 'CONSENT_EXPIRED' });
  kairos.at = now;
});

it('the history proves every grant and withdrawal, with its evidence', async () => {
  await consent('grantConsent', { customerId: 'proof', policyVersion: '7', evidence: 'form-1', jurisdiction: 'US-NY' });
  const position = await consent('withdrawConsent', { customerId: 'proof', evidence: 'call-2' });
  const { customer } = await kairos.data(
    `query ($position: String) { customer(id: "proof", position: $position) {
      consents { purpose channel state evidence } consentHistory { event at evidence policyVersion jurisdiction } } }`,
    { position },
  );
  expect(customer.consents).toEqual([{ purpose: 'marketing', channel: 'WEB', state: 'WITHDRAWN', evidence: 'call-2' }]);
  expect(customer.consentHistory).toEqual([
    { event: 'ConsentGranted', at: kairos.at, evidence: 'form-1', policyVersion: '7', jurisdiction: 'US-NY' },
    { event: 'ConsentWithdrawn', at: kairos.at, evidence: 'call-2', policyVersion: null, jurisdiction: null },
  ]);
});
