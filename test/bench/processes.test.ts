// The processes of a bench end with it, and leave nothing behind.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { startProcess } from '../../bench/processes.ts';

interface Holding {
  readonly pid: number;
  readonly folder: string;
}

const file = fileURLToPath(new URL('holding-process.ts', import.meta.url));

test.each(['SIGINT', 'SIGTERM'] as const)('a process that %s ends takes its folder with it', async (signal) => {
  const child = startProcess(file, { busy: false });
  const { pid, folder } = await child.heard<Holding>();
  expect(existsSync(folder)).toBe(true);
  process.kill(pid, signal);
  await expect(child.heard()).rejects.toThrow('ended with');
  expect(existsSync(folder)).toBe(false);
});

test('a process that is hard at work ends when it is told to, not when its work is done', async () => {
  const child = startProcess(file, { busy: true });
  const { pid } = await child.heard<Holding>();
  process.kill(pid, 'SIGTERM');
  await expect(child.heard()).rejects.toThrow('ended with SIGTERM');
});
