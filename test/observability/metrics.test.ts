// What a process tells Prometheus of its work: every metric of the table, counted where it happens, and nothing of any customer.
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import WebSocket from 'ws';
import { metrics } from '../../src/observability/metric-table.ts';
import { askDecision, definePlacement, publishOffer, registerCustomer } from '../catalogue-of-tests.ts';
import { type RunningKairos, startKairos } from '../running-kairos.ts';
import { scrape } from './scrape.ts';

const openMetrics = { accept: 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5' };
const failures: unknown[] = [];
let kairos: RunningKairos;

beforeAll(async () => {
  kairos = await startKairos(failures);
  await publishOffer(kairos, 'fuel');
  await publishOffer(kairos, 'tires', { eligibility: [{ name: 'never', expression: 'context.page == "nowhere"' }] });
  await definePlacement(kairos, 'home');
  await registerCustomer(kairos, 'carl');
});
afterAll(async () => {
  await kairos.stop();
  expect(failures).toEqual([]);
});

const decide = (customerId: string, placement: string, requestId?: string) =>
  kairos.ask(askDecision, { placement, context: { customerId, requestId } });

describe('a decision', () => {
  it('is counted by placement and resolution, with its time, its stages and its reasons', async () => {
    const before = await scrape(kairos.url);
    await decide('carl', 'home');
    const after = await scrape(kairos.url);
    const more = (series: string) => (after.value(series) ?? 0) - (before.value(series) ?? 0);
    expect(more('kairos_decisions_total{placement="home",resolution="FRESH"}')).toBe(1);
    expect(more('kairos_decision_rejections_total{placement="home",reason="NOT_ELIGIBLE"}')).toBe(1);
    expect(more('kairos_decision_duration_seconds_count{placement="home"}')).toBe(1);
    expect(more('kairos_decision_duration_seconds_bucket{placement="home",le="+Inf"}')).toBe(1);
    for (const stage of ['LOAD', 'DECIDE', 'RESERVE', 'RECORD']) {
      expect(more(`kairos_decision_stage_duration_seconds_count{placement="home",stage="${stage}"}`)).toBe(1);
    }
    expect(more('kairos_event_to_read_model_seconds_count{category="decision"}')).toBe(1);
    expect(more('kairos_event_store_append_duration_seconds_count{outcome="DONE"}')).toBe(1);
    const [whole, parts] = ['kairos_decision_duration_seconds_sum', 'kairos_decision_stage_duration_seconds_sum'];
    const stages = ['LOAD', 'DECIDE', 'RESERVE', 'RECORD'].map((stage) =>
      more(`${parts}{placement="home",stage="${stage}"}`),
    );
    expect(more(`${whole}{placement="home"}`)).toBeGreaterThan(stages.reduce((sum, each) => sum + each, 0) * 0.9);
  });

  it('is not counted again when its request is repeated', async () => {
    await decide('carl', 'home', 'again');
    const before = await scrape(kairos.url);
    await decide('carl', 'home', 'again');
    const after = await scrape(kairos.url);
    const decisions = 'kairos_decisions_total{placement="home",resolution="FRESH"}';
    expect(after.value(decisions)).toBe(before.value(decisions));
    expect(after.value('kairos_decision_repeats_total{placement="home"}')).toBe(1);
  });

  it('for a placement that does not exist makes no series, and none names a customer', async () => {
    await decide('carl', 'invented-by-a-caller');
    await decide('customer-nobody-knows', 'home');
    const { text } = await scrape(kairos.url);
    expect(text).not.toContain('invented-by-a-caller');
    expect(text).not.toContain('carl');
    expect(text).not.toContain('customer-nobody-knows');
  });

  it('with nothing to offer is counted by its cause', async () => {
    await definePlacement(kairos, 'mail', { channel: 'EMAIL' });
    await decide('carl', 'mail');
    const { value } = await scrape(kairos.url);
    expect(value('kairos_decisions_without_offer_total{placement="mail",cause="CHANNEL_WITHOUT_TREATMENT"}')).toBe(1);
  });
});

describe('a mutation', () => {
  it('is counted by field and outcome, also of each item of a batch, and when it fails', async () => {
    await kairos.data('mutation { registerCustomer(customerId: "carl@example.org") { __typename } }');
    const signal = (signalId: string, customerId: string) =>
      `{ customerId: "${customerId}", signalId: "${signalId}", kind: VIEW, observedAt: "2026-11-21T11:00:00Z" }`;
    const batch = [signal('s1', 'carl'), signal('s2', 'carl'), signal('s3', 'no@mail.example')].join();
    await kairos.data(`mutation { recordSignals(signals: [${batch}]) { position } }`);
    await kairos.ask(`mutation { pauseOffer(offerId: "${'x'.repeat(300)}", reason: "r") { __typename } }`);
    const { value } = await scrape(kairos.url);
    expect(value('kairos_mutations_total{field="registerCustomer",outcome="CUSTOMER_ID_INVALID"}')).toBe(1);
    expect(value('kairos_mutations_total{field="recordSignals",outcome="DONE"}')).toBe(2);
    expect(value('kairos_mutations_total{field="recordSignals",outcome="CUSTOMER_ID_INVALID"}')).toBe(1);
    expect(value('kairos_mutations_total{field="pauseOffer",outcome="FAILED"}')).toBe(1);
  });
});

describe('subscriptions and answers', () => {
  it('are counted by wire while they are open, and by status', async () => {
    const client = createClient({ url: kairos.url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0 });
    const query = 'subscription { screenPop(agentId: "ann") { number } }';
    client.subscribe({ query }, { next() {}, error() {}, complete() {} });
    const leaving = new AbortController();
    const stream = await fetch(kairos.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query }),
      signal: leaving.signal,
    });
    const open = async (wire: string) => (await scrape(kairos.url)).value(`kairos_subscriptions{wire="${wire}"}`);
    await vi.waitFor(async () => expect([await open('websocket'), await open('sse')]).toEqual([1, 1]));
    leaving.abort();
    await stream.text().catch(() => {});
    await client.dispose();
    await vi.waitFor(async () => expect([await open('websocket'), await open('sse')]).toEqual([0, 0]));
    await fetch(new URL('/nowhere', kairos.url));
    const { value } = await scrape(kairos.url);
    expect(value('kairos_http_answers_total{status="404"}')).toBe(1);
    expect(value('kairos_http_connections')).toBeGreaterThan(0);
  });
});

describe('the page', () => {
  it('has every metric of the table, and those of Node', async () => {
    const { text, type } = await scrape(kairos.url);
    expect(type).toContain('text/plain; version=0.0.4');
    for (const name of Object.keys(metrics)) expect(text).toContain(`# TYPE ${name} `);
    for (const name of ['process_cpu_seconds_total', 'nodejs_eventloop_lag_p99_seconds', 'nodejs_heap_size_used_bytes'])
      expect(text).toMatch(new RegExp(`^${name}\\b.* \\d`, 'm'));
  });

  it('is OpenMetrics for who asks for that, and the older form for the others, whoever came before', async () => {
    const name = 'kairos_decisions_total{placement="home",resolution="FRESH"}';
    const open = await scrape(kairos.url, openMetrics);
    expect(open.type).toContain('application/openmetrics-text');
    expect(open.text).toMatch(/# EOF\n$/);
    expect(open.text).toContain('# TYPE kairos_decisions counter');
    const plain = await scrape(kairos.url);
    expect(plain.text).toContain('# TYPE kairos_decisions_total counter');
    expect(plain.text).toContain('# TYPE process_cpu_seconds_total counter');
    expect(plain.value(name)).toBeGreaterThan(0);
    expect(open.value(name)).toBe(plain.value(name));
  });
});
