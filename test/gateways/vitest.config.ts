// Real gateways, installed in this folder: `npm run test:gateways`.
import { defineConfig } from 'vitest/config';
import everyTest from '../../vitest.config.ts';

export default defineConfig({
  resolve: everyTest.resolve ?? {},
  test: { include: ['test/gateways/*.test.ts'], maxWorkers: 2, testTimeout: 60_000, hookTimeout: 90_000 },
});
