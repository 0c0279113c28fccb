import { describe, expect, test } from 'vitest';
import { readRedisUrl } from '../../src/redis/redis-settings.ts';

describe('REDIS_URL', () => {
  test.each([
    ['redis://localhost', { nodes: [{ host: 'localhost', port: 6379 }], database: 0, tls: false }],
    ['redis://127.0.0.1:7000/2', { nodes: [{ host: '127.0.0.1', port: 7000 }], database: 2, tls: false }],
    ['redis://[::1]:7000', { nodes: [{ host: '::1', port: 7000 }], database: 0, tls: false }],
    [
      'rediss://ann:p%40ss@redis.example',
      { nodes: [{ host: 'redis.example', port: 6379 }], database: 0, tls: true, username: 'ann', password: 'p@ss' },
    ],
    [
      'redis://a:7000,redis://b:7001,c:7002',
      {
        nodes: [
          { host: 'a', port: 7000 },
          { host: 'b', port: 7001 },
          { host: 'c', port: 7002 },
        ],
        database: 0,
        tls: false,
      },
    ],
    [
      'redis+sentinel://a:26379,b/main',
      {
        nodes: [
          { host: 'a', port: 26_379 },
          { host: 'b', port: 26_379 },
        ],
        sentinelOf: 'main',
        database: 0,
        tls: false,
      },
    ],
    ['unix:///run/redis.sock', { nodes: [], socket: '/run/redis.sock', database: 0, tls: false }],
  ])('%s', (url, settings) => {
    expect(readRedisUrl(url)).toEqual(settings);
  });

  test.each([
    ['localhost:6379:1', 'must be redis://host:port'],
    ['http://localhost', 'must be redis://host:port'],
    ['redis://', 'must be redis://host:port'],
    ['redis://localhost/one', 'number of the database'],
    ['redis://a,redis://b/1', 'a cluster has only number 0'],
    ['redis+sentinel://a:26379', 'name of the master'],
    ['redis://ann:100%@host', 'must have %25'],
    ['redis://host?password=secret', 'behind ? or #'],
    ['redis://:a#b@host', 'must be redis://host:port'],
    ['unix://', 'by its whole path'],
    ['unix://redis.sock', 'by its whole path'],
  ])('%s is refused: %s', (url, rule) => {
    expect(() => readRedisUrl(url)).toThrow(rule);
  });

  test('what is refused does not show the password', () => {
    expect(() => readRedisUrl('redis://ann:secret@host/x')).toThrow(expect.not.stringContaining('secret'));
  });
});
