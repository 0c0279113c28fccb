// The connection string of an event store at a server: checked here, because the packages print what they do not know with the
// password in it, and take options that make an append answer what is not so.
import { accessSync, constants } from 'node:fs';

/** Which package speaks to it. */
export type ServerPackage = '@eventstore/db-client' | '@kurrent/kurrentdb-client';

export interface EventStoreUrl {
  readonly package: ServerPackage;
  /** For the package, with the settings that Kairos adds. */
  readonly connectionString: string;
  /** To be shown: without user and password. */
  readonly shown: string;
}

const packages: Readonly<Record<string, ServerPackage>> = {
  esdb: '@eventstore/db-client',
  kurrentdb: '@kurrent/kurrentdb-client',
};

const number = /^\d+$/;
const trueOrFalse = /^(true|false)$/;
const text = /^[^?\s]+$/;
/** What the connection string may say, and how. */
const options: Readonly<Record<string, RegExp>> = {
  tls: trueOrFalse,
  tlsverifycert: trueOrFalse,
  tlscafile: text,
  usercertfile: text,
  userkeyfile: text,
  connectionname: text,
  nodepreference: /^(leader|follower|random|readonlyreplica)$/i,
  maxdiscoverattempts: number,
  discoveryinterval: number,
  gossiptimeout: number,
  defaultdeadline: /^[1-9]\d*$/,
  // The packages say on the console that they would rather have more.
  keepaliveinterval: /^[1-9]\d{4,}$/,
  keepalivetimeout: number,
};
const files: readonly string[] = ['tlscafile', 'usercertfile', 'userkeyfile'];

/** A server that is frozen is noticed by its connection after the sum of the two, in milliseconds. */
const keepAlive = { keepAliveInterval: '10000', keepAliveTimeout: '4000' };
/** What is added where the connection string does not say otherwise. */
const settings: Readonly<Record<ServerPackage, Readonly<Record<string, string>>>> = {
  '@eventstore/db-client': keepAlive,
  // It waits for as long before it connects, half a second by default, also when there is nothing to discover.
  '@kurrent/kurrentdb-client': { ...keepAlive, discoveryInterval: '20' },
};

/** @throws Error with what is wrong, and nothing of the URL that could be secret. */
export function readEventStoreUrl(url: string): EventStoreUrl {
  const {
    scheme = '',
    discover = '',
    rest = '',
  } = partsOf(url, /^(?<scheme>[a-z]+)(?<discover>\+discover)?:\/\/(?<rest>.*)$/);
  const name = packages[scheme];
  if (name === undefined) {
    throw new Error('must be esdb://host:2113, esdb+discover://…, kurrentdb://host:2113 or kurrentdb+discover://…');
  }
  const parts = partsOf(rest, /^(?:(?<user>[^@/?]*)@)?(?<hosts>[^@/?]*)\/?(?:\?(?<query>.*))?$/);
  const { user, hosts = '', query } = parts;
  if (!('hosts' in parts) || (user !== undefined && !(/^[^:]+:[^:]+$/.test(user) && isEncoded(user)))) {
    throw new Error(
      'must name the user as user:password@, with other characters than letters and digits percent-encoded',
    );
  }
  const all = hosts.split(',');
  if (!all.every(isHost)) throw new Error('must name hosts as host:port; an IPv6 address needs a name');
  if (discover && all.length > 1) throw new Error('must name one host with +discover, or several without');
  const given = readOptions(query?.split('&') ?? []);
  if (name === '@eventstore/db-client' && given.get('tlsverifycert')?.value === 'false') {
    throw new Error('cannot have tlsVerifyCert=false: name the authority of the certificate by tlsCAFile');
  }
  if (given.has('usercertfile') !== given.has('userkeyfile')) {
    throw new Error('must have both of userCertFile and userKeyFile, or neither');
  }
  const added = Object.entries(settings[name])
    .filter(([key]) => !given.has(key.toLowerCase()))
    .map(([key, value]) => `${key}=${value}`);
  const place = `${hosts}?${[...[...given.values()].map(({ pair }) => pair), ...added].join('&')}`;
  return {
    package: name,
    connectionString: `${scheme}${discover}://${user === undefined ? '' : `${user}@`}${place}`,
    shown: `${scheme}${discover}://${hosts}`,
  };
}

function partsOf(subject: string, pattern: RegExp): Readonly<Record<string, string | undefined>> {
  return pattern.exec(subject)?.groups ?? {};
}

function readOptions(pairs: readonly string[]): Map<string, { readonly pair: string; readonly value: string }> {
  const given = new Map<string, { readonly pair: string; readonly value: string }>();
  for (const pair of pairs) {
    const [key = '', value = ''] = pair.split('=', 2);
    const rule = options[key.toLowerCase()];
    // What stands where no option does may be the end of a password.
    if (!rule)
      throw new Error(
        `has an option that Kairos does not know or does not allow${/^\w+$/.test(key) ? `: ${key}` : ''}`,
      );
    if (!rule.test(value) || !isEncoded(value))
      throw new Error(`has an option without a value that it may have: ${key}`);
    if (files.includes(key.toLowerCase()) && !isReadable(decodeURIComponent(value))) {
      throw new Error(`names a file that cannot be read: ${key}`);
    }
    given.set(key.toLowerCase(), { pair, value });
  }
  return given;
}

function isHost(host: string): boolean {
  const [, port] = /^[\w.-]+(?::(\d+))?$/.exec(host) ?? [undefined, '0'];
  return port === undefined || (Number(port) > 0 && Number(port) < 65_536);
}

function isEncoded(part: string): boolean {
  try {
    decodeURIComponent(part);
    return true;
  } catch {
    return false;
  }
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
