// A line between a gateway and a subgraph that notes what goes over it, and may lead to another process after a restart.
import { createServer, type IncomingMessage, request as open } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import * as webSockets from 'ws';

// Reads the frames of a WebSocket; the typings do not have it.
const { Receiver } = webSockets as unknown as { Receiver: new (options: { isServer: boolean }) => Writable };

export interface Heard {
  readonly headers: IncomingMessage['headers'];
  /** Of a request over HTTP, or a message over a WebSocket, under the headers of the request that opened it. */
  readonly body: string;
}

export interface RecordedLine {
  readonly url: string;
  /** What has come over it since it was emptied. */
  readonly heard: Heard[];
  stop(): Promise<void>;
}

/** @param target where the line leads to now. */
export async function startRecordedLine(target: () => URL): Promise<RecordedLine> {
  const heard: Heard[] = [];
  const sockets = new Set<Socket>();
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    heard.push({ headers: request.headers, body: body.toString() });
    const { hostname, port } = target();
    const { method, url: path, headers } = request;
    const forwarded = open({ hostname, port, method, path, headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    });
    // Nobody at the other end: the gateway sees its connection break, as it would without the line.
    forwarded.on('error', () => response.destroy());
    response.on('close', () => forwarded.destroy());
    forwarded.end(body);
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    const messages = new Receiver({ isServer: true });
    messages.on('message', (message: Buffer) => heard.push({ headers: request.headers, body: message.toString() }));
    // It takes the mask off where it finds it, and Kairos needs the bytes as they came.
    socket.on('data', (bytes) => messages.write(Buffer.from(bytes)));
    const { hostname, port } = target();
    const far = connect(Number(port), hostname);
    const names = request.rawHeaders.map((each, index) => (index % 2 === 0 ? `\r\n${each}: ` : each)).join('');
    far.write(`${request.method} ${request.url} HTTP/1.1${names}\r\n\r\n`);
    far.write(head);
    far.pipe(socket).pipe(far);
    for (const end of [far, socket]) {
      end.on('error', () => {});
      end.on('close', () => {
        far.destroy();
        socket.destroy();
      });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    heard,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
