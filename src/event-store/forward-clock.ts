// The clock of appends that have to be written by an instant: it only goes forward, and is the same in all processes of a machine.

/** Milliseconds since the machine was started, about. Threads of a process have other zeros in `performance.now()`. */
export function forwardNow(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1_000_000;
}
