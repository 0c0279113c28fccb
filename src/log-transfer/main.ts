// npm run events -- <verb>: backs up the event log, restores it, and moves it from one store to another.
import { parseArgs } from 'node:util';
import { createProgress } from '../../demo/progress.ts';
import { helpIfAsked } from '../command-help.ts';
import type { LogSummary } from './log-digest.ts';
import type { LogPlace } from './log-place.ts';
import {
  demandTwoPlaces,
  kindOf,
  openSource,
  openTarget,
  type PlaceKind,
  standardStream,
  withoutSecrets,
} from './open-place.ts';
import { type TransferOptions, type TransferProgress, type Transferred, transfer, verify } from './transfer.ts';

/** What a verb is given. */
interface Work extends Required<Pick<TransferOptions, 'onProgress' | 'signal'>> {
  readonly from: string;
  readonly to: string;
}

interface Verb {
  readonly about: string;
  /** What `--from` and `--to` must be; absent: anything. */
  readonly from?: PlaceKind;
  readonly to?: PlaceKind;
  run(work: Work): Promise<LogSummary & Partial<Transferred>>;
}

const runTransfer = (work: Work) => between(work, openTarget, transfer);
const runVerify = (work: Work) => between(work, openSource, verify);

const verbs: Readonly<Record<string, Verb>> = {
  export: { about: 'writes a log to a file: a backup', from: 'log', to: 'lines', run: runTransfer },
  import: {
    about: 'brings such a file to a log that is empty or has its beginning',
    from: 'lines',
    to: 'log',
    run: runTransfer,
  },
  copy: {
    about: 'brings a log to another, from the embedded one to EventStoreDB or back',
    from: 'log',
    to: 'log',
    run: runTransfer,
  },
  verify: { about: 'compares two of them and changes nothing', run: runVerify },
};

const usage = `npm run events -- <verb> --from <place> --to <place>
${Object.entries(verbs)
  .map(([name, { about }]) => `  ${name.padEnd(20)}${about}`)
  .join('\n')}
A place is
  data                the folder of an embedded log (KAIROS_DATA), or its file, data/kairos.db
  esdb://…            EventStoreDB or KurrentDB; also kurrentdb://…, esdb+discover://…, kurrentdb+discover://…
  backup.ndjson       a file that an export has written, or that it makes; - for standard output and input
Options
  --json              the result as one line of JSON
All can be interrupted: the same command goes on. What a place holds is never changed, only what follows is added, and all of it is
read back and compared. Exit code 0: both have the same events; 1: they have not; 2: nothing was begun.`;

const kinds: Readonly<Record<PlaceKind, string>> = {
  log: 'a log: a folder, a file *.db or the URL of a server',
  lines: 'a file *.ndjson or - for a pipe',
};

interface Arguments {
  readonly verb: Verb;
  readonly from: string;
  readonly to: string;
  readonly json: boolean;
}

/** @throws Error that says which argument is wrong. */
function readArguments(): Arguments {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { from: { type: 'string' }, to: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const [name, ...more] = positionals;
  const verb = name === undefined ? undefined : Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (!verb) throw new Error(`${name === undefined ? 'say what to do' : `there is no verb ${name}`}\n${usage}`);
  if (more.length > 0) throw new Error(`too many words\n${usage}`);
  const places = { from: values.from ?? '', to: values.to ?? '' };
  for (const option of ['from', 'to'] as const) {
    const [place, kind] = [places[option], verb[option]];
    if (place === '') throw new Error(`--${option} is missing\n${usage}`);
    if (kind && kindOf(place) !== kind) throw new Error(`--${option}: ${name} wants ${kinds[kind]}, not ${place}`);
  }
  try {
    demandTwoPlaces(places.from, places.to);
  } catch (error) {
    throw new Error(`--from and --to: ${(error as Error).message}`);
  }
  return { verb, ...places, json: values.json };
}

const misused = 2;
const failed = 1;
const interrupted = 130;

/** Opens what an option names. */
async function opened<Place>(option: string, opening: Promise<Place>): Promise<Place> {
  try {
    return await opening;
  } catch (error) {
    throw new Error(`--${option}: ${(error as Error).message}`, { cause: error });
  }
}

/** Aborted by the first Ctrl-C; a second one does not wait. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(interrupted);
    controller.abort(new Error('interrupted; the same command goes on'));
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return controller.signal;
}

/** Opens both places, and closes them whatever comes. */
async function between<Target extends LogPlace, Result>(
  { from, to, ...watching }: Work,
  openOther: (name: string) => Promise<Target>,
  run: (options: TransferOptions & { readonly target: Target }) => Promise<Result>,
): Promise<Result> {
  const source = await opened('from', openSource(from));
  try {
    const target = await opened('to', openOther(to));
    try {
      process.exitCode = failed;
      return await run({ source, target, ...watching });
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

async function main(): Promise<void> {
  helpIfAsked(usage);
  process.exitCode = misused;
  const { verb, from, to, json } = readArguments();
  const progress = createProgress(process.stderr);
  const signal = interruption();
  const begunAt = performance.now();
  const secondsSoFar = () => (performance.now() - begunAt) / 1000;
  const onProgress = ({ doing, share, events }: TransferProgress) =>
    progress.show(share, `${doing}: ${count(events)} events, ${count(events / secondsSoFar())}/s`);
  let done: LogSummary & Partial<Transferred>;
  try {
    done = await verb.run({ from, to, signal, onProgress });
  } catch (error) {
    if (signal.aborted) process.exitCode = interrupted;
    throw error;
  } finally {
    progress.end();
  }
  const seconds = Number(secondsSoFar().toFixed(1));
  const output = to === standardStream ? process.stderr : process.stdout;
  output.write(`${json ? JSON.stringify({ ...done, seconds }) : resultOf({ ...done, seconds })}\n`);
  process.exitCode = 0;
}

function resultOf({
  events,
  streams,
  sha256,
  written,
  seconds,
}: LogSummary & Partial<Transferred> & { seconds: number }) {
  const what = written === undefined ? 'are in both' : `are over, ${count(written)} of them now`;
  const speed = seconds > 0 ? `, ${count(events / seconds)} events/s` : '';
  return `${count(events)} events of ${count(streams)} streams ${what}; ${seconds} s${speed}\nsha256 ${sha256}`;
}

function count(number: number): string {
  return Math.round(number).toLocaleString('en');
}

main().catch((error: unknown) => {
  console.error(withoutSecrets((error as Error).message));
});
