import { describe, expect, test } from 'vitest';
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
