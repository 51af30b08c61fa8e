import { defineConfig } from 'vitest/config'

// Unit and contract tests live beside their sources; slow ones (real engine on big files) end in .slow.test.ts and run too.
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'e2e/**/*.test.ts', 'build/**/*.test.ts', 'bench/**/*.test.ts'],
    environment: 'node',
    setupFiles: ['./build/propertySeed.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    maxWorkers: 2
  }
})
