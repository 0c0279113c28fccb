// The connection string of an event store: every rule, and that nothing secret is shown.
import { expect, it, test, vi } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { readEventStoreUrl } from '../../src/event-store/event-store-url.ts';

const thisFile = encodeURIComponent(import.meta.filename);

it.each([
  ['esdb://a', '@eventstore/db-client', 'esdb://a?keepAliveInterval=10000&keepAliveTimeout=4000'],
  [
    'esdb://a:1/?tls=false',
    '@eventstore/db-client',
    'esdb://a:1?tls=false&keepAliveInterval=10000&keepAliveTimeout=4000',
  ],
  [
    'esdb://a:1,b-2.x,c:3?keepAliveInterval=20000&keepAliveTimeout=1',
    '@eventstore/db-client',
    'esdb://a:1,b-2.x,c:3?keepAliveInterval=20000&keepAliveTimeout=1',
  ],
  [
    'kurrentdb+discover://ann:p%40%3A%2F@a?discoveryInterval=100',
    '@kurrent/kurrentdb-client',
    'kurrentdb+discover://ann:p%40%3A%2F@a?discoveryInterval=100&keepAliveInterval=10000&keepAliveTimeout=4000',
  ],
])('%s is for %s', (url, name, connectionString) => {
  expect(readEventStoreUrl(url)).toMatchObject({ package: name, connectionString });
});

it('is shown without user, password and options', () => {
  expect(readEventStoreUrl('esdb+discover://ann:secret@a:1?connectionName=x').shown).toBe('esdb+discover://a:1');
});

it.each([
  `tlsCAFile=${thisFile}`,
  `userCertFile=${thisFile}&userKeyFile=${thisFile}`,
  'tlsVerifyCert=true',
  'connectionName=shop%201',
  'nodePreference=follower',
  'nodePreference=readOnlyReplica',
  'maxDiscoverAttempts=3',
  'gossipTimeout=5',
  'defaultDeadline=1000',
])('takes the option %s', (option) => {
  for (const scheme of ['esdb', 'kurrentdb+discover']) {
    expect(readEventStoreUrl(`${scheme}://a?${option}`).connectionString).toContain(`a?${option}&`);
  }
});

const wrong: readonly (readonly [url: string, rule: string])[] = [
  ['', 'must be esdb://'],
  ['http://secret', 'must be esdb://'],
  ['ESDB://secret', 'must be esdb://'],
  ['esdb+dns://secret', 'must be esdb://'],
  ['esdb://', 'must name hosts as host:port'],
  ['esdb://ann:secret', 'must name hosts as host:port'],
  ['esdb://ann:secret@', 'must name hosts as host:port'],
  ['esdb://ann:se?secret@a', 'must name hosts as host:port'],
  ['esdb://ann@a', 'must name the user as user:password@'],
  ['esdb://:secret@a', 'must name the user as user:password@'],
  ['esdb://ann:s:secret@a', 'must name the user as user:password@'],
  ['esdb://ann:s@secret@a', 'must name the user as user:password@'],
  ['esdb://ann:s/secret@a', 'must name the user as user:password@'],
  ['esdb://ann:%secret@a', 'must name the user as user:password@'],
  ['esdb://a:0', 'must name hosts as host:port'],
  ['esdb://a:70000', 'must name hosts as host:port'],
  ['esdb://a,,b', 'must name hosts as host:port'],
  ['esdb://[::1]:2113', 'an IPv6 address needs a name'],
  ['esdb+discover://a,b', 'one host with +discover'],
  ['esdb://a?', 'an option that Kairos does not know'],
  ['esdb://a?ann:secret', 'an option that Kairos does not know'],
  ['esdb://a?colour=secret', 'does not allow: colour'],
  ['esdb://a?throwOnAppendFailure=false', 'does not allow: throwOnAppendFailure'],
  ['esdb://a?throwOnAppendFailure=true', 'does not allow: throwOnAppendFailure'],
  ['esdb://a?tls', 'without a value that it may have: tls'],
  ['esdb://a?tls=yes', 'without a value that it may have: tls'],
  ['esdb://a?keepAliveInterval=-1', 'without a value that it may have: keepAliveInterval'],
  ['esdb://a?keepAliveInterval=9999', 'without a value that it may have: keepAliveInterval'],
  ['esdb://a?defaultDeadline=0', 'without a value that it may have: defaultDeadline'],
  ['esdb://a?connectionName=%secret', 'without a value that it may have: connectionName'],
  ['esdb://a?nodePreference=secret', 'without a value that it may have: nodePreference'],
  ['esdb://a?tlsVerifyCert=false', 'name the authority of the certificate by tlsCAFile'],
  ['esdb://a?tlsCAFile=/no/secret', 'names a file that cannot be read: tlsCAFile'],
  [`esdb://a?userCertFile=${thisFile}`, 'both of userCertFile and userKeyFile'],
];

test.each(wrong)('%s is refused: %s', (url, rule) => {
  expect(() => readEventStoreUrl(url)).toThrow(rule);
});

it('shows nothing secret of a URL that is refused: not in the message, the cause, the stack, or on the console', () => {
  const printed = (['log', 'warn', 'error', 'info', 'debug'] as const).map((name) => vi.spyOn(console, name));
  for (const [url] of wrong) {
    for (const read of [() => readEventStoreUrl(url), () => readConfig({ EVENTSTORE_URL: url, KAIROS_ALONE: 'on' })]) {
      const error = url === '' ? undefined : errorOf(read);
      // The names of this test's files are in every stack.
      expect(`${error?.message} ${error?.cause} ${error?.stack?.split('\n    at ')[0]}`).not.toContain('secret');
    }
  }
  for (const spy of printed) expect(spy).not.toHaveBeenCalled();
});

function errorOf(call: () => unknown): Error {
  try {
    call();
  } catch (error) {
    return error as Error;
  }
  throw new Error('nothing was thrown');
}
