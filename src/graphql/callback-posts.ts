// Messages to callbacks: posted to the address given and no other, tried again while that may help, within bounds.
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';

/** What every message and every answer of the protocol is marked with. */
export const protocolHeader = { 'subscription-protocol': 'callback/1.0' } as const;

export interface Post {
  readonly url: URL;
  readonly message: object;
  /** Milliseconds for one attempt. */
  readonly timeout: number;
  /** Ends the attempt under way, and there is no further one; without it there is one attempt in all. */
  readonly cut?: AbortSignal;
}

/** `GONE`: whoever is called does not know the subscription any more, or does not take its messages. `LOST`: nobody answers. */
export type Delivery = 'TAKEN' | 'GONE' | 'LOST';

export interface CallbackPosts {
  /** Resolves in any case, at last when all attempts have failed. A message whose answer was lost is posted again. */
  deliver(post: Post): Promise<Delivery>;
  /** Closes the connections that wait for a next message. */
  close(): void;
}

/**
 * Redirections are not followed, and nothing is sent along that this server knows and the callback does not: an address that was
 * checked leads nowhere else.
 * @param connections to one origin at most
 * @param pauses milliseconds before each further attempt
 */
export function createCallbackPosts(connections: number, pauses: readonly number[]): CallbackPosts {
  const http = new HttpAgent({ keepAlive: true, maxSockets: connections });
  const https = new HttpsAgent({ keepAlive: true, maxSockets: connections });

  /** The status; undefined when there was none in time. */
  function attempt({ url, timeout, cut }: Post, text: string): Promise<number | undefined> {
    return new Promise((resolve) => {
      const options = {
        method: 'POST',
        ...(cut && { signal: cut }),
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(text),
          ...protocolHeader,
        },
      };
      const request =
        url.protocol === 'https:'
          ? httpsRequest(url, { ...options, agent: https })
          : httpRequest(url, { ...options, agent: http });
      let status: number | undefined;
      const overdue = setTimeout(() => request.destroy(), timeout);
      request.on('response', (response) => {
        status = response.statusCode;
        response.on('error', ignore).resume();
      });
      // The close that follows says that there was no answer.
      request.on('error', ignore);
      request.on('close', () => {
        clearTimeout(overdue);
        resolve(status);
      });
      request.end(text);
    });
  }

  return {
    async deliver(post) {
      const text = JSON.stringify(post.message);
      for (let attempts = 0; ; attempts += 1) {
        const status = await attempt(post, text);
        if (status !== undefined && status >= 200 && status < 300) return 'TAKEN';
        if (!mayPass(status)) return 'GONE';
        const pause = pauses[attempts];
        if (pause === undefined || !post.cut || !(await passes(pause, post.cut))) return 'LOST';
      }
    },
    close() {
      http.destroy();
      https.destroy();
    },
  };
}

function mayPass(status: number | undefined): boolean {
  return status === undefined || status >= 500 || status === 408 || status === 429;
}

/** Whether so many milliseconds passed without being cut. */
function passes(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  return delay(milliseconds, true, { signal }).catch(() => false);
}

function ignore(): void {}
