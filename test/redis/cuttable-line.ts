// A line to a server that a test can cut: what is on the way is lost, and whoever asks is refused, or hears nothing. Or it is slow.
import { once } from 'node:events';
import { createServer, type Socket, connect as tcpConnect } from 'node:net';
import { Transform } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

export interface CuttableLine {
  readonly port: number;
  /** Ends all connections and refuses new ones. */
  refuse(): void;
  /** Nothing comes through any more, on connections of before not even after `heal`, and nobody is told. */
  silence(): void;
  /** Whatever is asked gets to the server so many milliseconds later, on connections of before too. */
  slow(milliseconds: number): void;
  /** New connections come through, and nothing is slow. */
  heal(): void;
  stop(): Promise<void>;
}

export async function createCuttableLine(serverPort: number): Promise<CuttableLine> {
  let state: 'WHOLE' | 'REFUSING' | 'SILENT' = 'WHOLE';
  let lagMs = 0;
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
    near.pipe(lagging(() => lagMs)).pipe(far);
    far.pipe(near);
    near.once('close', () => far.destroy());
    far.once('close', () => near.destroy());
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
    slow(milliseconds) {
      lagMs = milliseconds;
    },
    heal() {
      state = 'WHOLE';
      lagMs = 0;
    },
    async stop() {
      endAll();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Passes on what comes, so much later, in order. */
function lagging(lagMs: () => number): Transform {
  let before: Promise<unknown> = Promise.resolve();
  return new Transform({
    transform(chunk, _encoding, done) {
      before = Promise.all([before, lagMs() > 0 && delay(lagMs())]).then(() => this.push(chunk));
      done();
    },
    flush: (done) => void before.then(() => done()),
  });
}
