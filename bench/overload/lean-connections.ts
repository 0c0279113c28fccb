// Kept-alive HTTP connections that cost their own process as little as possible, so that it can ask for more than a server can do.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface LeanConnections {
  /** The body of the answer; rejects when the connection breaks. What finds no connection free waits for one. */
  post(body: Buffer): Promise<string>;
  close(): void;
}

type Ended = (error: Error | undefined, body: string) => void;

/** So many are opened at once: a server's queue of those that it has not yet taken in is short, and who is not in it waits for a second. */
const openedTogether = 50;

/** Resolves when all of so many connections are open. */
export async function openLeanConnections(url: string, count: number): Promise<LeanConnections> {
  const { hostname, port, pathname, host } = new URL(url);
  const head = `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: `;
  const free: ((body: Buffer, ended: Ended) => void)[] = [];
  const waiting: { readonly body: Buffer; readonly ended: Ended }[] = [];
  const open = new Set<Socket>();

  async function connection(): Promise<void> {
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
    await once(socket, 'connect');
    free.push(send);
  }

  while (open.size < count) {
    await Promise.all(Array.from({ length: Math.min(openedTogether, count - open.size) }, connection));
  }

  return {
    post: (body) =>
      new Promise((resolve, reject) => {
        const ended: Ended = (error, text) => (error ? reject(error) : resolve(text));
        const send = free.pop();
        if (send) send(body, ended);
        else waiting.push({ body, ended });
      }),
    close() {
      for (const socket of open) socket.destroy();
    },
  };
}
