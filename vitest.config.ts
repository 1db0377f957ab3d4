import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{libs,services,apps,tools,bench,deploy}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    globalSetup: ['tools/testbed/src/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
