// The connection string of an event store at a server: checked here, because the packages print what they do not know with the
// password in it, and take options that make an append answer what is not so.

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

const milliseconds = /^\d+$/;
const trueOrFalse = /^(true|false)$/;
const anything = /^.+$/;
/** What the connection string may say, and how. */
const options: Readonly<Record<string, RegExp>> = {
  tls: trueOrFalse,
  tlsverifycert: trueOrFalse,
  tlscafile: anything,
  usercertfile: anything,
  userkeyfile: anything,
  connectionname: anything,
  nodepreference: /^(leader|follower|random|readonlyreplica)$/i,
  maxdiscoverattempts: milliseconds,
  discoveryinterval: milliseconds,
  gossiptimeout: milliseconds,
  defaultdeadline: milliseconds,
  keepaliveinterval: milliseconds,
  keepalivetimeout: milliseconds,
};

/** A server that is frozen is noticed by its connection after the sum of the two, in milliseconds. */
const keepAlive = { keepAliveInterval: '10000', keepAliveTimeout: '4000' };
/** What is added where the connection string does not say otherwise. */
const settings: Readonly<Record<ServerPackage, Readonly<Record<string, string>>>> = {
  '@eventstore/db-client': keepAlive,
  // It waits for as long before it connects, half a second by default, also when there is nothing to discover.
  '@kurrent/kurrentdb-client': { ...keepAlive, discoveryInterval: '20' },
};

/** @throws Error with what is wrong, and nothing secret. */
export function readEventStoreUrl(url: string): EventStoreUrl {
  const match =
    /^(?<scheme>[a-z]+)(?<discover>\+discover)?:\/\/(?:(?<user>[^@/?]*)@)?(?<hosts>[^@/?]+)\/?(?:\?(?<query>.*))?$/.exec(
      url,
    );
  const { scheme = '', discover = '', user, hosts = '', query } = match?.groups ?? {};
  const name = packages[scheme];
  if (name === undefined) {
    throw new Error('must be esdb://host:2113, esdb+discover://…, kurrentdb://host:2113 or kurrentdb+discover://…');
  }
  if (user !== undefined && !/^[^:]+:[^:]+$/.test(user)) {
    throw new Error(
      'must name the user as user:password@, with other characters than letters and digits percent-encoded',
    );
  }
  for (const host of hosts.split(',')) {
    const [, port = '2113'] = /^[^:]+(?::(\d+))?$/.exec(host) ?? [undefined, ''];
    if (!(Number(port) > 0 && Number(port) < 65_536)) throw new Error(`must name hosts as host:port, not ${host}`);
  }
  const given = new Map<string, string>();
  for (const pair of query?.split('&') ?? []) {
    const [key = '', value = ''] = pair.split('=', 2);
    const rule = options[key.toLowerCase()];
    if (!rule) throw new Error(`has an option that Kairos does not know or does not allow: ${key}`);
    if (!rule.test(value)) throw new Error(`has an option without a value that it may have: ${key}`);
    given.set(key.toLowerCase(), pair);
  }
  const added = Object.entries(settings[name])
    .filter(([key]) => !given.has(key.toLowerCase()))
    .map(([key, value]) => `${key}=${value}`);
  const place = `${hosts}?${[...given.values(), ...added].join('&')}`;
  return {
    package: name,
    connectionString: `${scheme}${discover}://${user === undefined ? '' : `${user}@`}${place}`,
    shown: `${scheme}${discover}://${hosts}`,
  };
}
