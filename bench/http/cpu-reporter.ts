// Loaded into every server before itself: tells the bench how much processor time the process has used, and ends with the bench.
export interface CpuAnswer {
  /** Of all threads, user and system. */
  readonly microseconds: number;
}

process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ microseconds: user + system } satisfies CpuAnswer);
});
process.on('disconnect', () => process.exit());
