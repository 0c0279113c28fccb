// npm run bench -- telemetry: the real decision over HTTP, measured by nobody, by metrics, and by metrics and traces.
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Bench } from '../bench.ts';
import { createDraw } from '../decide/draw.ts';
import { startKairosProcess } from '../http/kairos-process.ts';
import { connections, type Loaded, loaded } from '../http/loaded.ts';
import { bodyFor } from '../http/question.ts';
import { quick as briefly, thorough } from '../interleaved.ts';
import type { OwnProcess } from '../processes.ts';
import { atMost, type Row } from '../report.ts';
import { median } from '../statistics.ts';
import { inTemporaryFolder } from '../temporary-folder.ts';
import { costOfParts } from './parts.ts';

const flags = ['--import', import.meta.resolve('../http/cpu-reporter.ts')];
const categories = ['beef', 'pork', 'soft-drinks', 'cheese', 'salad-bar', 'frozen-pizza'];

const nothing = 'nothing';
const metrics = 'metrics';
const some = 'metrics, traces of 1 %';
const all = 'metrics, traces of all';

/** What each is started with; those that trace send to a collector that takes everything and keeps nothing. */
function candidatesWith(collector: string): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const traces = { OTEL_EXPORTER_OTLP_ENDPOINT: collector, OTEL_TRACES_SAMPLER: 'parentbased_traceidratio' };
  return {
    [nothing]: { KAIROS_METRICS: 'off' },
    [metrics]: {},
    [some]: { ...traces, OTEL_TRACES_SAMPLER_ARG: '0.01' },
    [all]: { ...traces, OTEL_TRACES_SAMPLER_ARG: '1' },
  };
}

interface Candidate {
  readonly name: string;
  readonly process: OwnProcess;
  readonly url: string;
  readonly rounds: Loaded[];
}

export const runTelemetry: Bench = async ({ quick, loadPeer }) => {
  if (!(await loadPeer('autocannon'))) {
    const notes = ['autocannon is not available here, and without it there is no load'];
    const section = { title: 'Nothing was measured', notes, columns: [], rows: [] };
    return { bench: 'telemetry', sections: [section], bars: [] };
  }
  const collector = createServer((request, response) => {
    request.resume().on('end', () => response.end());
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  const { port } = collector.address() as AddressInfo;
  const running: OwnProcess[] = [];
  try {
    return await inTemporaryFolder(async (folder) => {
      const candidates: Candidate[] = [];
      const file = join(folder, 'bodies.json');
      for (const [name, variables] of Object.entries(candidatesWith(`http://127.0.0.1:${port}`))) {
        const own = join(folder, String(candidates.length));
        const { process, url, customerIds } = await startKairosProcess(own, 0, flags, variables);
        running.push(process);
        candidates.push({ name, process, url, rounds: [] });
        const draw = createDraw('telemetry');
        writeFileSync(file, JSON.stringify(customerIds.map((id) => bodyFor(id, draw.one(categories)))));
      }
      if (!quick) for (const candidate of candidates) await loaded(candidate, file, 2);
      for (let round = 0; round < (quick ? 1 : 9); round++) {
        // Who begins changes: logs grow, and the machine is not as quiet at one time as at another.
        for (let place = 0; place < candidates.length; place++) {
          const candidate = candidates[(round + place) % candidates.length];
          candidate?.rounds.push(await loaded(candidate, file, 1));
        }
      }
      const parts = await costOfParts(quick ? briefly : thorough);
      const [first, ...others] = candidates;
      if (!first) throw new Error('nobody was measured');
      const least = ({ rounds }: Candidate) => Math.min(...rounds.map(({ cpu }) => cpu));
      const most = ({ rounds }: Candidate) => Math.max(...rounds.map(({ requestsPerSecond }) => requestsPerSecond));
      const moreCpu = (candidate: Candidate) => (least(candidate) / least(first) - 1) * 100;
      const fewerRequests = (candidate: Candidate) => (1 - most(candidate) / most(first)) * 100;
      return {
        bench: 'telemetry',
        sections: [
          {
            title: 'nextBestOffer over HTTP, by what is measured of it',
            notes: [
              `${connections} connections; rounds take turns, and the best round of each is what is left when nobody else is at work here`,
              'the servers, the load and the collector share the cores of this machine: CPU µs a request is the figure that holds elsewhere',
            ],
            columns: [
              { key: 'measured', heading: 'measured' },
              { key: 'requests', heading: 'requests/s' },
              { key: 'most', heading: 'best round' },
              { key: 'p99', heading: 'p99 ms' },
              { key: 'cpu', heading: 'CPU µs a request' },
              { key: 'least', heading: 'best round' },
              { key: 'more', heading: '% more CPU' },
              { key: 'fewer', heading: '% fewer requests' },
            ],
            rows: candidates.map((candidate): Row => {
              const of = (figure: 'cpu' | 'requestsPerSecond' | 'p99') =>
                median(candidate.rounds.map((round) => round[figure]));
              return {
                measured: candidate.name,
                requests: of('requestsPerSecond'),
                most: most(candidate),
                p99: of('p99'),
                cpu: of('cpu'),
                least: least(candidate),
                ...(candidate !== first && { more: moreCpu(candidate), fewer: fewerRequests(candidate) }),
              };
            }),
          },
          {
            title: 'The same, each part by itself',
            notes: [
              'what a decision waits for in the process; to write down and send a trace that is kept comes later',
            ],
            columns: [
              { key: 'measured', heading: 'part' },
              { key: 'microseconds', heading: 'µs a decision' },
              { key: 'share', heading: '% of a request' },
            ],
            rows: [
              { measured: 'counted by metrics and objectives', microseconds: parts.counted },
              { measured: 'a trace that is not kept', microseconds: parts.passedOver },
              { measured: 'a trace that is kept', microseconds: parts.traced },
            ].map((row) => ({ ...row, share: (row.microseconds / least(first)) * 100 })),
          },
        ],
        bars: others
          .filter(({ name }) => name !== all)
          .flatMap((candidate) => [
            atMost(`CPU a request with ${candidate.name}, more than with nothing`, 10, '%', moreCpu(candidate)),
            atMost(`requests a second with ${candidate.name}, fewer`, 10, '%', fewerRequests(candidate)),
          ]),
      };
    });
  } finally {
    await Promise.all(running.map((process) => process.stop()));
    collector.closeAllConnections();
    collector.close();
  }
};
