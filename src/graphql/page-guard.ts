// Who may see the pages for those who watch a process: what is in them is of the business as a whole, and of no person.
import { hash, timingSafeEqual } from 'node:crypto';
import { fail } from './errors.ts';
import type { Page } from './http-answer.ts';
import { correlationIdOf } from './http-request.ts';
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
 * as `authorization: Bearer …`. Others are refused as on every other address.
 */
export function createPageGuard({ identify, token }: PageGuardOptions): (page: Page) => Page {
  const expected = token === undefined ? undefined : digestOf(`Bearer ${token}`);
  return (page) => async (request) => {
    const { headers, socket } = request;
    if (expected && timingSafeEqual(digestOf(headers.authorization ?? ''), expected)) return page(request);
    const correlationId = correlationIdOf(headers['x-correlation-id']);
    const identity = await identify({ transport: 'http', headers, address: socket.remoteAddress, correlationId });
    const isAllowed = identity.isOpen ? expected === undefined : (identity.roles & operate) !== 0;
    if (isAllowed) return page(request);
    if (identity.isOpen) throw fail('UNAUTHENTICATED', 'This page needs the token of KAIROS_METRICS_TOKEN.');
    throw fail('FORBIDDEN', 'This page needs the role operate.', { reason: 'ROLE_MISSING', roles: ['operate'] });
  };
}

/** Equally long whatever was sent. */
function digestOf(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}
