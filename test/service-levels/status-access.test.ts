// The status page is for whom the metrics are, and on the port of a process that only projects, too.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { readRedisUrl } from '../../src/redis/redis-settings.ts';
import { createTokenIssuer } from '../authentication/token-issuer.ts';
import { definePlacement } from '../catalogue-of-tests.ts';
import { hasRedis, startRedis } from '../redis/redis-server.ts';
import { startKairos } from '../running-kairos.ts';

const statusOf = async (url: string, token?: string) => {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return (await fetch(new URL('/status', url), { headers })).status;
};

describe('the status page', () => {
  it('needs the role operate or the word for metrics, where callers prove who they are', async () => {
    const issuer = await createTokenIssuer();
    const metricsToken = 'a-word-for-those-who-watch';
    const kairos = await startKairos([], { tokens: issuer.settings(), metricsToken });
    onTestFinished(async () => {
      await kairos.stop();
      await issuer.stop();
    });
    expect(await statusOf(kairos.url)).toBe(401);
    expect(await statusOf(kairos.url, await issuer.token({ roles: ['decide'] }))).toBe(403);
    expect(await statusOf(kairos.url, await issuer.token({ roles: ['operate'] }))).toBe(200);
    expect(await statusOf(kairos.url, metricsToken)).toBe(200);

    const byPerson = async (password?: string) => {
      const word = password && { authorization: `Basic ${Buffer.from(`ann:${password}`).toString('base64')}` };
      const response = await fetch(new URL('/status', kairos.url), { headers: { accept: 'text/html,*/*', ...word } });
      return [response.status, response.headers.get('www-authenticate')?.split(' ')[0]];
    };
    expect(await byPerson()).toEqual([401, 'Basic']);
    expect(await byPerson('another-word')).toEqual([401, 'Basic']);
    expect(await byPerson(metricsToken)).toEqual([200, undefined]);
  });

  it.skipIf(!hasRedis)('of a projector shows how fresh what it brings to Redis is (needs redis-server)', async () => {
    const redis = await startRedis();
    const settings = { settings: readRedisUrl(redis.url), prefix: 'kairos' };
    const data = mkdtempSync(join(tmpdir(), 'kairos-status-'));
    const projector = await startKairos([], { redis: settings, role: 'projector', data });
    const api = await startKairos([], { redis: settings, role: 'api', data });
    onTestFinished(async () => {
      await api.stop();
      await projector.stop();
      await redis.stop();
      rmSync(data, { recursive: true, force: true });
    });
    await definePlacement(api, 'home');
    const level = async (url: string) => {
      const html = await (await fetch(new URL('/status', url))).text();
      return /<li class="level \w+" id="freshness">[\s\S]*?<\/li>/.exec(html)?.[0] ?? '';
    };
    await vi.waitFor(async () => expect(await level(projector.url)).toMatch(/\d+ events/), { timeout: 8000 });
    // Who only answers does not see when events become readable.
    expect(await level(api.url)).toBe('');
  });
});
