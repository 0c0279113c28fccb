// Kept-alive HTTP connections that cost their own process as little as possible, so that it can ask for more than a server can do.
import { connect, type Socket } from 'node:net';

export interface LeanConnections {
  /** The body of the answer; rejects when the connection breaks. Beyond so many at a time they wait for a free connection. */
  post(body: Buffer): Promise<string>;
  close(): void;
}

type Ended = (error: Error | undefined, body: string) => void;

/** @param most connections at a time; they are opened when they are needed */
export function createLeanConnections(url: string, most: number): LeanConnections {
  const { hostname, port, pathname, host } = new URL(url);
  const head = `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: `;
  const free: ((body: Buffer, ended: Ended) => void)[] = [];
  const waiting: { readonly body: Buffer; readonly ended: Ended }[] = [];
  const open = new Set<Socket>();

  function connection(): (body: Buffer, ended: Ended) => void {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    open.add(socket);
    let received = '';
    let onEnd: Ended | undefined;
    const send = (body: Buffer, ended: Ended) => {
      onEnd = ended;
      socket.cork();
      socket.write(`${head}${body.length}\r\n\r\n`, 'latin1');
      socket.write(body);
      socket.uncork();
    };
    const finish = (error: Error | undefined, body: string) => {
      const ended = onEnd;
      onEnd = undefined;
      ended?.(error, body);
    };
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      const end = received.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/content-length: (\d+)/i.exec(received)?.[1] ?? 0);
      if (received.length < end + 4 + length) return;
      const body = received.slice(end + 4);
      received = '';
      finish(undefined, body);
      const next = waiting.shift();
      if (next) send(next.body, next.ended);
      else free.push(send);
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      open.delete(socket);
      const place = free.indexOf(send);
      if (place >= 0) free.splice(place, 1);
      finish(new Error('the connection broke'), '');
    });
    return send;
  }

  return {
    post: (body) =>
      new Promise((resolve, reject) => {
        const ended: Ended = (error, text) => (error ? reject(error) : resolve(text));
        const send = free.pop() ?? (open.size < most ? connection() : undefined);
        if (send) send(body, ended);
        else waiting.push({ body, ended });
      }),
    close() {
      for (const socket of open) socket.destroy();
    },
  };
}
