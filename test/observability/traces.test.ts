// A signal, its projection, a decision and the screen pop are one trace: in one process, and where another one projects.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Span, trace } from '@opentelemetry/api';
import { InMemorySpanExporter, type ReadableSpan } from '@opentelemetry/sdk-trace';
import { createClient } from 'graphql-ws';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import WebSocket from 'ws';
import type { Config } from '../../src/config.ts';
import { traceparentOf } from '../../src/observability/traceparent.ts';
import type { TracingSettings } from '../../src/observability/tracing-settings.ts';
import { readRedisUrl } from '../../src/redis/redis-settings.ts';
import { askDecision, definePlacement, publishOffer, registerCustomer } from '../catalogue-of-tests.ts';
import { hasRedis, startRedis } from '../redis/redis-server.ts';
import { type Json, type RunningKairos, startKairos } from '../running-kairos.ts';
import { scrape } from './scrape.ts';

/** Of one test: it takes nothing any more when its Kairos has stopped. */
let exporter: InMemorySpanExporter;
let tracing: TracingSettings;
const customerId = 'household-77';
beforeEach(() => {
  exporter = new InMemorySpanExporter();
  tracing = { sampler: 'parentbased_always_on', ratio: 1, exporter, everyMs: 100 };
});

async function started(own: Partial<Config>): Promise<RunningKairos> {
  const failures: unknown[] = [];
  const kairos = await startKairos(failures, own);
  onTestFinished(async () => {
    await kairos.stop();
    expect(failures).toEqual([]);
  });
  return kairos;
}

async function prepare(kairos: RunningKairos): Promise<void> {
  await publishOffer(kairos, 'fuel');
  await definePlacement(kairos, 'desk', { channel: 'CALL_CENTER' });
  await registerCustomer(kairos, customerId);
}

/** The span of a caller who keeps his trace, which ours are part of. */
function caller(): { span: Span; headers: { traceparent: string } } {
  const span = trace.getTracer('a caller').startSpan('call');
  return { span, headers: { traceparent: traceparentOf(span.spanContext()) } };
}

/** What is spoken of in the trace of one call: a signal, then an interaction whose pop reaches the console of the agent. */
async function callIn(kairos: RunningKairos, headers: { traceparent: string }): Promise<void> {
  const client = createClient({ url: kairos.url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 });
  const pops: Json[] = [];
  const query = 'subscription { screenPop(agentId: "ann", after: "") { number decision { offer { offer { id } } } } }';
  client.subscribe({ query }, { next: (pop) => pops.push(pop), error: (error) => pops.push(error), complete() {} });
  const signals = `[{ customerId: "${customerId}", signalId: "s1", kind: VIEW, observedAt: "2026-11-21T11:00:00Z", category: "fuel" }]`;
  await kairos.data(`mutation { recordSignals(signals: ${signals}) { position } }`, {}, headers);
  const input = { interactionId: 'call-1', agentId: 'ann', customerId, placement: 'desk' };
  const start = 'mutation ($input: StartInteractionInput!) { startInteraction(input: $input) { __typename } }';
  await kairos.data(start, { input }, headers);
  await vi.waitFor(() => expect(pops[0]?.data.screenPop.decision.offer.offer.id).toBe('fuel'), 5000);
  await client.dispose();
}

const parentOf = ({ parentSpanContext }: ReadableSpan) => parentSpanContext?.spanId;
const namesIn = (spans: readonly ReadableSpan[]) => new Set(spans.map(({ name }) => name));

/** The spans of a trace, as soon as all of these are among them. */
async function spansOf(traceId: string, ...names: string[]): Promise<readonly ReadableSpan[]> {
  return vi.waitFor(() => {
    const spans = exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === traceId);
    expect(namesIn(spans)).toEqual(new Set([...namesIn(spans), ...names]));
    return spans;
  }, 10_000);
}

function demandOneTree(spans: readonly ReadableSpan[], root: Span): void {
  const ids = new Set(spans.map((span) => span.spanContext().spanId));
  const orphans = spans.filter((span) => !ids.has(parentOf(span) ?? '')).map(({ name }) => name);
  expect(orphans).toEqual(['call']);
  expect(ids).toContain(root.spanContext().spanId);
  for (const { name, startTime, endTime } of spans) {
    expect([name, endTime[0] * 1e9 + endTime[1] >= startTime[0] * 1e9 + startTime[1]]).toEqual([name, true]);
  }
}

const ofEveryCall = [
  'mutation recordSignals',
  'mutation startInteraction',
  'append',
  'project SignalObserved',
  'project InteractionStarted',
  'project OfferDecided',
  'project ScreenPopped',
  'decide',
  'decide LOAD',
  'decide DECIDE',
  'decide RESERVE',
  'decide RECORD',
  'publish screen pop',
  'subscription screenPop',
];

describe('the trace of a call', () => {
  it('is one tree from the signal to the screen pop, and says nothing of the customer', async () => {
    const kairos = await started({ tracing });
    await prepare(kairos);
    const { span, headers } = caller();
    await callIn(kairos, headers);
    span.end();
    const spans = await spansOf(span.spanContext().traceId, 'call', ...ofEveryCall);
    demandOneTree(spans, span);
    const told = JSON.stringify(spans.map(({ name, attributes, events }) => ({ name, attributes, events })));
    expect(told).toContain('OfferDecided');
    for (const word of [customerId, 'call-1', 'ann']) expect(told).not.toContain(word);
    const decide = spans.find(({ name }) => name === 'decide');
    expect(decide?.attributes).toMatchObject({ 'kairos.placement': 'desk', 'kairos.resolution': 'FRESH' });
    const stages = spans.filter(({ name }) => name.startsWith('decide '));
    expect(stages.map(parentOf)).toEqual(stages.map(() => decide?.spanContext().spanId));
  });
});

describe.skipIf(!hasRedis)('where another process projects', () => {
  it('its spans are in the tree by the metadata of the events, and those of Redis by the call', async () => {
    const redis = await startRedis();
    const data = mkdtempSync(join(tmpdir(), 'kairos-traces-'));
    onTestFinished(async () => {
      await redis.stop();
      rmSync(data, { recursive: true, force: true });
    });
    const shared = { redis: { settings: readRedisUrl(redis.url), prefix: 'kairos' }, data, tracing };
    await started({ ...shared, role: 'projector' });
    const api = await started({ ...shared, role: 'api' });
    await prepare(api);
    const { span, headers } = caller();
    await callIn(api, headers);
    span.end();
    const spans = await spansOf(
      span.spanContext().traceId,
      'call',
      ...ofEveryCall,
      'redis readTogether',
      'redis reserveOffers',
    );
    demandOneTree(spans, span);
  }, 30_000);
});

describe('a trace', () => {
  it('that its caller does not keep leaves no spans, and nothing in the log', async () => {
    const kairos = await started({ tracing: { ...tracing, sampler: 'parentbased_always_off' } });
    await prepare(kairos);
    await callIn(kairos, { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00' });
    for await (const { metadata } of kairos.app.kairos.store.readAll()) expect(metadata.traceparent).toBeUndefined();
    const kept = '4bf92f3577b34da6a3ce929d0e0e4737';
    await callIn(kairos, { traceparent: `00-${kept}-00f067aa0ba902b7-01` });
    await spansOf(kept, 'mutation startInteraction');
    expect(new Set(exporter.getFinishedSpans().map((span) => span.spanContext().traceId))).toEqual(new Set([kept]));
  });

  it('is the one of the operation on a WebSocket, wherever it says so', async () => {
    const kairos = await started({ tracing: { ...tracing, sampler: 'parentbased_always_off' } });
    const traceIds = ['1', '2', '3'].map((digit) => digit.repeat(32));
    const parents = traceIds.map((traceId) => `00-${traceId}-00f067aa0ba902b7-01`);
    class FromGateway extends WebSocket {
      constructor(url: string, protocols: string) {
        super(url, protocols, { headers: { traceparent: parents[0] ?? '' } });
      }
    }
    const ask = async (connectionParams: object, extensions: Record<string, unknown>) => {
      const url = kairos.url.replace('http', 'ws');
      const client = createClient({ url, webSocketImpl: FromGateway, connectionParams: { ...connectionParams } });
      for await (const _ of client.iterate({ query: '{ vocabulary { currency } }', extensions }));
      await client.dispose();
    };
    await ask({}, {});
    await ask({ traceparent: parents[1] }, {});
    await ask({ traceparent: parents[1] }, { traceparent: parents[2] });
    for (const traceId of traceIds) await spansOf(traceId, 'query vocabulary');
  });

  it('is the example of a metric, where OpenMetrics is asked for', async () => {
    const kairos = await started({ tracing });
    await prepare(kairos);
    const { span, headers } = caller();
    await kairos.data(askDecision, { placement: 'desk', context: { customerId } }, headers);
    span.end();
    const { traceId } = span.spanContext();
    const { text } = await scrape(kairos.url, { accept: 'application/openmetrics-text' });
    const example = new RegExp(
      `^kairos_decision_duration_seconds_bucket\\{.*# \\{trace_id="${traceId}"\\} [\\d.e-]+ [\\d.]+$`,
      'm',
    );
    expect(text).toMatch(example);
    expect((await scrape(kairos.url)).text).not.toContain(traceId);
  });

  it('with a malformed parent begins here', async () => {
    const kairos = await started({ tracing });
    await kairos.data('{ vocabulary { currency } }', {}, { traceparent: '00-none-of-this-01' });
    const [span] = await vi.waitFor(() => {
      const spans = exporter.getFinishedSpans();
      expect(spans).toHaveLength(1);
      return spans;
    }, 5000);
    expect([span?.name, span?.parentSpanContext]).toEqual(['query vocabulary', undefined]);
  });
});
