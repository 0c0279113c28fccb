// Opening the event store at a server, in processes of their own: each package alone, what it says, TLS, and what an operator reads.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ForkedDouble, forkDouble } from './forked-double.ts';

const root = join(import.meta.dirname, '../..');
const schemes = ['esdb', 'kurrentdb'] as const;

/** Everything that Node prints for these arguments, until it ends; `enough`: or until it has said so much, when it is killed. */
async function run(
  argv: readonly string[],
  environment: Record<string, string> = {},
  enough?: string,
): Promise<string> {
  const child = spawn(process.execPath, [...argv], { cwd: root, env: { PATH: process.env.PATH, ...environment } });
  let said = '';
  const hear = (part: Buffer) => {
    said += part;
    if (enough !== undefined && said.includes(enough)) child.kill('SIGKILL');
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  await once(child, 'close');
  return said;
}

const open = (url: string, then = '') => `
  const { openEventStore } = await import('./src/event-store/open-event-store.ts');
  try {
    const store = await openEventStore(${JSON.stringify(url)}, { timeoutMs: 2000, onError() {} });
    ${then}
    await store.close();
  } catch (error) { console.log(error.message); }`;
const module = (program: string) => ['--input-type=module', '-e', program];

it.each(schemes)('the package for %s prints nothing about a URL that is right', async (scheme) => {
  const urls = [
    'a',
    'ann:secret@a:1,b',
    'ann:s%3Aecret@a?tls=true&tlsVerifyCert=true&nodePreference=follower&gossipTimeout=1',
  ];
  for (const url of urls) expect(await run(module(open(`${scheme}://${url}`)))).toBe('');
});

it('says what to install when the package for kurrentdb:// is missing', async () => {
  const missing = `data:text/javascript,${encodeURIComponent(`
    import { registerHooks } from 'node:module';
    registerHooks({ resolve(name, context, next) {
      if (name.startsWith('@kurrent/')) throw Object.assign(new Error('no ' + name), { code: 'ERR_MODULE_NOT_FOUND' });
      return next(name, context);
    } });`)}`;
  expect(await run(['--import', missing, ...module(open('kurrentdb://a'))])).toMatch(
    /^needs the package @kurrent\/kurrentdb-client, which is not installed: npm install @kurrent\/kurrentdb-client@/,
  );
});

describe('over TLS', () => {
  let double: ForkedDouble;
  let folder: string;
  const file = (name: string) => join(folder, name);

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'kairos-tls-'));
    const make = (name: string, subject: string, ...more: string[]) => {
      const files = ['-keyout', file(`${name}.key`), '-out', file(`${name}.pem`)];
      const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', `/CN=${subject}`];
      execFileSync('openssl', [...request, ...files, ...more], { stdio: 'ignore' });
    };
    make('authority', 'authority');
    make('stranger', 'stranger');
    const leaf = ['-addext', 'subjectAltName=DNS:localhost', '-addext', 'basicConstraints=critical,CA:FALSE'];
    make('server', 'localhost', ...leaf, '-CA', file('authority.pem'), '-CAkey', file('authority.key'));
    const tls = ['--key', file('server.key'), '--certificate', file('server.pem')];
    double = await forkDouble([...tls, '--admin', 'admin:secret']);
  });
  afterAll(async () => {
    await double.end();
    rmSync(folder, { recursive: true });
  });

  const urlFor = (scheme: 'esdb' | 'kurrentdb', user: string, authority: string) =>
    double
      .url(scheme)
      .replace('://', `://${user}`)
      .replace('tls=true', `tlsCAFile=${file(authority)}`);

  it.each(schemes)('%s:// serves the user of the connection string by the authority it names', async (scheme) => {
    const url = urlFor(scheme, 'admin:secret@', 'authority.pem');
    expect(await run(module(open(url, "console.log(await store.readStream('a-b'), await store.head() === '');")))).toBe(
      '[] true\n',
    );
  });

  /** One that only cannot be reached is waited for. */
  const isWaiting = 'The event log does not answer: the event store does not answer';
  const start = (url: string) => {
    const environment = {
      EVENTSTORE_URL: url,
      KAIROS_ALONE: 'on',
      KAIROS_PORT: '0',
      KAIROS_DATA: file('data'),
      KAIROS_EVENTSTORE_TIMEOUT: '1000',
    };
    return run(['src/start.js'], environment, isWaiting);
  };

  it.each(schemes)('Kairos at %s:// says at its start what is wrong, and no password', async (scheme) => {
    const wrongs = [
      await start(urlFor(scheme, 'admin:secret2@', 'authority.pem')),
      await start(urlFor(scheme, '', 'authority.pem')),
      await start(urlFor(scheme, 'admin:secret@', 'stranger.pem')),
      await start(urlFor(scheme, 'admin:secret@', 'no.pem')),
    ];
    const shown = double.url(scheme).split('?')[0];
    for (const said of wrongs) expect(said).not.toContain('secret');
    const refused = `EVENTSTORE_URL: the event log at ${shown} cannot be used: the event store refuses: the user of`;
    expect(wrongs[0]).toContain(refused);
    expect(wrongs[1]).toContain(refused);
    // The other package keeps to itself why it cannot connect.
    expect(wrongs[2]).toContain(scheme === 'esdb' ? 'the event store refuses: its certificate is not' : isWaiting);
    expect(wrongs[3]).toContain('EVENTSTORE_URL: names a file that cannot be read: tlsCAFile');
  });
});
