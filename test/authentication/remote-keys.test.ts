// The keys of an issuer: they come and go without a restart, and its absence is no reason to refuse whom one knows.
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeysUnavailable } from '../../src/authentication/remote-keys.ts';
import { createTokenVerifier, type TokenVerifier } from '../../src/authentication/token-verifier.ts';
import { createTokenIssuer, type TokenIssuer } from './token-issuer.ts';

let issuer: TokenIssuer;
let reported: unknown[];

beforeEach(async () => {
  issuer = await createTokenIssuer();
  reported = [];
});
afterEach(() => issuer.stop());

const verifierWith = (more: { cooldownMs?: number; timeoutMs?: number; maxAgeMs?: number } = {}) =>
  createTokenVerifier(issuer.settings(), { cooldownMs: 0, ...more, onError: (error) => reported.push(error) });

/** The subject that is proved, or the name of the fault. */
async function outcome(verifier: TokenVerifier, token: string): Promise<string> {
  try {
    return (await verifier.verify(`Bearer ${token}`)).subject;
  } catch (error) {
    return error instanceof KeysUnavailable ? 'KEYS_UNAVAILABLE' : String((error as { fault?: string }).fault);
  }
}

describe('a rotation', () => {
  it('brings in the new key and turns out the old one, without a restart', async () => {
    const verifier = verifierWith();
    const before = await issuer.token({ sub: 'before' });
    expect(await outcome(verifier, before)).toBe('before');
    await issuer.rotate();
    expect(await outcome(verifier, before)).toBe('before');
    expect(await outcome(verifier, await issuer.token({ sub: 'after' }))).toBe('after');
    // Also for a token that was checked before the key was gone.
    expect(await outcome(verifier, before)).toBe('TOKEN_INVALID');
  });

  it('is noticed in the background, too, once the keys are old', async () => {
    const verifier = verifierWith({ maxAgeMs: 0 });
    const before = await issuer.token();
    expect(await outcome(verifier, before)).toBe('ann');
    await issuer.rotate();
    const asked = issuer.asked;
    // A token that was not seen before has its key looked up, and the keys are old.
    expect(await outcome(verifier, `${before}A`)).toBe('TOKEN_INVALID');
    await expect.poll(() => issuer.asked).toBeGreaterThan(asked);
    await expect.poll(() => outcome(verifier, before)).toBe('TOKEN_INVALID');
  });

  it('is looked for once within the cooldown, however many unknown keys are named', async () => {
    const verifier = verifierWith({ cooldownMs: 60_000 });
    for (let name = 0; name < 20; name++) {
      expect(await outcome(verifier, await issuer.token({}, { kid: `unknown-${name}` }))).toBe('TOKEN_INVALID');
    }
    expect(issuer.asked).toBe(1);
  });
});

describe('an issuer that cannot be asked', () => {
  const moods = ['DOWN', 'SLOW', 'HUGE', 'BROKEN', 'ELSEWHERE'] as const;

  it.each(moods)('(%s) turns away nobody whose key is known', async (mood) => {
    const verifier = verifierWith({ timeoutMs: 100, maxAgeMs: 0 });
    expect(await outcome(verifier, await issuer.token())).toBe('ann');
    issuer.mood = mood;
    expect(await outcome(verifier, await issuer.token({ sub: 'bob' }))).toBe('bob');
    // Renewing failed behind the caller's back, and somebody is told.
    await expect.poll(() => reported.length).toBeGreaterThan(0);
    expect(await outcome(verifier, await issuer.token({ sub: 'cy' }))).toBe('cy');
  });

  it.each(moods)('(%s) makes a first key wait for it, and is asked again when it is back', async (mood) => {
    const verifier = verifierWith({ timeoutMs: 100 });
    const token = await issuer.token();
    issuer.mood = mood;
    expect(await outcome(verifier, token)).toBe('KEYS_UNAVAILABLE');
    issuer.mood = 'WELL';
    expect(await outcome(verifier, token)).toBe('ann');
  });

  it('is not asked by every call', async () => {
    const verifier = verifierWith({ cooldownMs: 60_000 });
    issuer.mood = 'DOWN';
    const token = await issuer.token();
    for (let call = 0; call < 20; call++) expect(await outcome(verifier, token)).toBe('KEYS_UNAVAILABLE');
    expect(issuer.asked).toBe(1);
  });
});
