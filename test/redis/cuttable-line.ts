// A line to a server that a test can cut: what is on the way is lost, and whoever asks is refused, or hears nothing.
import { once } from 'node:events';
import { createServer, type Socket, connect as tcpConnect } from 'node:net';

export interface CuttableLine {
  readonly port: number;
  /** Ends all connections and refuses new ones. */
  refuse(): void;
  /** Nothing comes through any more, on connections of before not even after `heal`, and nobody is told. */
  silence(): void;
  /** New connections come through. */
  heal(): void;
  stop(): Promise<void>;
}

export async function createCuttableLine(serverPort: number): Promise<CuttableLine> {
  let state: 'WHOLE' | 'REFUSING' | 'SILENT' = 'WHOLE';
  const sockets = new Set<Socket>();

  function keep(socket: Socket): void {
    sockets.add(socket);
    // The other side is gone, which is what this is for.
    socket.on('error', () => {});
    socket.once('close', () => sockets.delete(socket));
  }

  const server = createServer((near) => {
    keep(near);
    if (state === 'REFUSING') return near.destroy();
    if (state === 'SILENT') return near.pause();
    const far = tcpConnect({ host: '127.0.0.1', port: serverPort, noDelay: true });
    near.setNoDelay(true);
    keep(far);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.pipe(other);
      one.once('close', () => other.destroy());
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();

  const endAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    refuse() {
      state = 'REFUSING';
      endAll();
    },
    silence() {
      state = 'SILENT';
      for (const socket of sockets) socket.unpipe().pause();
    },
    heal() {
      state = 'WHOLE';
    },
    async stop() {
      endAll();
      server.close();
      await once(server, 'close');
    },
  };
}
