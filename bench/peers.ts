// The libraries and servers that Kairos is compared with: a package of their own beside it, installed when first needed.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = import.meta.dirname;

/** How a peer is loaded: undefined where it cannot be, and then it is left out. */
export type LoadPeer = <Module>(name: string) => Promise<Module | undefined>;

/** The peers in the versions of `bench/package.json` are there. */
export function peersAreInstalled(): boolean {
  const installed = join(folder, 'node_modules/.package-lock.json');
  if (!existsSync(installed)) return false;
  const { packages } = readJson(installed) as { packages: Record<string, { version?: string }> };
  const { dependencies } = readJson(join(folder, 'package.json')) as { dependencies: Record<string, string> };
  return Object.entries(dependencies).every(([name, version]) => packages[`node_modules/${name}`]?.version === version);
}

/** @throws Error when npm cannot install them. */
export function installPeers(): void {
  console.error(`Installing the peers of the benches into ${join(folder, 'node_modules')} …`);
  // npm's own output would be taken for ours: it goes to stderr.
  const { status, error } = spawnSync('npm', ['install', '--prefix', folder, '--no-save', '--no-audit', '--no-fund'], {
    stdio: ['ignore', process.stderr, process.stderr],
  });
  if (status !== 0) {
    const cause = error?.message ?? `npm ended with ${status}`;
    throw new Error(`The peers could not be installed: ${cause}. --without-peers measures Kairos alone.`);
  }
}

/** Says on stderr what is not available here, once. */
export function createPeerLoader(): LoadPeer {
  const missing = new Set<string>();
  return async <Module>(name: string) => {
    try {
      return (await import(name)) as Module;
    } catch (error) {
      if (!missing.has(name)) console.error(`${name} is not available here: ${(error as Error).message}`);
      missing.add(name);
      return undefined;
    }
  };
}

/** For a run of Kairos alone. */
export const noPeers: LoadPeer = async () => undefined;

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
