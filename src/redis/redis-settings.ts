// Where Redis is: one server, a cluster of several, or whatever Sentinels say is the master; read from one text.

export interface RedisNode {
  readonly host: string;
  readonly port: number;
}

export interface RedisSettings {
  /** One: a server. Several: nodes of a cluster, or the Sentinels. */
  readonly nodes: readonly RedisNode[];
  /** A unix socket instead of nodes. */
  readonly socket?: string;
  /** The master that the nodes, which are Sentinels, watch. */
  readonly sentinelOf?: string;
  readonly username?: string;
  readonly password?: string;
  readonly database: number;
  readonly tls: boolean;
}

const forms = 'redis://host:port, several of them with commas between, or redis+sentinel://host:port,host:port/master';

/**
 * Reads `redis://[user:password@]host[:port][/database]` or `rediss://` (TLS); several with commas between are the nodes of a cluster.
 * `redis+sentinel://host:port,host:port/master` asks Sentinels for the master; `unix:///path` is a socket of this machine.
 * @throws Error that says what is wrong, without the password.
 */
export function readRedisUrl(text: string): RedisSettings {
  if (text.startsWith('unix://')) {
    const socket = text.slice('unix://'.length);
    if (!socket.startsWith('/')) throw new Error('must name a socket by its whole path: unix:///path');
    return { nodes: [], socket, database: 0, tls: false };
  }
  const isSentinel = text.startsWith('redis+sentinel://');
  // After the first, the scheme may be left out.
  const urls = text.split(',').map((part) => urlOf(part.includes('://') ? part : `redis://${part}`));
  const [first] = urls;
  if (!first) throw new Error(`must be ${forms}`);
  const last = urls.at(-1) ?? first;
  const nodes = urls.map(({ hostname, port }) => ({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (isSentinel ? 26_379 : 6379) : Number(port),
  }));
  const credentials = {
    ...(first.username !== '' && { username: decoded(first.username) }),
    ...(first.password !== '' && { password: decoded(first.password) }),
  };
  const tls = first.protocol === 'rediss:';
  const path = last.pathname.replace(/^\//, '');
  if (isSentinel) {
    if (path === '') throw new Error('must end with the name of the master: redis+sentinel://host:port/master');
    return { nodes, sentinelOf: decoded(path), database: 0, tls: false, ...credentials };
  }
  const database = path === '' ? 0 : Number(path);
  if (!Number.isInteger(database) || database < 0)
    throw new Error('must end with the number of the database, or nothing');
  if (database > 0 && nodes.length > 1) throw new Error('must not name a database: a cluster has only number 0');
  return { nodes, database, tls, ...credentials };
}

function urlOf(text: string): URL {
  const url = URL.parse(text);
  const isKnown = url && ['redis:', 'rediss:', 'redis+sentinel:'].includes(url.protocol);
  if (!isKnown || url.hostname === '') throw new Error(`must be ${forms}`);
  if (url.search !== '' || url.hash !== '')
    throw new Error('must not have anything behind ? or #: write those as %3F and %23');
  return url;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error('must have %25 where the user, the password or the name of the master has a %');
  }
}
