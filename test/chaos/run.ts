// The run: one fault after another on a Kairos under a steady load, and what came of each.
import { setTimeout as delay } from 'node:timers/promises';
import { type Fault, faults, play, whyNotPlayed } from './faults.ts';
import {
  figuresOf,
  type PlaceFigures,
  type PopFigures,
  popsOf,
  recoveredAfter,
  type Second,
  timelineOf,
} from './figures.ts';
import { type Installation, startInstallation } from './installations.ts';
import { type Load, startLoad } from './load.ts';
import { type Account, createLogAccount, type LogAccount } from './log-account.ts';
import { type ProcessReport, watchProcesses } from './process-watch.ts';
import { agentId, customers, desk, places, prepareScenery } from './scenery.ts';

export interface Pace {
  /** Questions a second. */
  readonly rate: number;
  /** How long a fault lasts. */
  readonly faultMs: number;
  /** How long recovery is waited for. */
  readonly patienceMs: number;
  /** How long what is still on its way to the log, or to a screen, is waited for after that. */
  readonly settlingMs: number;
  /** Answers must have been whole for so long. */
  readonly sureMs: number;
}

/** What came of one fault. */
export interface Outcome {
  readonly fault: Fault;
  /** It was not played, because of this; then there is nothing else. */
  readonly whyNot?: string;
  readonly judged?: Judged;
}

export interface Judged {
  readonly places: readonly PlaceFigures[];
  /** Milliseconds after the end of the fault; undefined: never. */
  readonly recoveredMs: number | undefined;
  readonly account: Account;
  readonly capsExceeded: number;
  readonly pops: PopFigures;
  readonly processes: ProcessReport;
  readonly timeline: readonly Second[];
}

interface Running {
  readonly installation: Installation;
  readonly load: Load;
  readonly account: LogAccount;
  stop(): Promise<void>;
}

/**
 * Each outcome as soon as it is known. One that does not become whole again is the last of its installation: the next fault has a new one.
 * @param names of faults, in their order; all when absent
 */
export async function* runFaults(names: readonly string[] | undefined, pace: Pace): AsyncGenerator<Outcome> {
  let running: Running | undefined;
  try {
    for (const fault of names?.flatMap((name) => faults.filter((each) => each.name === name)) ?? faults) {
      if (running && running.installation.kind !== fault.at) {
        await running.stop();
        running = undefined;
      }
      running ??= await begin(fault.at, pace);
      const whyNot = whyNotPlayed(fault, running.installation);
      if (whyNot !== undefined) {
        yield { fault, whyNot };
        continue;
      }
      const judged = await judge(fault, running, pace);
      yield { fault, judged };
      if (judged.recoveredMs === undefined || judged.processes.died.length > 0) {
        await running.stop();
        running = undefined;
      }
    }
  } finally {
    await running?.stop();
  }
}

async function begin(kind: Installation['kind'], pace: Pace): Promise<Running> {
  const installation = await startInstallation[kind]();
  const { fleet, apis } = installation;
  let load: Load | undefined;
  const stop = async () => {
    await load?.stop();
    await installation.stop();
  };
  try {
    await prepareScenery(fleet, installation.model.origin);
    load = startLoad({
      urls: apis.map((name) => fleet.processes.get(name)?.url ?? ''),
      placements: places.map(({ placementId }) => placementId),
      customers,
      rate: pace.rate,
      agentId,
      desk,
    });
    const warm = await wholeAgain(load, Date.now(), { ...pace, patienceMs: 60_000 });
    const last = JSON.stringify(load.answers.at(-1));
    if (warm === undefined) throw new Error(`nothing is wrong, and answers are not whole: ${last}`);
    return { installation, load, account: createLogAccount(fleet.store), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function judge(fault: Fault, { installation, load, account }: Running, pace: Pace): Promise<Judged> {
  const sinceNow = load.mark();
  const beganAt = Date.now();
  const processes = watchProcesses(installation.fleet);
  await play(fault, installation, { load, rate: pace.rate }, pace.faultMs);
  const recoveredMs = await wholeAgain(load, Date.now(), pace);
  const claims = sinceNow();
  const isOnItsWay = async () => (await account.check(claims)).lost.length > 0 || popsOf(claims, load).lost > 0;
  for (const end = Date.now() + pace.settlingMs; (await isOnItsWay()) && Date.now() < end; ) await delay(200);
  return {
    places: places.map((place) => figuresOf(claims.answers, place)),
    recoveredMs,
    account: await account.check(claims),
    capsExceeded: await account.exceededSince(),
    pops: popsOf(claims, load),
    processes: processes(),
    timeline: timelineOf(claims.answers, beganAt),
  };
}

/** Milliseconds until answers were whole again; undefined when they were not in time. */
async function wholeAgain(load: Load, from: number, { patienceMs, sureMs }: Pace): Promise<number | undefined> {
  for (;;) {
    await Promise.race([delay(100), load.running]);
    const now = Date.now();
    const after = recoveredAfter(load.answers, from, now, sureMs);
    if (after !== undefined || now - from > patienceMs) return after;
  }
}
