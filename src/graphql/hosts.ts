// The names under which this server may be asked: a page elsewhere can point a name of its own at this machine (DNS rebinding).
import type { IncomingMessage } from 'node:http';
import type { GraphQLError } from 'graphql';
import { isLoopback } from '../loopback.ts';
import { fail } from './errors.ts';

const loopbackNames = ['localhost', '127.0.0.1', '[::1]'] as const;

/** The hosts of a server that listens at an address: at a loopback address its names, elsewhere any (undefined). */
export function hostsAt(address: string): readonly string[] | undefined {
  if (!isLoopback(address)) return undefined;
  return address === '::1' ? loopbackNames : [...new Set([...loopbackNames, address])];
}

/** The refusal of a request whose Host header is none of `hosts`, with any port; undefined when it is one, or when any will do. */
export function hostRefusal(
  { headers: { host } }: IncomingMessage,
  hosts: readonly string[] | undefined,
): GraphQLError | undefined {
  if (hosts === undefined) return undefined;
  const name = host?.toLowerCase().replace(/:\d+$/, '');
  if (name !== undefined && hosts.includes(name)) return undefined;
  const rule = `The Host header has to be one of ${hosts.join(', ')}, with any port`;
  return fail(
    'FORBIDDEN',
    `${rule}: under another name a page from elsewhere could reach this server (DNS rebinding).`,
  );
}

/** A host as a part of a URL that opens in a browser of this machine: "every address" would open nothing. */
export function nameInUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::' || host === '') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
