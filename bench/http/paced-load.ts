// A steady load: so many requests a second, each sent when its time has come, whether or not those before it are answered.
import { Agent, request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { quantile } from '../statistics.ts';
import type { LoadAnswer } from './load-process.ts';

export interface PacedLoad {
  readonly url: string;
  readonly bodies: readonly string[];
  readonly connections: number;
  readonly seconds: number;
  /** Requests per second. */
  readonly rate: number;
  readonly isGood: (body: string) => boolean;
}

/** Latency counts from when a request was due: a server that stalls does not make its clients ask less. */
export async function pacedLoad({ url, bodies, connections, seconds, rate, isGood }: PacedLoad): Promise<LoadAnswer> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latencies: number[] = [];
  let failures = 0;
  const begun = performance.now();
  const answers: Promise<void>[] = [];
  const total = Math.floor(rate * seconds);
  while (answers.length < total) {
    const due = begun + (answers.length / rate) * 1000;
    if (due > performance.now()) {
      await delay(1);
      continue;
    }
    const body = bodies[answers.length % bodies.length] ?? '';
    const answered = post(url, body, agent).then(
      (text) => {
        latencies.push(performance.now() - due);
        if (!isGood(text)) failures++;
      },
      () => {
        failures++;
      },
    );
    answers.push(answered);
  }
  await Promise.all(answers);
  agent.destroy();
  const requestsPerSecond = latencies.length / ((performance.now() - begun) / 1000);
  const [p50, p99] = [quantile(latencies, 0.5), quantile(latencies, 0.99)];
  return { requests: latencies.length, requestsPerSecond, p50, p99, failures };
}

function post(url: string, body: string, agent: Agent): Promise<string> {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve(text));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
