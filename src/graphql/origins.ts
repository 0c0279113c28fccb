// Whose pages may ask what browsers send without asking first: WebSockets and GETs know no preflight.
import type { IncomingMessage } from 'node:http';
import type { GraphQLError } from 'graphql';
import { fail } from './errors.ts';

/** The refusal of what a page of another origin sends; undefined for pages of this server or of `origins`, and for all but browsers. */
export function originRefusal({ headers }: IncomingMessage, origins: readonly string[]): GraphQLError | undefined {
  const { origin, host, 'sec-fetch-site': site } = headers;
  const isKnown =
    origin === undefined
      ? // A page may also ask without wanting to read the answer; its browser then says from where, and no origin.
        site === undefined || site === 'same-origin' || site === 'none'
      : origins.includes(origin) || (URL.canParse(origin) && new URL(origin).host === host);
  return isKnown ? undefined : fail('FORBIDDEN', 'Pages of this origin may not open this here.');
}
