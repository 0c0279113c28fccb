// A probe decides as everybody does, and leaves no trace: no cap, no count, no event, and nobody else can be it.
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { startProbe } from '../../src/service-levels/probe.ts';
import { createServiceLevels } from '../../src/service-levels/service-levels.ts';
import { createTokenIssuer } from '../authentication/token-issuer.ts';
import { askDecision, definePlacement, publishOffer } from '../catalogue-of-tests.ts';
import { scrape } from '../observability/scrape.ts';
import { type Json, type RunningKairos, startKairos } from '../running-kairos.ts';

const onceForAll = {
  name: 'once for everybody',
  counts: 'DECISION',
  scope: { kind: 'EACH_PLACEMENT' },
  subject: 'TOTAL',
  limit: 1,
  window: { kind: 'LIFETIME' },
};
const failures: unknown[] = [];
let kairos: RunningKairos;

beforeAll(async () => {
  kairos = await startKairos(failures, { probe: { everySeconds: 1 } });
  await publishOffer(kairos, 'rare', { purposes: [] });
  await definePlacement(kairos, 'home', { caps: [onceForAll], coolingWindow: { seconds: 3600, scope: 'EVERYTHING' } });
  await definePlacement(kairos, 'desk', { channel: 'CALL_CENTER' });
});
afterAll(async () => {
  await kairos.stop();
  expect(failures).toEqual([]);
});

const decide = async (customerId: string, asked = kairos) =>
  (await asked.data(askDecision, { placement: 'home', context: { customerId } })).nextBestOffer;
const levelOf = async (id: string) =>
  (await kairos.data('{ slo { id events bad value } }')).slo.find((level: Json) => level.id === id);

describe('a probe', () => {
  it('is counted by itself, and decisions are without it', async () => {
    await vi.waitFor(async () => expect((await levelOf('probe-available')).events).toBeGreaterThan(1), {
      timeout: 8000,
    });
    expect(await levelOf('probe-available')).toMatchObject({ bad: 0, value: 1 });
    expect((await levelOf('probe-latency')).value).toBeGreaterThan(0);
    expect((await levelOf('answers-available')).events).toBe(0);
    expect((await scrape(kairos.url)).text).not.toContain('kairos_decisions_total{');
  });

  it('takes no place under a cap of all, keeps nobody waiting for a cooling window, and writes nothing', async () => {
    const events = await kairos.events();
    for (let count = 0; count < 3; count++) {
      const { resolution, id, offers } = await decide('_probe');
      expect(resolution).toBe('FRESH');
      expect(offers.map(({ offer }: Json) => offer.id)).toEqual(['rare']);
      expect(id).toMatch(/^_probe_/);
      expect(await kairos.data('query ($id: ID!) { decision(id: $id) { id } }', { id })).toEqual({ decision: null });
    }
    expect(await kairos.events()).toBe(events);
    expect((await decide('ann')).offers).toHaveLength(1);
    expect((await decide('_probe')).offers).toEqual([]);
  });

  it('is nobody: whatever else is asked or told under its name is refused', async () => {
    expect(await kairos.data('{ customer(id: "_probe") { id } }')).toEqual({ customer: null });
    const told = await kairos.data(
      `mutation ($signals: [SignalInput!]!, $consent: GrantConsentInput!) {
        registerCustomer(customerId: "_probe") { ...refused }
        grantConsent(input: $consent) { ...refused }
        startInteraction(input: { interactionId: "call", agentId: "ann", customerId: "_probe", placement: "desk" }) { ...refused }
        recordSignals(signals: $signals) { results { ...refused } }
      } fragment refused on KairosRefused { reason field }`,
      {
        consent: {
          customerId: '_probe',
          purpose: 'marketing',
          channels: ['WEB'],
          evidence: 'form',
          policyVersion: '1',
        },
        signals: [{ customerId: '_probe', signalId: 's', kind: 'VIEW', observedAt: kairos.at }],
      },
    );
    expect(JSON.stringify(told).match(/_INVALID/g)).toHaveLength(4);
  });
});

describe('what a probe finds', () => {
  async function probed(options: Partial<Parameters<typeof startProbe>[0]>) {
    const serviceLevels = createServiceLevels();
    const told: string[] = [];
    const probe = startProbe({
      url: kairos.url,
      everySeconds: 3600,
      customerId: '_probe',
      placement: async () => 'home',
      serviceLevels,
      onError: (error) => told.push((error as Error).message),
      ...options,
    });
    await probe.stop();
    const total = serviceLevels.totals().find(({ objective }) => objective.id === 'probe-available');
    return { told, events: total?.events, bad: total?.bad };
  }

  it('is nothing while there is no placement to ask for', async () => {
    expect(await probed({ placement: async () => undefined })).toEqual({ told: [], events: 0, bad: 0 });
  });

  it('is waited for by nobody when the process is to end', async () => {
    const asked = Promise.withResolvers<void>();
    const silent = createServer(() => asked.resolve()).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as AddressInfo;
    const serviceLevels = createServiceLevels();
    const told: unknown[] = [];
    const probe = startProbe({
      ...{ url: `http://127.0.0.1:${port}`, everySeconds: 3600, customerId: '_probe', serviceLevels },
      placement: async () => 'home',
      onError: (error) => told.push(error),
    });
    await asked.promise;
    await probe.stop();
    expect(told).toEqual([]);
    expect(serviceLevels.totals().find(({ objective }) => objective.id === 'probe-available')?.events).toBe(0);
  });

  it('is a token that is missing, and a token file is read', async () => {
    const issuer = await createTokenIssuer();
    const guarded = await startKairos(failures, { tokens: issuer.settings() });
    const folder = mkdtempSync(join(tmpdir(), 'kairos-probe-'));
    onTestFinished(async () => {
      await guarded.stop();
      await issuer.stop();
      rmSync(folder, { recursive: true });
    });
    const told: string[] = [];
    const serviceLevels = createServiceLevels();
    const tokenFile = join(folder, 'token');
    writeFileSync(tokenFile, `${await issuer.token({ roles: ['decide'] })}\n`);
    for (const own of [{}, { tokenFile }]) {
      const probe = startProbe({
        ...{ url: guarded.url, everySeconds: 3600, customerId: '_probe', serviceLevels },
        placement: async () => 'nowhere',
        onError: (error) => told.push((error as Error).message),
        ...own,
      });
      await vi.waitFor(() => expect(told).toHaveLength('tokenFile' in own ? 2 : 1));
      await probe.stop();
    }
    expect(told[0]).toMatch(/status 401, UNAUTHENTICATED$/);
    expect(told[1]).toMatch(/PLACEMENT_UNKNOWN|BAD_USER_INPUT|NOT_FOUND/);
  });
});

describe('the configuration of probes', () => {
  it('is off, or names its seconds; what cannot be is refused', () => {
    expect(readConfig({}).probe).toBeUndefined();
    expect(readConfig({ KAIROS_PROBE: '5', KAIROS_PROBE_PLACEMENT: 'home' }).probe).toEqual({
      everySeconds: 5,
      placement: 'home',
    });
    expect(() => readConfig({ KAIROS_PROBE: '0' })).toThrow('KAIROS_PROBE: must be 1 to 3600 seconds');
    expect(() => readConfig({ KAIROS_PROBE_URL: 'http://a/graphql' })).toThrow('KAIROS_PROBE: probes need');
    expect(() => readConfig({ KAIROS_PROBE: '5', KAIROS_PROBE_URL: 'a' })).toThrow('KAIROS_PROBE_URL: must be');
    const projector = { KAIROS_ROLE: 'projector', REDIS_URL: 'redis://a', KAIROS_PROBE: '5' };
    expect(() => readConfig(projector)).toThrow('KAIROS_PROBE: a projector');
  });
});
