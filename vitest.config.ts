import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';

const shared = {
  testTimeout: 30_000,
  hookTimeout: 120_000,
  env: {
    // Tests report what they find to whoever runs them, and to nobody else.
    ORT_DISABLE_TELEMETRY: '1',
    // Hundreds of processes start from the same few modules.
    NODE_COMPILE_CACHE: fileURLToPath(new URL('.build/compile-cache', import.meta.url)),
  },
};

/** These load a function's module, which reads its environment once: each file needs a process of its own. */
const handlers = 'test/functions/**/handler.test.ts';

export default defineConfig({
  test: {
    // Of two cores: every other test waits for a process, a socket or a clock.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    projects: [
      { test: { ...shared, name: 'handlers', include: [handlers] } },
      {
        test: {
          ...shared,
          name: 'parts',
          include: ['test/**/*.test.ts'],
          exclude: ['test/system/**', handlers],
          // The modules that tests share, the SDK and the CDK above all, are loaded once a worker and not once a file.
          isolate: false,
        },
      },
      {
        test: {
          ...shared,
          name: 'system',
          include: ['test/system/**/*.test.ts'],
          globalSetup: ['test/system/setup.ts'],
          testTimeout: 120_000,
          isolate: false,
        },
      },
    ],
  },
});
