import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{packages,apps,test,scripts}/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/bench/**'],
    globalSetup: ['packages/testing/src/global-setup.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // The tests wait for PostgreSQL and Redis most of the time: two at once pay off on two processors as well.
    maxWorkers: Math.max(2, availableParallelism() - 1),
  },
});
