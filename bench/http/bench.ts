// npm run bench -- http: the real decision over HTTP, against servers that only answer something constant.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Bench } from '../bench.ts';
import { createDraw } from '../decide/draw.ts';
import { type OwnProcess, startProcess } from '../processes.ts';
import { atLeast, atMost, type Bar, type Row, ratio } from '../report.ts';
import { median } from '../statistics.ts';
import { inTemporaryFolder } from '../temporary-folder.ts';
import { startKairosProcess } from './kairos-process.ts';
import type { LoadAnswer } from './load-process.ts';
import { connections, type Loaded, loaded } from './loaded.ts';
import { type Answer, bodyFor, shapeOf } from './question.ts';
import type { ConstantSettings, Listening } from './servers/settings.ts';
import { whereTimeGoes } from './where-time-goes.ts';

const kairos = 'Kairos: decides, reserves, records on disk';
const constant = 'Kairos server, constant resolver';
const rawJit = 'graphql-jit on node:http, constant';
const echo = 'node:http, JSON in, JSON out';
const apolloExpress = 'Apollo Server + Express, constant';
const mercurius = 'mercurius + jit, constant';

const constantServers: Readonly<Record<string, string>> = {
  [constant]: 'kairos-constant',
  [rawJit]: 'raw-jit',
  [echo]: 'echo',
  [apolloExpress]: 'apollo-express',
  [mercurius]: 'mercurius',
};

const categories = ['beef', 'pork', 'soft-drinks', 'cheese', 'salad-bar', 'frozen-pizza'];
const flags = ['--import', import.meta.resolve('./cpu-reporter.ts')];

interface Candidate {
  readonly name: string;
  readonly process: OwnProcess;
  readonly url: string;
  readonly rounds: Loaded[];
}

export const runHttp: Bench = async ({ quick, loadPeer }) => {
  if (!(await loadPeer('autocannon'))) {
    const notes = ['autocannon is not available here, and without it there is no load'];
    return { bench: 'http', sections: [{ title: 'Nothing was measured', notes, columns: [], rows: [] }], bars: [] };
  }
  return inTemporaryFolder(async (folder) => {
    const running: OwnProcess[] = [];
    try {
      const { real, candidates, bodies, bytes } = await startAll(folder, quick ? 0 : 5, running);
      const file = join(folder, 'bodies.json');
      writeFileSync(file, JSON.stringify(bodies));
      const load = (candidate: Candidate, seconds: number, rate?: number) => loaded(candidate, file, seconds, rate);
      if (!quick) for (const candidate of candidates) await load(candidate, 2);
      for (let round = 0; round < (quick ? 1 : 3); round++) {
        for (const candidate of candidates) candidate.rounds.push(await load(candidate, quick ? 1 : 3));
      }
      const half = await atHalfLoad(real, load, quick);
      const parts = await whereTimeGoes(real.name, real.process, () => load(real, quick ? 1 : 5));
      for (const candidate of candidates) await demandAnswer(candidate.url, bodies[0] ?? '');
      return {
        bench: 'http',
        sections: [
          {
            title: 'nextBestOffer over HTTP',
            notes: [
              `${connections} connections, ${bodies.length.toLocaleString('en-US')} customers, answers of ${bytes.toLocaleString('en-US')} bytes`,
              'the server and the load share the cores of this machine: CPU µs a request is the figure that holds elsewhere',
              `at half of its maximum, ${Math.round(half.rate).toLocaleString('en-US')} requests a second, Kairos answers with p99 ${half.p99.toFixed(1)} ms`,
            ],
            columns: [
              { key: 'server', heading: 'server' },
              { key: 'requests', heading: 'requests/s' },
              { key: 'p50', heading: 'p50 ms' },
              { key: 'p99', heading: 'p99 ms' },
              { key: 'cpu', heading: 'CPU µs a request' },
              { key: 'share', heading: '% of Kairos constant' },
            ],
            rows: [
              ...candidates.map(rowOf(candidates)),
              ...[constant, rawJit, echo, apolloExpress, mercurius]
                .filter((name) => !candidates.some((candidate) => candidate.name === name))
                .map((server) => ({ server, requests: 'not available here' })),
            ],
          },
          parts,
        ],
        bars: barsOf(candidates, half.p99),
      };
    } finally {
      await Promise.all(running.map((process) => process.stop()));
    }
  });
};

/** Starts Kairos, asks it, and starts the others with its answer. */
async function startAll(folder: string, copies: number, running: OwnProcess[]) {
  const kairosProcess = await startKairosProcess(folder, copies, flags);
  running.push(kairosProcess.process);
  const draw = createDraw('http');
  const bodies = kairosProcess.customerIds.map((customerId) => bodyFor(customerId, draw.one(categories)));
  const [first = ''] = bodies;
  const answer = await demandAnswer(kairosProcess.url, first);
  const real: Candidate = { name: kairos, process: kairosProcess.process, url: kairosProcess.url, rounds: [] };
  const candidates = [real];
  for (const [name, file] of Object.entries(constantServers)) {
    const path = fileURLToPath(new URL(`servers/${file}.ts`, import.meta.url));
    const process = startProcess(path, { answer } satisfies ConstantSettings, { flags });
    running.push(process);
    const { url } = await process.heard<Listening>();
    if (url === undefined) continue;
    const same = await demandAnswer(url, first);
    if (JSON.stringify(same) !== JSON.stringify(answer)) {
      throw new Error(`${name} answers ${shapeOf(same)}, not ${shapeOf(answer)}`);
    }
    candidates.push({ name, process, url, rounds: [] });
  }
  return { real, candidates, bodies, bytes: Buffer.byteLength(JSON.stringify({ data: { nextBestOffer: answer } })) };
}

/** @throws Error when the answer has no offer: it would be a cheap one. */
async function demandAnswer(url: string, body: string): Promise<Answer> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  const text = await response.text();
  const answer = (JSON.parse(text) as { data?: { nextBestOffer?: Answer } }).data?.nextBestOffer;
  if (!answer?.offers.length) throw new Error(`${url} answers ${text}`);
  return answer;
}

async function atHalfLoad(
  real: Candidate,
  load: (candidate: Candidate, seconds: number, rate: number) => Promise<LoadAnswer>,
  quick: boolean,
): Promise<{ rate: number; p99: number }> {
  const rate = Math.max(1, Math.round(median(real.rounds.map(({ requestsPerSecond }) => requestsPerSecond)) / 2));
  const p99: number[] = [];
  for (let round = 0; round < (quick ? 1 : 3); round++) p99.push((await load(real, quick ? 1 : 3, rate)).p99);
  return { rate, p99: median(p99) };
}

function figureOf(candidates: readonly Candidate[], name: string, figure: 'requestsPerSecond' | 'cpu' | 'p50' | 'p99') {
  const candidate = candidates.find((one) => one.name === name);
  return candidate && median(candidate.rounds.map((round) => round[figure]));
}

function rowOf(candidates: readonly Candidate[]) {
  return ({ name }: Candidate): Row => {
    const of = (figure: Parameters<typeof figureOf>[2]) => figureOf(candidates, name, figure);
    const share = ratio(of('requestsPerSecond'), figureOf(candidates, constant, 'requestsPerSecond'));
    return {
      server: name,
      requests: of('requestsPerSecond'),
      p50: of('p50'),
      p99: of('p99'),
      cpu: of('cpu'),
      share: share && share * 100,
    };
  };
}

function barsOf(candidates: readonly Candidate[], p99AtHalf: number): Bar[] {
  const requests = (name: string) => figureOf(candidates, name, 'requestsPerSecond');
  const cpu = (name: string) => figureOf(candidates, name, 'cpu');
  const share = ratio(requests(kairos), requests(constant));
  const percent = share && share * 100;
  return [
    atLeast('the real decision, of the constant resolver on the same server', 40, '%', percent),
    atLeast('the same (stretch)', 60, '%', percent),
    atLeast(
      'the real decision, of a constant one on Apollo Server + Express',
      2.5,
      '×',
      ratio(requests(kairos), requests(apolloExpress)),
    ),
    atLeast(
      'the constant one, of a constant one on Apollo Server + Express',
      2.5,
      '×',
      ratio(requests(constant), requests(apolloExpress)),
    ),
    atMost('CPU of the constant one, of raw graphql-jit', 1.3, '×', ratio(cpu(constant), cpu(rawJit))),
    atMost('p99 of the real decision at half of its maximum load', 5, 'ms', p99AtHalf),
  ];
}
