import { defineConfig } from 'vitest/config'

// Unit and contract tests live beside their sources; slow ones (real engine on big files) end in .slow.test.ts and run too.
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'e2e/**/*.test.ts', 'build/**/*.test.ts', 'bench/**/*.test.ts'],
    environment: 'node',
    setupFiles: ['./build/propertySeed.ts'],
    // Limits for what hangs, not measures of speed: a busy machine may take its time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    maxWorkers: 2
  }
})
