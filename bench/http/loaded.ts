// A server under load for a while, and what that cost it.
import { fileURLToPath } from 'node:url';
import { type OwnProcess, probe } from '../processes.ts';
import type { CpuAnswer } from './cpu-reporter.ts';
import type { LoadAnswer, LoadSettings } from './load-process.ts';

export const connections = 64;

export interface Loaded extends LoadAnswer {
  /** Microseconds of processor time a request. */
  readonly cpu: number;
}

/**
 * @param server a process that was started with `cpu-reporter.ts`
 * @param bodies as `LoadSettings`
 * @param rate as `LoadSettings`
 */
export async function loaded(
  { name, url, process }: { readonly name: string; readonly url: string; readonly process: OwnProcess },
  bodies: string,
  seconds: number,
  rate?: number,
): Promise<Loaded> {
  const file = fileURLToPath(new URL('load-process.ts', import.meta.url));
  const settings: LoadSettings = { url, bodies, connections, seconds, ...(rate === undefined ? {} : { rate }) };
  const before = await process.ask<CpuAnswer>({});
  const answer = await probe<LoadAnswer>(file, settings);
  const after = await process.ask<CpuAnswer>({});
  if (answer.failures > 0) throw new Error(`${name}: ${answer.failures} of ${answer.requests} answers are wrong`);
  return { ...answer, cpu: (after.microseconds - before.microseconds) / answer.requests };
}
