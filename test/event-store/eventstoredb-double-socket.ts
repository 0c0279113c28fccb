// The port of an EventStoreDB double: carries the bytes to its gRPC server, and can close, open again, freeze and thaw.
import { connect, createServer, type Server, type Socket } from 'node:net';

export interface DoublePort {
  readonly port: number;
  readonly connections: number;
  /** Closes the port and breaks every connection. */
  stop(): Promise<void>;
  /** Opens the same port again. */
  restart(): Promise<void>;
  /** From now on connections are accepted and nothing more comes out of them, or goes in. */
  freeze(): void;
  /** The connections that are open are frozen; new ones are not. As behind a firewall that has forgotten them. */
  freezeConnections(): void;
  thaw(): void;
}

/** Listens on 127.0.0.1; port 0 takes a free one. */
export async function openPort(port: number, target: number): Promise<DoublePort> {
  const pairs = new Map<Socket, Socket>();
  const parted = new Set<Socket>();
  let isFrozen = false;
  let listener: Server | undefined;

  const join = (outside: Socket, inside: Socket) => {
    parted.delete(outside);
    outside.pipe(inside);
    inside.pipe(outside);
  };
  const part = (outside: Socket, inside: Socket) => {
    parted.add(outside);
    for (const [from, to] of [
      [outside, inside],
      [inside, outside],
    ] as const) {
      from.unpipe(to);
      from.pause();
    }
  };
  const accept = (outside: Socket) => {
    const inside = connect(target, '127.0.0.1');
    pairs.set(outside, inside);
    for (const [socket, other] of [
      [outside, inside],
      [inside, outside],
    ] as const) {
      socket.setNoDelay(true);
      // A broken connection is nothing but a broken connection, on either side.
      socket.on('error', () => {});
      socket.on('close', () => {
        other.destroy();
        pairs.delete(outside);
        parted.delete(outside);
      });
    }
    if (isFrozen) parted.add(outside);
    else join(outside, inside);
  };
  const listen = async (at: number): Promise<number> => {
    const server = createServer(accept);
    listener = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(at, '127.0.0.1', resolve);
    });
    const address = server.address();
    return typeof address === 'object' && address ? address.port : at;
  };
  const freezeConnections = () => {
    for (const [outside, inside] of pairs) part(outside, inside);
  };
  const opened = await listen(port);
  return {
    port: opened,
    get connections() {
      return pairs.size;
    },
    stop: async () => {
      const closing = listener;
      listener = undefined;
      if (!closing) return;
      const closed = new Promise((resolve) => closing.close(resolve));
      for (const outside of pairs.keys()) outside.resetAndDestroy();
      await closed;
    },
    restart: async () => {
      isFrozen = false;
      if (!listener) await listen(opened);
    },
    freeze: () => {
      isFrozen = true;
      freezeConnections();
    },
    freezeConnections,
    thaw: () => {
      isFrozen = false;
      for (const [outside, inside] of pairs) if (parted.has(outside)) join(outside, inside);
    },
  };
}
