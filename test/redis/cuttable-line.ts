// A line to a server that a test can cut or make slow: what is on the way is lost, and whoever asks is refused, hears nothing, or hears late.
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
  /** Whatever the server says comes so many milliseconds late. */
  slow(milliseconds: number): void;
  /** New connections come through, and nothing is late any more. */
  heal(): void;
  stop(): Promise<void>;
}

export async function createCuttableLine(serverPort: number): Promise<CuttableLine> {
  let state: 'WHOLE' | 'REFUSING' | 'SILENT' = 'WHOLE';
  let lateBy = 0;
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
    near.pipe(far);
    far.pipe(createDelay(() => lateBy)).pipe(near);
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
      lateBy = milliseconds;
    },
    heal() {
      state = 'WHOLE';
      lateBy = 0;
    },
    async stop() {
      endAll();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Passes everything on in order, each piece as late as is said when it comes. */
function createDelay(milliseconds: () => number): Transform {
  let before: Promise<unknown> = Promise.resolve();
  const stream: Transform = new Transform({
    transform(chunk, _, done) {
      const due = milliseconds();
      const earlier = before;
      const inTurn = () => !stream.destroyed && stream.push(chunk);
      before = due > 0 ? Promise.all([earlier, delay(due)]).then(inTurn) : earlier.then(inTurn);
      done();
    },
    flush(done) {
      before.then(() => done());
    },
  });
  return stream;
}
