// The two ways to run Kairos, each really started, with the handles by which a fault breaks it.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ForkedDouble, forkDouble } from '../event-store/forked-double.ts';
import { type CuttableLine, createCuttableLine } from '../redis/cuttable-line.ts';
import { startRedis, type TestRedis } from '../redis/redis-server.ts';
import { type Fleet, startFleet } from '../replicas/fleet.ts';
import { type ModelService, startModelService } from './model-service.ts';

interface Installed {
  readonly fleet: Fleet;
  /** Those that answer. */
  readonly apis: readonly string[];
  /** Where propensities come from. */
  readonly model: ModelService;
  /** From now on the clock of a process is so many milliseconds ahead of the machine's. */
  setClock(name: string, aheadMs: number): void;
  stop(): Promise<void>;
}

/** Two processes that answer and one that projects, over an event store and a Redis. */
export interface Production extends Installed {
  readonly kind: 'production';
  readonly redis: TestRedis;
  /** Between everybody and Redis. */
  readonly line: CuttableLine;
  readonly eventStore: ForkedDouble;
}

/** One process, its log in a file on a disk of its own. */
export interface Embedded extends Installed {
  readonly kind: 'embedded';
  readonly disk: Disk;
}

export type Installation = Production | Embedded;

export const startInstallation = {
  async production(): Promise<Production> {
    const clocks = createClocks();
    const model = await startModelService();
    const redis = await startRedis();
    const line = await createCuttableLine(redis.port);
    const eventStore = await forkDouble();
    const apis = ['api-0', 'api-1'];
    const fleet = await startFleet({
      urlOf: () => `redis://127.0.0.1:${line.port}`,
      eventStore: eventStore.url('esdb'),
      names: ['projector-0', ...apis],
      environmentOf: (name) => ({ ...clocks.environmentOf(name), KAIROS_MODEL_ORIGINS: model.origin }),
    });
    return {
      kind: 'production',
      fleet,
      apis,
      model,
      redis,
      line,
      eventStore,
      setClock: clocks.set,
      async stop() {
        await fleet.stop();
        await eventStore.end();
        await line.stop();
        await redis.stop();
        await model.stop();
        clocks.remove();
      },
    };
  },

  async embedded(): Promise<Embedded> {
    const clocks = createClocks();
    const model = await startModelService();
    const disk = mountDisk();
    const apis = ['all-0'];
    const fleet = await startFleet({
      urlOf: () => undefined,
      names: apis,
      folder: disk.folder,
      environmentOf: (name) => ({ ...clocks.environmentOf(name), KAIROS_MODEL_ORIGINS: model.origin }),
    });
    return {
      kind: 'embedded',
      fleet,
      apis,
      model,
      disk,
      setClock: clocks.set,
      async stop() {
        disk.free();
        await fleet.stop();
        disk.unmount();
        await model.stop();
        clocks.remove();
      },
    };
  },
};

/** A file for each process, in which its clock is set. */
function createClocks() {
  const folder = mkdtempSync(join(tmpdir(), 'kairos-clocks-'));
  const fileOf = (name: string) => join(folder, name);
  return {
    environmentOf: (name: string) => ({
      CLOCK_FILE: fileOf(name),
      NODE_OPTIONS: `--import=${import.meta.resolve('./settable-clock.ts')} --disable-warning=ExperimentalWarning`,
    }),
    set: (name: string, aheadMs: number) => writeFileSync(fileOf(name), String(aheadMs)),
    remove: () => rmSync(folder, { recursive: true }),
  };
}

export interface Disk {
  readonly folder: string;
  /** Why it cannot be filled; undefined: it can. */
  readonly whyNot: string | undefined;
  /** Nothing more can be written. */
  fill(): void;
  free(): void;
  unmount(): void;
}

/** A small disk in memory; where that may not be mounted, a folder. */
function mountDisk(): Disk {
  const mount = mkdtempSync(join(tmpdir(), 'kairos-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=96m', 'kairos-chaos', mount], { encoding: 'utf8' });
  const isMounted = mounted.status === 0;
  const unmount = () => {
    process.removeListener('exit', unmount);
    if (isMounted) spawnSync('umount', ['--lazy', mount]);
    rmSync(mount, { recursive: true, force: true });
  };
  // Before the folder that it is in is removed.
  process.prependOnceListener('exit', unmount);
  const folder = join(mount, 'data');
  mkdirSync(folder);
  const filling = join(mount, 'filling');
  return {
    folder,
    whyNot: isMounted ? undefined : `a disk to fill needs the right to mount one: ${mounted.stderr.trim()}`,
    fill() {
      const file = openSync(filling, 'w');
      try {
        for (let piece = Buffer.alloc(65_536, 1); piece.length > 0; ) {
          try {
            writeSync(file, piece);
          } catch {
            // What does not fit whole may fit in part.
            piece = piece.subarray(0, piece.length >> 1);
          }
        }
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(filling, { force: true }),
    unmount,
  };
}
