// npm run chaos: one fault after another on a real Kairos under load, as a table; exit code 1 when it does not keep what it promises.
// npm run chaos -- [--only <fault>[,<fault>…]] [--rate 90] [--seconds 5] [--timeline] [--said] [--json]
import { parseArgs } from 'node:util';
import { printed } from '../../bench/table.ts';
import { inTemporaryFolder } from '../../bench/temporary-folder.ts';
import { askedOrExit } from '../../src/command-help.ts';
import { faults } from './faults.ts';
import type { Second } from './figures.ts';
import { reportOf } from './report.ts';
import { type Outcome, runFaults } from './run.ts';

const usage = `npm run chaos -- [--only <fault>,…] [--rate 90] [--seconds 5] [--timeline] [--said] [--json]
${faults.map(({ name, at, about }) => `  ${name.padEnd(22)}${at.padEnd(12)}${about}`).join('\n')}
Options
  --rate      questions a second
  --seconds   how long a fault lasts
  --timeline  what became of the questions of each second
  --said      what the processes have printed meanwhile
  --json      one line of JSON last`;

/** @throws Error that says which argument is wrong. */
function readOptions() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      rate: { type: 'string', default: '90' },
      seconds: { type: 'string', default: '5' },
      timeline: { type: 'boolean', default: false },
      said: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const only = values.only?.split(',');
  const unknown = only?.find((name) => !faults.some((fault) => fault.name === name));
  if (unknown !== undefined) throw new Error(`There is no fault ${unknown}.`);
  const [rate, seconds] = [Number(values.rate), Number(values.seconds)];
  if (!(rate > 0 && rate <= 1000)) throw new Error('--rate must be 1 to 1000 questions a second.');
  if (!(seconds > 0 && seconds <= 30)) throw new Error('--seconds must be 1 to 30.');
  return { ...values, only, rate, seconds };
}

/** The run is over by then, whatever becomes of it. */
const longestMs = 10 * 60_000;

async function main({ only, rate, seconds, timeline, said, json }: ReturnType<typeof readOptions>): Promise<void> {
  const outcomes: Outcome[] = [];
  const pace = { rate, faultMs: seconds * 1000, patienceMs: 20_000, settlingMs: 40_000, sureMs: 1500 };
  const giveUp = setTimeout(() => {
    console.error('The run takes too long, and is given up.');
    process.exit(1);
  }, longestMs);
  await inTemporaryFolder(async (folder) => {
    // Whatever the processes of the run write is gone with it.
    process.env.TMPDIR = folder;
    for await (const outcome of runFaults(only, pace)) {
      outcomes.push(outcome);
      console.error(`${outcome.fault.name}: ${outcome.whyNot ?? 'played'}`);
      for (const second of timeline ? (outcome.judged?.timeline ?? []) : []) console.error(`  ${inWords(second)}`);
      if (said) for (const line of outcome.judged?.processes.said ?? []) console.error(`  ${line}`);
    }
  });
  clearTimeout(giveUp);
  const report = reportOf(outcomes);
  console.log(printed(report));
  if (json) console.log(JSON.stringify(report));
  if (report.bars.some(({ met }) => met === false)) process.exitCode = 1;
}

function inWords({ second, asked, p50, instead }: Second): string {
  const what = Object.entries(instead).map(([name, count]) => `${name}: ${count}`);
  return [`${second} s: ${asked} asked`, `p50 ${Math.round(p50)} ms`, ...what].join(', ');
}

await main(askedOrExit(usage, readOptions));
