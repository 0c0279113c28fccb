// What a request costs a server, part by part: its main thread by a profile, its other threads by what they used.
import type { OwnProcess } from '../processes.ts';
import type { Row, Section } from '../report.ts';
import type { CpuAnswer, CpuQuestion } from './cpu-reporter.ts';
import type { LoadAnswer } from './load-process.ts';

const otherThreads = 'other threads: writing the log, collecting garbage, compiling';

/** @param load of the server, which was started with `cpu-reporter.ts` */
export async function whereTimeGoes(
  name: string,
  server: OwnProcess,
  load: () => Promise<LoadAnswer>,
): Promise<Section> {
  const ask = (question: CpuQuestion) => server.ask<CpuAnswer>(question);
  const before = await ask({ profile: 'START' });
  const { requests } = await load();
  const after = await ask({ profile: 'STOP' });
  const ofMainThread = (after.ofMainThread - before.ofMainThread) / requests;
  const all = (after.microseconds - before.microseconds) / requests;
  const parts = Object.entries(after.parts ?? {}).toSorted(([, one], [, other]) => other - one);
  // A sample is also taken while the thread waits for a core: the shares are the profile's, the time is what was used.
  const sampled = parts.reduce((sum, [, microseconds]) => sum + microseconds, 0);
  const rowOf = (part: string, cpu: number): Row => ({ part, cpu, share: (cpu / all) * 100 });
  return {
    title: `Where the processor time goes: ${name}`,
    notes: ['the main thread by a sampling profile, which itself costs a few per cent'],
    columns: [
      { key: 'part', heading: 'part' },
      { key: 'cpu', heading: 'CPU µs a request' },
      { key: 'share', heading: '%' },
    ],
    rows: [
      ...parts.map(([part, microseconds]) => rowOf(part, (microseconds / sampled) * ofMainThread)),
      rowOf(otherThreads, all - ofMainThread),
    ],
  };
}
