// The faults, one after another, and how each begins and ends.
import { setTimeout as delay } from 'node:timers/promises';
import type { Embedded, Installation, Production } from './installations.ts';
import type { Load } from './load.ts';

/** What a fault is given besides the installation. */
export interface Surroundings {
  readonly load: Load;
  /** Questions a second, when nothing is wrong. */
  readonly rate: number;
}

interface FaultOf<Kind extends Installation> {
  readonly name: string;
  readonly at: Kind['kind'];
  /** What is done to it, for people. */
  readonly about: string;
  /** Why it cannot be played here; undefined: it can. */
  readonly whyNot?: (installation: Kind) => string | undefined;
  readonly begin: (installation: Kind, surroundings: Surroundings) => unknown;
  readonly end: (installation: Kind, surroundings: Surroundings) => unknown;
}

export type Fault = FaultOf<Production> | FaultOf<Embedded>;

const hourMs = 3_600_000;
const nothing = () => {};

const overload = {
  about: 'ten times as many questions a second',
  begin: (_: unknown, { load, rate }: Surroundings) => load.setRate(rate * 10),
  end: (_: unknown, { load, rate }: Surroundings) => load.setRate(rate),
};

export const faults: readonly Fault[] = [
  { name: 'nothing', at: 'production', about: 'nothing is wrong', begin: nothing, end: nothing },
  {
    name: 'redis-down',
    at: 'production',
    about: 'SIGKILL, and a new one that is empty',
    begin: ({ redis }) => redis.kill(),
    end: ({ redis }) => redis.startAgain(),
  },
  {
    name: 'redis-frozen',
    at: 'production',
    about: 'SIGSTOP, and SIGCONT',
    begin: ({ redis }) => redis.pause(),
    end: ({ redis }) => redis.resume(),
  },
  {
    name: 'redis-slow',
    at: 'production',
    about: 'every command takes 200 ms longer',
    begin: ({ line }) => line.slow(200),
    end: ({ line }) => line.heal(),
  },
  {
    name: 'store-down',
    at: 'production',
    about: 'the event store breaks its connections and refuses new ones',
    begin: ({ eventStore }) => eventStore.tell('stop'),
    end: ({ eventStore }) => eventStore.tell('restart'),
  },
  {
    name: 'store-frozen',
    at: 'production',
    about: 'the event store takes connections, and says nothing',
    begin: ({ eventStore }) => eventStore.tell('freeze'),
    end: ({ eventStore }) => eventStore.tell('thaw'),
  },
  {
    name: 'store-slow',
    at: 'production',
    about: 'every append and every read takes 500 ms longer',
    async begin({ eventStore }) {
      for (const operation of ['append', 'read'] as const) {
        await eventStore.tell('share', operation, { kind: 'slow', milliseconds: 500 }, 1);
      }
    },
    end: ({ eventStore }) => eventStore.tell('clear'),
  },
  {
    name: 'model-slow',
    at: 'production',
    about: 'the scoring service answers a second later',
    begin: ({ model }) => model.slow(1000),
    end: ({ model }) => model.heal(),
  },
  {
    name: 'model-wrong',
    at: 'production',
    about: 'the scoring service answers NaN, null, 17, and nothing for some offers, by turns',
    begin: ({ model }) => model.lie(),
    end: ({ model }) => model.heal(),
  },
  {
    name: 'projector-dead',
    at: 'production',
    about: 'SIGKILL of the only one',
    begin: ({ fleet }) => fleet.end('projector-0', 'SIGKILL'),
    end: ({ fleet }) => fleet.start('projector-0'),
  },
  {
    name: 'clock-back',
    at: 'production',
    about: 'the clock of one of the two that answer goes back by an hour',
    begin: ({ setClock }) => setClock('api-0', -hourMs),
    end: ({ setClock }) => setClock('api-0', 0),
  },
  { name: 'overload', at: 'production', ...overload },
  { name: 'nothing-embedded', at: 'embedded', about: 'nothing is wrong', begin: nothing, end: nothing },
  {
    name: 'disk-full',
    at: 'embedded',
    about: 'nothing more can be written to the disk of the log',
    whyNot: ({ disk }) => disk.whyNot,
    begin: ({ disk }) => disk.fill(),
    end: ({ disk }) => disk.free(),
  },
  {
    name: 'clock-back-embedded',
    at: 'embedded',
    about: 'the clock goes back by an hour',
    begin: ({ setClock }) => setClock('all-0', -hourMs),
    end: ({ setClock }) => setClock('all-0', 0),
  },
  { name: 'overload-embedded', at: 'embedded', ...overload },
];

/** The type of a fault goes with that of its installation, which the compiler cannot see from the list. */
export async function play(
  fault: Fault,
  installation: Installation,
  surroundings: Surroundings,
  milliseconds: number,
): Promise<void> {
  const { begin, end } = fault as FaultOf<Installation>;
  await begin(installation, surroundings);
  try {
    await delay(milliseconds);
  } finally {
    await end(installation, surroundings);
  }
}

export function whyNotPlayed(fault: Fault, installation: Installation): string | undefined {
  return (fault as FaultOf<Installation>).whyNot?.(installation);
}
