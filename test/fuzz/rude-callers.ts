// Callers who send malformed things and keep what they are answered.
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { WebSocket } from 'ws';

export interface Answered {
  /** Of HTTP; 0 where there was none. */
  readonly status: number;
  readonly correlationId: string | undefined;
  readonly text: string;
}

/** Longer than any answer takes: nobody is left without one. */
const patienceMs = 10_000;

export function createRudeCallers(url: string) {
  const { hostname, port } = new URL(url);
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });

  return {
    post: (body: string | Buffer, headers: Record<string, string>): Promise<Answered> =>
      new Promise((resolve, reject) => {
        const sent = request(url, { method: 'POST', agent, headers, timeout: patienceMs }, (response) => {
          let text = '';
          response.setEncoding('utf8').on('data', (part: string) => {
            text += part;
          });
          const correlationId = response.headers['x-correlation-id']?.toString();
          response.on('end', () => resolve({ status: response.statusCode ?? 0, correlationId, text }));
        });
        sent.on('timeout', () => sent.destroy(new Error('there was no answer')));
        sent.on('error', reject);
        sent.end(body);
      }),

    /** Writes bytes and says no more; what comes back until the server closes. */
    async raw(bytes: Buffer): Promise<string> {
      const socket = connect(Number(port), hostname).setEncoding('latin1');
      let text = '';
      socket.on('data', (part) => {
        text += part;
      });
      socket.on('error', () => {});
      socket.end(bytes);
      await new Promise((resolve) => socket.once('close', resolve));
      return text;
    },

    /** Sends messages over a WebSocket, and waits for its close, or for as many answers. */
    webSocket: (messages: readonly (string | Buffer)[]): Promise<string> =>
      new Promise((resolve, reject) => {
        const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws', {
          handshakeTimeout: patienceMs,
        });
        let text = '';
        // A server that finds a message unreadable closes the socket, which is an answer.
        socket.on('error', (error) => {
          text += error.message;
        });
        socket.once('close', (code, reason) => {
          if (code === 1006) reject(new Error(`there was no answer: ${text}`));
          else resolve(`${text} ${code} ${reason}`);
        });
        socket.once('open', () => {
          for (const message of messages) socket.send(message, () => {});
          // Answered behind all of them, where they have left the socket open.
          socket.send('{"type":"ping"}', () => {});
        });
        socket.on('message', (data) => {
          text += String(data);
          if (String(data) === '{"type":"pong"}') socket.close(1000);
        });
      }),

    end: () => agent.destroy(),
  };
}
