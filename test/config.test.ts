import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readConfig } from '../src/config.ts';

describe('the configuration of Redis', () => {
  test('without REDIS_URL everything is in one process', () => {
    const { role, redis } = readConfig({});
    expect({ role, redis }).toEqual({ role: 'all', redis: undefined });
  });

  test('names the servers and what keys begin with', () => {
    const { role, redis } = readConfig({ REDIS_URL: 'redis://127.0.0.1:7000', KAIROS_ROLE: 'api' });
    const settings = { nodes: [{ host: '127.0.0.1', port: 7000 }], database: 0, tls: false };
    expect({ role, redis }).toEqual({ role: 'api', redis: { settings, prefix: 'kairos' } });
    expect(readConfig({ REDIS_URL: 'redis://a', KAIROS_REDIS_PREFIX: 'shop-1' }).redis?.prefix).toBe('shop-1');
  });

  test.each([
    [{ KAIROS_ROLE: 'projector' }, 'KAIROS_ROLE: projector needs REDIS_URL'],
    [{ KAIROS_ROLE: 'api', REDIS_URL: '' }, 'KAIROS_ROLE: api needs REDIS_URL'],
    [{ KAIROS_ROLE: 'writer' }, 'KAIROS_ROLE: must be all, api or projector'],
    [{ REDIS_URL: 'http://localhost' }, 'REDIS_URL: must be redis://host:port'],
    [{ REDIS_URL: 'redis://a', KAIROS_REDIS_PREFIX: '{a}' }, 'KAIROS_REDIS_PREFIX: must be 1 to 64 letters'],
  ])('%o is refused: %s', (variables, rule) => {
    expect(() => readConfig(variables)).toThrow(rule);
  });

  test('a URL that is refused does not show its password', () => {
    expect(() => readConfig({ REDIS_URL: 'redis://ann:secret@a/x' })).toThrow(expect.not.stringContaining('secret'));
  });
});

describe('the origins of callbacks', () => {
  test('are none, or those that are named', () => {
    expect(readConfig({}).callbackOrigins).toBeUndefined();
    const KAIROS_CALLBACK_ORIGINS = 'http://127.0.0.1:4000, https://router.example';
    expect(readConfig({ KAIROS_CALLBACK_ORIGINS }).callbackOrigins).toEqual([
      'http://127.0.0.1:4000',
      'https://router.example',
    ]);
  });

  test.each([
    '*',
    'router.example',
    'https://router.example/',
    'https://router.example/callback',
    'https://Router.example',
    'https://router.example:443',
    'ws://router.example',
    'https://ann:secret@router.example',
    'https://a,',
  ])('are refused when they are not origins as browsers write them: %s', (KAIROS_CALLBACK_ORIGINS) => {
    expect(() => readConfig({ KAIROS_CALLBACK_ORIGINS })).toThrow(/KAIROS_CALLBACK_ORIGINS: must be origins/);
  });
});

describe('the services of models', () => {
  const KAIROS_MODEL_ORIGINS = 'http://127.0.0.1:9000,https://scores.example';

  test('are none, or those that are named, each with its token', () => {
    expect(readConfig({}).modelServices).toBeUndefined();
    const KAIROS_MODEL_TOKENS = 'https://scores.example=c2VjcmV0==, http://127.0.0.1:9000=a.b-c';
    expect(readConfig({ KAIROS_MODEL_ORIGINS, KAIROS_MODEL_TOKENS }).modelServices).toEqual({
      origins: ['http://127.0.0.1:9000', 'https://scores.example'],
      tokens: new Map([
        ['https://scores.example', 'c2VjcmV0=='],
        ['http://127.0.0.1:9000', 'a.b-c'],
      ]),
    });
  });

  test.each([
    [{ KAIROS_MODEL_ORIGINS: 'https://scores.example/v1' }, 'KAIROS_MODEL_ORIGINS: must be origins'],
    [{ KAIROS_MODEL_ORIGINS, KAIROS_MODEL_TOKENS: 'hush-hush' }, 'KAIROS_MODEL_TOKENS: must be origin=token'],
    [
      { KAIROS_MODEL_ORIGINS, KAIROS_MODEL_TOKENS: 'https://scores.example=hush hush' },
      'KAIROS_MODEL_TOKENS: must be origin=token',
    ],
    [
      { KAIROS_MODEL_ORIGINS, KAIROS_MODEL_TOKENS: 'https://other.example=hush' },
      'https://other.example is not of KAIROS_MODEL_ORIGINS',
    ],
    [{ KAIROS_MODEL_TOKENS: 'https://scores.example=hush' }, 'is not of KAIROS_MODEL_ORIGINS'],
  ])('%o is refused, without showing a token', (variables, rule) => {
    expect(() => readConfig(variables)).toThrow(rule);
    expect(() => readConfig(variables)).toThrow(expect.not.stringContaining('hush'));
  });
});

describe('the configuration of traces and metrics', () => {
  const OTEL_EXPORTER_OTLP_ENDPOINT = 'http://127.0.0.1:4318';

  test('keeps no traces as long as nobody takes them, and one in a hundred of its own then', () => {
    expect(readConfig({ OTEL_TRACES_SAMPLER: 'always_on' }).tracing).toBeUndefined();
    expect(readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SDK_DISABLED: 'True' }).tracing).toBeUndefined();
    const usual = { sampler: 'parentbased_traceidratio', ratio: 0.01 };
    expect(readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT }).tracing).toEqual(usual);
    expect(readConfig({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://c/v1/traces' }).tracing).toEqual(usual);
    const asked = { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.5' };
    const tracing = { sampler: 'traceidratio', ratio: 0.5 };
    expect(readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT, ...asked }).tracing).toEqual(tracing);
  });

  test.each([
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318' }, 'OTEL_EXPORTER_OTLP_ENDPOINT: must be an http or https URL'],
    [{ OTEL_TRACES_SAMPLER: 'sometimes' }, 'OTEL_TRACES_SAMPLER: must be one of always_on'],
    [{ OTEL_TRACES_SAMPLER_ARG: '2' }, 'OTEL_TRACES_SAMPLER_ARG: must be 0 to 1'],
    [{ KAIROS_METRICS_TOKEN: 'short' }, 'KAIROS_METRICS_TOKEN: must be 16 to 200 of the characters'],
  ])('%o is refused: %s', (variables, rule) => {
    expect(() => readConfig(variables)).toThrow(rule);
  });
});

describe('the configuration of tokens', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-keys-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = (name: string, content: string | object) => {
    const path = join(folder, name);
    writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
    return path;
  };
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const [jwk, privateJwk] = [publicKey.export({ format: 'jwk' }), privateKey.export({ format: 'jwk' })];
  const secret = { kty: 'oct', k: randomBytes(32).toString('base64url') };
  const pem = file('public.pem', publicKey.export({ type: 'spki', format: 'pem' }).toString());
  const whose = { KAIROS_JWT_ISSUER: 'https://issuer', KAIROS_JWT_AUDIENCE: 'kairos' };
  const issuer = { KAIROS_JWKS_URL: 'https://issuer/keys', ...whose };

  test('without any, access is open, with demo and GraphiQL; with one they are off, and any address will do', () => {
    expect(readConfig({})).toMatchObject({ host: '127.0.0.1', demo: true, playground: true });
    expect(readConfig({}).tokens).toBeUndefined();
    const { tokens, ...config } = readConfig({ ...issuer, KAIROS_HOST: '0.0.0.0' });
    expect(config).toMatchObject({ host: '0.0.0.0', demo: false, playground: false });
    expect(tokens).toEqual({
      keys: { kind: 'URL', url: new URL('https://issuer/keys') },
      issuer: 'https://issuer',
      audience: 'kairos',
      clockSkew: 30,
      algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA'],
      rolesClaim: 'roles',
    });
  });

  test.each<[string, string, string[]]>([
    ['PEM', pem, ['RS256', 'PS256', 'ES256', 'EdDSA']],
    ['a JWK', file('jwk.json', jwk), ['RS256', 'PS256', 'ES256', 'EdDSA']],
    ['a JWK set', file('set.json', { keys: [jwk] }), ['RS256', 'PS256', 'ES256', 'EdDSA']],
    ['a symmetric JWK', file('oct.json', secret), ['HS256']],
  ])('a key may be %s', (_, path, algorithms) => {
    expect(readConfig({ KAIROS_JWT_KEY: path, ...whose }).tokens?.algorithms).toEqual(algorithms);
  });

  test.each<[string, Record<string, string>, RegExp]>([
    ['another address while access is open', { KAIROS_HOST: '0.0.0.0' }, /KAIROS_HOST: .*needs KAIROS_JWKS_URL or/],
    [
      'a name that only looks like one of its own while access is open',
      { KAIROS_HOST: '127.1.1.256' },
      /KAIROS_HOST: /,
    ],
    ['a name while access is open', { KAIROS_HOST: 'kairos.example' }, /KAIROS_HOST: must be a loopback address/],
    ['keys without an issuer', { KAIROS_JWKS_URL: 'https://issuer/keys', KAIROS_JWT_AUDIENCE: 'a' }, /ISSUER/],
    ['keys without an audience', { KAIROS_JWT_KEY: pem, KAIROS_JWT_ISSUER: 'i' }, /KAIROS_JWT_AUDIENCE/],
    ['an issuer without keys', whose, /KAIROS_JWKS_URL or KAIROS_JWT_KEY/],
    ['two kinds of keys', { ...issuer, KAIROS_JWT_KEY: pem }, /not together/],
    ['http', { ...issuer, KAIROS_JWKS_URL: 'http://issuer/keys' }, /KAIROS_JWKS_URL: must be an https URL/],
    ['no URL', { ...issuer, KAIROS_JWKS_URL: 'keys' }, /KAIROS_JWKS_URL: must be a URL/],
    ['no file', { KAIROS_JWT_KEY: join(folder, 'none'), ...whose }, /KAIROS_JWT_KEY: .* cannot be read/],
    ['no key', { KAIROS_JWT_KEY: file('no', 'hello'), ...whose }, /no public key/],
    ['no JSON', { KAIROS_JWT_KEY: file('no.json', '{'), ...whose }, /neither PEM nor JSON/],
    ['an empty set', { KAIROS_JWT_KEY: file('empty.json', { keys: [] }), ...whose }, /without keys/],
    ['a private JWK', { KAIROS_JWT_KEY: file('d.json', privateJwk), ...whose }, /private key/],
    [
      'a private key',
      {
        KAIROS_JWT_KEY: file('private.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
        ...whose,
      },
      /private key/,
    ],
    ['a short secret', { KAIROS_JWT_KEY: file('s.json', { kty: 'oct', k: 'abc' }), ...whose }, /less than 32 bytes/],
    ['a secret in a set', { KAIROS_JWT_KEY: file('m.json', { keys: [secret] }), ...whose }, /has to be alone/],
    ['a public key as a secret', { ...issuer, KAIROS_JWT_ALGORITHMS: 'RS256,HS256' }, /ALGORITHMS: HS256 is none of/],
    [
      'a secret as a public key',
      { KAIROS_JWT_KEY: join(folder, 'oct.json'), ...whose, KAIROS_JWT_ALGORITHMS: 'ES256' },
      /ES256 is none of HS256/,
    ],
    ['no algorithm at all', { ...issuer, KAIROS_JWT_ALGORITHMS: 'none' }, /none is none of/],
    ['a large skew', { ...issuer, KAIROS_JWT_CLOCK_SKEW: '3600' }, /CLOCK_SKEW: must be 0 to 300 seconds/],
    ['the demo', { ...issuer, KAIROS_DEMO: 'on' }, /KAIROS_DEMO: the demo is loaded while access is open/],
  ])('%s is refused', (_, variables, rule) => {
    expect(() => readConfig(variables)).toThrow(rule);
  });

  test('what is refused does not show a key', () => {
    const path = file('shown.json', { ...secret, kty: 'oct', k: 'c2hvcnQtc2VjcmV0' });
    expect(() => readConfig({ KAIROS_JWT_KEY: path, ...whose })).toThrow(expect.not.stringContaining('c2hvcnQ'));
  });
});
