// Runs the tests of the event log against a real server: EVENTSTORE_URL=esdb://… npm run test:eventstore. They write to streams with
// random names, and delete nothing.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { readEventStoreUrl } from '../../src/event-store/event-store-url.ts';

const url = process.env.EVENTSTORE_URL ?? '';
try {
  if (url === '') throw new Error('must name the server to test, for example esdb://127.0.0.1:2113?tls=false');
  console.log(`Testing the event log at ${readEventStoreUrl(url).shown}`);
  const vitest = join(import.meta.dirname, '../../node_modules/vitest/vitest.mjs');
  const tests = ['run', '--project', 'in process', 'test/event-store/real-server.test.ts'];
  const env = { ...process.env, KAIROS_TEST_EVENTSTORE: url };
  spawn(process.execPath, [vitest, ...tests], { stdio: 'inherit', env }).on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
} catch (error) {
  console.error(`EVENTSTORE_URL: ${(error as Error).message}`);
  process.exitCode = 1;
}
