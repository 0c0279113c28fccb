// npm run bench -- attacks: what it costs to refuse what means harm, and what those who ask meanwhile feel of it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Bench } from '../bench.ts';
import { createDraw } from '../decide/draw.ts';
import type { CpuAnswer } from '../http/cpu-reporter.ts';
import { startKairosProcess } from '../http/kairos-process.ts';
import type { LoadAnswer } from '../http/load-process.ts';
import { bodyFor } from '../http/question.ts';
import { type OwnProcess, probe } from '../processes.ts';
import { atMost, type Row } from '../report.ts';
import { median } from '../statistics.ts';
import { inTemporaryFolder } from '../temporary-folder.ts';
import { type Attack, type Attacks, createAttacks } from './attacks.ts';
import type { NormalLoad } from './normal-load-process.ts';

/** Decisions a second. */
const rate = 500;
/** Attacks a second beside it: at 50 ms each they would take a quarter of a core. */
const attacksPerSecond = 5;
/** Clients that are slow at the same time. */
const slowClients = 200;
const isSlow = ({ name }: Attack) => name.startsWith('a slow client');
const flags = ['--import', import.meta.resolve('../http/cpu-reporter.ts')];
const loadFile = fileURLToPath(new URL('normal-load-process.ts', import.meta.url));

interface Measured {
  readonly name: string;
  /** Milliseconds of the server's processor time for one that is refused. */
  readonly cpu: number;
  readonly alone: number[];
  readonly beside: number[];
}

export const runAttacks: Bench = ({ quick }) =>
  inTemporaryFolder(async (folder) => {
    const { process, url, customerIds } = await startKairosProcess(folder, 0, flags);
    const attacks = createAttacks(url);
    try {
      const file = join(folder, 'bodies.json');
      const draw = createDraw('attacks');
      writeFileSync(file, JSON.stringify(customerIds.map((id) => bodyFor(id, draw.one(['beef', 'cheese'])))));
      const load = (seconds: number) =>
        probe<LoadAnswer>(loadFile, { url, bodies: file, seconds, rate } satisfies NormalLoad);
      await load(quick ? 1 : 3);
      const measured = await measure(attacks, process, load, quick);
      return {
        bench: 'attacks',
        sections: [
          {
            title: 'Requests that are refused',
            notes: [
              `beside each: ${rate} decisions a second; ${attacksPerSecond} attacks a second, or ${slowClients} slow clients`,
              'CPU is that of the server process for one attack, without the other load; p99 is the median of rounds that take turns',
            ],
            columns: [
              { key: 'attack', heading: 'attack' },
              { key: 'cpu', heading: 'CPU ms each' },
              { key: 'alone', heading: 'p99 ms alone' },
              { key: 'beside', heading: 'p99 ms beside it' },
              { key: 'times', heading: 'times' },
            ],
            rows: measured.map(rowOf),
          },
        ],
        bars: [
          atMost('CPU of the dearest refusal', 50, 'ms', Math.max(...measured.map(({ cpu }) => cpu))),
          atMost(
            'p99 of decisions beside the worst attack, of that alone',
            2,
            '×',
            Math.max(...measured.map(slowdown)),
          ),
        ],
      };
    } finally {
      attacks.end();
      await process.stop();
    }
  });

async function measure(
  { attacks }: Attacks,
  process: OwnProcess,
  load: (seconds: number) => Promise<LoadAnswer>,
  quick: boolean,
): Promise<Measured[]> {
  const measured = [];
  for (const attack of attacks) {
    const cpu = await cpuOf(attack, process, quick);
    measured.push({ attack, name: attack.name, cpu, alone: [] as number[], beside: [] as number[] });
  }
  for (let round = 0; round < (quick ? 1 : 3); round++) {
    for (const { attack, alone, beside } of measured) {
      alone.push((await load(quick ? 1 : 2)).p99);
      const stop = attackSteadily(attack);
      beside.push((await load(quick ? 1 : 2)).p99);
      await stop();
    }
  }
  return measured;
}

async function cpuOf(attack: Attack, process: OwnProcess, quick: boolean): Promise<number> {
  const count = isSlow(attack) ? slowClients : quick ? 3 : 20;
  if (!isSlow(attack)) for (let time = 0; time < 3; time++) await attack.send();
  const before = await process.ask<CpuAnswer>({});
  if (isSlow(attack)) await Promise.all(Array.from({ length: count }, () => attack.send()));
  else for (let time = 0; time < count; time++) await attack.send();
  const after = await process.ask<CpuAnswer>({});
  return (after.microseconds - before.microseconds) / count / 1000;
}

/** Attacks until it is stopped, which waits for what is under way. */
function attackSteadily(attack: Attack): () => Promise<void> {
  const underWay: Promise<void>[] = [];
  let isOver = false;
  const attacking = (async () => {
    if (isSlow(attack)) {
      underWay.push(...Array.from({ length: slowClients }, () => attack.send()));
      return;
    }
    while (!isOver) {
      underWay.push(attack.send());
      await delay(1000 / attacksPerSecond);
    }
  })();
  return async () => {
    isOver = true;
    await attacking;
    await Promise.all(underWay);
  };
}

function slowdown({ alone, beside }: Measured): number {
  return median(beside) / median(alone);
}

function rowOf(measured: Measured): Row {
  const { name, cpu, alone, beside } = measured;
  return { attack: name, cpu, alone: median(alone), beside: median(beside), times: slowdown(measured) };
}
