// GET /defaults/<placement>: the default answer of a placement, for everybody and for caches between; nothing of it is about anybody.
import { createHash } from 'node:crypto';
import { instantOf } from '../aggregates/values.ts';
import type { DefaultAnswer } from '../application/default-answers.ts';
import type { Kairos } from '../application/kairos.ts';
import { fail } from './errors.ts';
import { type Answer, jsonAnswer, type Page, type Pages } from './http-answer.ts';
import { addressOf } from './http-request.ts';

const folder = '/defaults/';

/** Seconds for which a cache shows it without asking, and for which it does so when Kairos cannot be asked. */
const maxAge = 5;
const staleIfError = 300;

export function defaultPages({ defaults, clock }: Pick<Kairos, 'defaults' | 'clock'>): Pages {
  const page: Page = async (request) => {
    const placementId = decoded(addressOf(request).path.slice(folder.length));
    const at = Date.parse(clock.timeOf(undefined));
    const answer = await defaults.of(placementId, at);
    if (!answer) throw fail('NOT_FOUND', 'There is no placement of this name that has a default answer.');
    return shown(answer, at, request.headers['if-none-match']);
  };
  return { [folder]: page };
}

function shown(answer: DefaultAnswer, at: number, known: string | undefined): Answer {
  const { id, placement, offers, endsAt } = answer;
  const body = {
    id,
    placementId: placement.placementId,
    channel: placement.terms.channel,
    offers: offers.map(({ offerId, slot, treatment }) => {
      // What is there for agents to say, and what offers are called by those who run them, is not for everybody to read.
      const { agentScript: _, ...content } = treatment;
      const { ttlSeconds } = answer.published.get(offerId)?.terms ?? {};
      return { offerId, slot, treatment: content, presentableSeconds: ttlSeconds };
    }),
    ...(endsAt !== Number.POSITIVE_INFINITY && { endsAt: instantOf(endsAt) }),
  };
  const whole = jsonAnswer(200, body, cachingOf(endsAt - at));
  const etag = `"${createHash('sha256').update(whole.body).digest('base64url').slice(0, 22)}"`;
  const headers: Record<string, string> = { ...whole.headers, etag };
  if (!names(known, etag)) return { ...whole, headers };
  const { 'content-type': _, ...withoutBody } = headers;
  return { status: 304, headers: withoutBody, body: '' };
}

/** No cache shows an offer after its end, not even when it cannot ask. */
function cachingOf(msLeft: number): Readonly<Record<string, string>> {
  const left = Math.max(0, Math.floor(msLeft / 1000));
  const times = `max-age=${Math.min(maxAge, left)}, stale-if-error=${Math.min(staleIfError, left)}`;
  // Pages of any site may read what anybody may read.
  return { 'cache-control': `public, ${times}`, 'access-control-allow-origin': '*' };
}

/** RFC 9110, 13.1.2: compared weakly, as caches may have made it weak. */
function names(known: string | undefined, etag: string): boolean {
  return known?.split(',').some((one) => one.trim() === '*' || one.trim().replace(/^W\//, '') === etag) === true;
}

/** As it was before it went into an address; what cannot be read names nothing. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
