// Traces of a real process, as a collector gets them; and a collector that is away, which harms nobody.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../../demo/redis-process.ts';
import { type StartedProcess, startProcess } from '../started-process.ts';

async function started(environment: Record<string, string>): Promise<StartedProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-tracing-'));
  const kairos = await startProcess({ KAIROS_DATA: folder, KAIROS_DEMO: 'off', ...environment });
  await kairos.printed('Stop it with Ctrl-C');
  onTestFinished(async () => {
    await kairos.end('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  return kairos;
}

async function ask({ url }: StartedProcess, headers: Record<string, string> = {}): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: '{ vocabulary { currency } }' }),
  });
  return response.json();
}

test('a collector gets the traces that their callers keep, and the share of the others that is asked for', async () => {
  const received: { path: string | undefined; body: string }[] = [];
  const collector = createServer(async (request, response) => {
    const parts: Buffer[] = await Array.fromAsync(request);
    received.push({ path: request.url, body: Buffer.concat(parts).toString('latin1') });
    response.end();
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void collector.close());
  await vi.waitFor(() => expect(collector.listening).toBe(true));
  const { port } = collector.address() as AddressInfo;
  const kairos = await started({
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=test',
  });
  await ask(kairos);
  expect(await kairos.end('SIGTERM')).toBe(0);
  expect(received).toEqual([]);

  const again = await started({ OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` });
  await ask(again, { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' });
  expect(await again.end('SIGTERM')).toBe(0);
  const [first] = received;
  expect(first?.path).toBe('/v1/traces');
  expect(first?.body).toContain('query vocabulary');
  expect(first?.body).toContain(Buffer.from('4bf92f3577b34da6a3ce929d0e0e4736', 'hex').toString('latin1'));
  expect(first?.body).toContain('service.name\x12\x08\n\x06kairos');
}, 20_000);

test('a collector that is away is told of once; everything is answered, and the process ends in time', async () => {
  const port = await freePort();
  const kairos = await started({
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `http://127.0.0.1:${port}/v1/traces`,
    OTEL_EXPORTER_OTLP_TIMEOUT: '200',
    OTEL_TRACES_SAMPLER: 'always_on',
  });
  for (let time = 0; time < 2; time++) {
    expect(await ask(kairos)).toEqual({ data: { vocabulary: { currency: 'USD' } } });
    await kairos.printed('traces cannot be sent');
  }
  const begun = performance.now();
  expect(await kairos.end('SIGTERM')).toBe(0);
  expect(performance.now() - begun).toBeLessThan(10_000);
  expect(kairos.output().match(/traces cannot be sent/g)).toHaveLength(1);
}, 20_000);
