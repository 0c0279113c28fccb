// How many connections one address may have: who has too many is told so and let go, before anything of a request is read.
import type { Socket } from 'node:net';
import { fail } from './errors.ts';

export interface Connections {
  readonly all: ReadonlySet<Socket>;
  /** Takes a connection in; the error for one that is too many. */
  take(socket: Socket): Error | undefined;
  /** Whether it was taken in, and not refused. */
  has(socket: Socket): boolean;
}

/** Seconds until somebody who was refused may try again. */
const retryAfter = 1;

export function createConnections(perAddress: number): Connections {
  const all = new Set<Socket>();
  const counts = new Map<string, number>();

  return {
    all,
    has: (socket) => all.has(socket),
    take(socket) {
      // Its address is gone when it is closed.
      const { remoteAddress = '' } = socket;
      const count = counts.get(remoteAddress) ?? 0;
      if (count >= perAddress) {
        const rule = `One address has at most ${perAddress} connections at a time.`;
        return fail('RATE_LIMITED', rule, { limit: 'connections', retryAfter });
      }
      counts.set(remoteAddress, count + 1);
      all.add(socket);
      socket.once('close', () => {
        all.delete(socket);
        const left = (counts.get(remoteAddress) ?? 1) - 1;
        if (left === 0) counts.delete(remoteAddress);
        else counts.set(remoteAddress, left);
      });
      return undefined;
    },
  };
}
