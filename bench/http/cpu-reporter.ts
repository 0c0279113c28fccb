// Loaded into every server before itself: tells the bench how much processor time the process has used, and ends with the bench.
import type { Parts } from './profile.ts';

export interface CpuQuestion {
  /** A profile of the main thread begins or ends; absent: nothing about it. */
  readonly profile?: 'START' | 'STOP';
}

export interface CpuAnswer {
  /** Of all threads, user and system. */
  readonly microseconds: number;
  /** Of the main thread alone. */
  readonly ofMainThread: number;
  /** What the profile says that ends with this answer. */
  readonly parts?: Parts;
}

let stopProfile: (() => Promise<Parts>) | undefined;

async function answer({ profile }: CpuQuestion): Promise<CpuAnswer> {
  if (profile === 'START') stopProfile = await (await import('./profile.ts')).startProfile();
  const [all, main] = [process.cpuUsage(), process.threadCpuUsage()];
  const parts = profile === 'STOP' ? await stopProfile?.() : undefined;
  const used = { microseconds: all.user + all.system, ofMainThread: main.user + main.system };
  return parts ? { ...used, parts } : used;
}

process.on('message', (question: CpuQuestion) => {
  void answer(question).then((told) => process.send?.(told));
});
process.on('disconnect', () => process.exit());
