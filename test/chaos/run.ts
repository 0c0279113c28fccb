// The run: one fault after another on a Kairos under a steady load, and what came of each.
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type Fault, faults, play, whyNotPlayed } from './faults.ts';
import { figuresOf, type PlaceFigures, recoveredAfter } from './figures.ts';
import { type Installation, startInstallation } from './installations.ts';
import { type Load, startLoad } from './load.ts';
import { type Account, createLogAccount, type LogAccount } from './log-account.ts';
import { agentId, customers, desk, places, prepareScenery } from './scenery.ts';

export interface Pace {
  /** Questions a second. */
  readonly rate: number;
  /** How long a fault lasts. */
  readonly faultMs: number;
  /** How long recovery is waited for. */
  readonly patienceMs: number;
  /** Answers must have been whole for so long. */
  readonly sureMs: number;
}

/** What came of one fault. */
export interface Outcome {
  readonly fault: Fault;
  /** It was not played, because of this. */
  readonly whyNot?: string;
  readonly places: readonly PlaceFigures[];
  /** Milliseconds after the end of the fault; undefined: never. */
  readonly recoveredMs: number | undefined;
  readonly account: Account;
  readonly capsExceeded: number;
  readonly pops: { readonly promised: number; readonly lost: number; readonly slowestMs: number };
  /** Processes that ended although nobody ended them. */
  readonly died: readonly string[];
  /** By process: what its memory was before and after, in MiB. */
  readonly memory: Readonly<Record<string, readonly [before: number, after: number]>>;
  /** What the processes have said meanwhile. */
  readonly said: readonly string[];
}

interface Running {
  readonly installation: Installation;
  readonly load: Load;
  readonly account: LogAccount;
  stop(): Promise<void>;
}

/** Each outcome as soon as it is known. One whose answers do not become whole again is the last of its installation: the next has a new one. */
export async function* runFaults(names: readonly string[] | undefined, pace: Pace): AsyncGenerator<Outcome> {
  let running: Running | undefined;
  try {
    for (const fault of faults.filter(({ name }) => names?.includes(name) ?? true)) {
      if (running && running.installation.kind !== fault.at) {
        await running.stop();
        running = undefined;
      }
      running ??= await begin(fault.at, pace);
      const outcome = await oneFault(fault, running, pace);
      yield outcome;
      if (outcome.recoveredMs === undefined || outcome.died.length > 0) {
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
    await prepareScenery(fleet);
    load = startLoad({
      urls: apis.map((name) => fleet.processes.get(name)?.url ?? ''),
      placements: places.map(({ placementId }) => placementId),
      customers,
      rate: pace.rate,
      agentId,
      desk,
    });
    const account = createLogAccount(fleet.store);
    const began = Date.now();
    const warm = await wholeAgain(load, began, { ...pace, patienceMs: 60_000 });
    if (warm === undefined)
      throw new Error(`nothing is wrong, and answers are not whole: ${JSON.stringify(load.answers.at(-1))}`);
    return { installation, load, account, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function oneFault(fault: Fault, { installation, load, account }: Running, pace: Pace): Promise<Outcome> {
  const { fleet } = installation;
  const whyNot = whyNotPlayed(fault, installation);
  const pids = new Map([...fleet.processes].map(([name, { child }]) => [name, child.pid ?? 0]));
  const before = new Map([...pids].map(([name, pid]) => [name, memoryOf(pid)]));
  const said = new Map([...fleet.processes].map(([name, { output }]) => [name, output().length]));
  const [answered, promised] = [load.answers.length, load.popsPromised.length];
  const outcomesBefore = load.outcomes.length;
  const beganAt = Date.now();
  if (whyNot === undefined) await play(fault, installation, { load, rate: pace.rate }, pace.faultMs);
  const endedAt = Date.now();
  const recoveredMs = await wholeAgain(load, endedAt, pace);
  // What was asked before the fault and answered in it is of the fault too.
  const answers = load.answers.slice(answered).filter(({ dueAt, latencyMs }) => dueAt + latencyMs >= beganAt);
  const pops = load.popsPromised.slice(promised);
  const claims = { answers, outcomes: load.outcomes.slice(outcomesBefore), popsPromised: pops };
  const checked = await settled(
    () => account.check(claims),
    ({ lost }) => lost.length === 0,
  );
  const unseen = () => {
    const seen = new Map(load.popsSeen.map(({ interactionId, number, at }) => [`${interactionId} ${number}`, at]));
    const times = pops.map(
      ({ interactionId, number, at }) => (seen.get(`${interactionId} ${number}`) ?? Number.POSITIVE_INFINITY) - at,
    );
    const arrived = times.filter(Number.isFinite);
    return { promised: pops.length, lost: times.length - arrived.length, slowestMs: Math.max(0, ...arrived) };
  };
  return {
    fault,
    ...(whyNot !== undefined && { whyNot }),
    places: places.map((place) => figuresOf(answers, place)),
    recoveredMs,
    account: checked,
    capsExceeded: await account.exceededSince(),
    pops: await settled(
      async () => unseen(),
      ({ lost }) => lost === 0,
    ),
    died: [...fleet.processes]
      .filter(([, { child }]) => child.exitCode !== null || child.signalCode !== null)
      .map(([name]) => name),
    memory: Object.fromEntries(
      [...fleet.processes].map(([name, { child }]) => [
        name,
        [before.get(name) ?? 0, memoryOf(child.pid ?? 0)] as const,
      ]),
    ),
    said: [...fleet.processes].flatMap(([name, { child, output }]) => {
      const from = pids.get(name) === child.pid ? said.get(name) : 0;
      const lines = output().slice(from).split('\n').filter(Boolean);
      return lines.map((line) => `${name}: ${line}`);
    }),
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

/** What is still on its way gets some time. */
async function settled<Value>(look: () => Promise<Value>, isSettled: (value: Value) => boolean): Promise<Value> {
  const end = Date.now() + 8000;
  for (;;) {
    const value = await look();
    if (isSettled(value) || Date.now() > end) return value;
    await delay(200);
  }
}

/** Resident, in MiB; 0 where the machine does not tell. */
function memoryOf(pid: number): number {
  try {
    const [, kib = '0'] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Math.round(Number(kib) / 1024);
  } catch {
    return 0;
  }
}
