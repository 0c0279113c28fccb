// Who may read the metrics: everybody where access is open on loopback, else the role operate or who knows the word for it.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Config } from '../../src/config.ts';
import { readRedisUrl } from '../../src/redis/redis-settings.ts';
import { createTokenIssuer, type TokenIssuer } from '../authentication/token-issuer.ts';
import { hasRedis, startRedis } from '../redis/redis-server.ts';
import { type RunningKairos, startKairos } from '../running-kairos.ts';
import { scrape } from './scrape.ts';

const metricsToken = 'a-word-for-prometheus';
let issuer: TokenIssuer;

beforeAll(async () => {
  issuer = await createTokenIssuer();
});
afterAll(() => issuer.stop());

async function started(own: Partial<Config>): Promise<RunningKairos> {
  const failures: unknown[] = [];
  const kairos = await startKairos(failures, own);
  onTestFinished(async () => {
    await kairos.stop();
    expect(failures).toEqual([]);
  });
  return kairos;
}
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** Clients do not let anybody choose the Host header. */
async function statusUnder(host: string, url: URL, headers: Record<string, string>): Promise<number | undefined> {
  const asked = request(url, { headers: { ...headers, host } }).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.resume();
  return answer.statusCode;
}

describe('the metrics', () => {
  it('are for everybody where access is open', async () => {
    const { url } = await started({});
    expect((await scrape(url)).status).toBe(200);
  });

  it('are for who knows the word, where there is one', async () => {
    const { url } = await started({ metricsToken });
    const sent = [
      {},
      bearer('another-word-of-length'),
      bearer(metricsToken),
      { authorization: `bearer ${metricsToken}` },
    ];
    const answers = await Promise.all(sent.map((headers) => scrape(url, headers)));
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 200, 200]);
  });

  it('are for the role operate where callers prove who they are, and for the word', async () => {
    const { url } = await started({ tokens: issuer.settings(), metricsToken });
    const tokenOf = (...roles: string[]) => issuer.token({ roles });
    const statusWith = async (token: string) => (await scrape(url, bearer(token))).status;
    expect((await scrape(url)).status).toBe(401);
    expect(await statusWith(await tokenOf('decide', 'agent', 'customer:read', 'privacy'))).toBe(403);
    expect(await statusWith(await tokenOf('operate'))).toBe(200);
    expect(await statusWith(metricsToken)).toBe(200);
  });

  it.skipIf(!hasRedis)('of a projector are on its own port, by the same rules', async () => {
    const redis = await startRedis();
    const data = mkdtempSync(join(tmpdir(), 'kairos-projector-'));
    onTestFinished(async () => {
      await redis.stop();
      rmSync(data, { recursive: true, force: true });
    });
    const settings = { settings: readRedisUrl(redis.url), prefix: 'kairos' };
    const { url } = await started({ role: 'projector', redis: settings, data, metricsToken });
    const refused = await scrape(url);
    expect([refused.status, JSON.parse(refused.text).errors[0].extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
    const { status, value } = await scrape(url, bearer(metricsToken));
    expect([status, value('kairos_ready')]).toEqual([200, 1]);
    const { headers } = await fetch(new URL('/metrics', url), { method: 'HEAD', headers: bearer(metricsToken) });
    expect(headers.get('cache-control')).toBe('no-store');
    expect((await fetch(new URL('/metrics', url), { method: 'POST', headers: bearer(metricsToken) })).status).toBe(404);
    expect((await fetch(new URL('/metrics', url))).headers.get('www-authenticate')).toBe('Bearer');
    for (const path of ['/metrics', '/status', '/readyz']) {
      expect(await statusUnder('rebound.example', new URL(path, url), bearer(metricsToken))).toBe(403);
    }
  });

  it('are told by HEAD, too, and by nothing that changes something', async () => {
    const { url } = await started({});
    const asked = (method: string) => fetch(new URL('/metrics', url), { method });
    const head = await asked('HEAD');
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect((await asked('POST')).status).toBe(404);
  });
});
