// Processes of Kairos by their role, as they run in production, and the projector among them.
import { fileURLToPath } from 'node:url';
import type { RedisProcess } from '../../demo/redis-process.ts';
import type { Role } from '../../src/config.ts';
import { type OwnProcess, startProcess } from '../processes.ts';
import type { ProjectingSettings } from './projecting-process.ts';

/** `variables`: where the log is, and whatever else is not as usual. */
export function environmentOf({ url }: RedisProcess, role: Role, variables: Readonly<Record<string, string>>) {
  return { REDIS_URL: url, KAIROS_ROLE: role, KAIROS_PORT: '0', KAIROS_DEMO: 'off', ...variables };
}

/** Says in a line what goes wrong and is tried again: on a machine at work, Redis may keep everybody waiting for a while. */
export function sayInPassing(error: unknown): void {
  console.error(error instanceof Error ? error.message : error);
}

/** Resolves when Redis has everything that is in the log. */
export async function startProjector(
  redis: RedisProcess,
  variables: Readonly<Record<string, string>>,
): Promise<OwnProcess> {
  const environment = environmentOf(redis, 'projector', variables);
  const file = fileURLToPath(new URL('projecting-process.ts', import.meta.url));
  const process = startProcess(file, { environment } satisfies ProjectingSettings);
  await process.heard();
  return process;
}
