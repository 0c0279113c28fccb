// Who may see the pages for those who watch a process: what is in them is of the business as a whole, and of no person.
import { hash, timingSafeEqual } from 'node:crypto';
import { fail } from './errors.ts';
import type { Answer, Page } from './http-answer.ts';
import { correlationIdOf, wantsPage } from './http-request.ts';
import type { Identify } from './identification.ts';
import { roleSet } from './roles.ts';

export interface PageGuardOptions {
  readonly identify: Identify;
  /** A word of its own for programs that watch, whose tokens would expire. */
  readonly token?: string | undefined;
}

const operate = roleSet(['operate']);

/**
 * Where access is open and no word is set, everybody who reaches the port may; else who sends the word, or a token with the role operate,
 * as `authorization: Bearer …`. A browser cannot send that by itself: where there is a word, it asks the person for it, as a password under
 * any name. Others are refused as on every other address.
 */
export function createPageGuard({ identify, token }: PageGuardOptions): (page: Page) => Page {
  const expected = token === undefined ? undefined : digestOf(`Bearer ${token}`);
  return (page) => async (request) => {
    const { headers, socket } = request;
    const authorization = asWritten(headers.authorization);
    if (expected && timingSafeEqual(digestOf(bearerOf(authorization)), expected)) return page(request);
    if (expected && wantsPage(request) && !authorization.startsWith('Bearer ')) return askForWord;
    const correlationId = correlationIdOf(headers['x-correlation-id']);
    const identity = await identify({ transport: 'http', headers, address: socket.remoteAddress, correlationId });
    const isAllowed = identity.isOpen ? expected === undefined : (identity.roles & operate) !== 0;
    if (isAllowed) return page(request);
    if (identity.isOpen) throw fail('UNAUTHENTICATED', 'This page needs the token of KAIROS_METRICS_TOKEN.');
    throw fail('FORBIDDEN', 'This page needs the role operate.', { reason: 'ROLE_MISSING', roles: ['operate'] });
  };
}

const askForWord: Answer = {
  status: 401,
  headers: { 'content-type': 'text/plain; charset=utf-8', 'www-authenticate': 'Basic realm="Kairos", charset="UTF-8"' },
  body: 'This page needs the word of KAIROS_METRICS_TOKEN as the password, under any name.',
};

/** RFC 9110, 11.1: a scheme is the same in capitals. */
function asWritten(authorization = ''): string {
  return authorization.replace(/^bearer /i, 'Bearer ');
}

/** What was sent, with the password of a person as the word. */
function bearerOf(authorization: string): string {
  const [, encoded] = /^Basic (\S+)$/i.exec(authorization) ?? [];
  if (encoded === undefined) return authorization;
  const nameAndPassword = Buffer.from(encoded, 'base64').toString();
  return `Bearer ${nameAndPassword.slice(nameAndPassword.indexOf(':') + 1)}`;
}

/** Equally long whatever was sent. */
function digestOf(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
