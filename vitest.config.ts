import { defineConfig } from 'vitest/config';

/** So long a test waits for what it says, in milliseconds; nothing is timed, so a busy machine only takes longer. */
const patience = (timeout: number) => ({ poll: { timeout } });

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/acceptance/**', 'test/security/**', 'test/slow/**', 'test/laravel-versions/**'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
          expect: patience(20_000),
        },
      },
      {
        test: {
          name: 'acceptance',
          include: ['test/acceptance/**/*.test.ts', 'test/security/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 240_000,
          expect: patience(60_000),
        },
      },
      {
        test: {
          name: 'laravel',
          include: ['test/laravel-versions/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 300_000,
          expect: patience(60_000),
        },
      },
      {
        test: {
          name: 'slow',
          include: ['test/slow/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 900_000,
          hookTimeout: 300_000,
          expect: patience(60_000),
        },
      },
    ],
  },
});
