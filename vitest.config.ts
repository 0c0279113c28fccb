import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';

const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

/** They start several processes, and judge what those do under load: each file has the machine for itself. */
const several = [
  'test/replicas*.test.ts',
  'test/stop-under-load.test.ts',
  'test/projections/projector-processes.test.ts',
  'test/event-store/server-chaos.test.ts',
  'test/service-levels/status-page.test.ts',
  'test/chaos/run.test.ts',
];
const severalProcesses = {
  extends: true as const,
  test: { name: 'several processes', include: several, maxWorkers: 1, sequence: { groupOrder: 1 } },
};

const inProcess = {
  extends: true as const,
  test: {
    name: 'in process',
    include: ['test/**/*.test.ts'],
    // They have packages of their own, and a configuration of their own beside them.
    exclude: [...configDefaults.exclude, ...several, 'test/gateways/**'],
  },
};
/** What a gateway sees is the same whatever is between the log and the answers. */
const inRedis = {
  extends: true as const,
  test: { name: 'with Redis', include: ['test/graphql/**/*.test.ts'], env: { KAIROS_TEST_REDIS: 'on' } },
};

export default defineConfig({
  // The copy that Node resolves: Vite would give our files another one than the libraries get, and graphql refuses to be two.
  resolve: { alias: [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql')) }] },
  test: {
    projects: hasRedis ? [inProcess, inRedis, severalProcesses] : [inProcess, severalProcesses],
    // Many tests wait for other processes rather than for this one.
    maxWorkers: 2,
    testTimeout: 15_000,
    hookTimeout: 30_000,
  },
});
