import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import { resolve } from 'node:path'
import { leaveOutUnusedParts } from './build/unusedParts.ts'

const at = (path: string): string => resolve(import.meta.dirname, path)

export default defineConfig({
  main: {
    build: {
      rollupOptions: {
        input: {
          index: at('src/main/index.ts'),
          serve: at('src/main/serve.ts'),
          engineChild: at('src/main/providers/llamacpp/engineChild.ts')
        }
      }
    }
  },
  preload: {
    build: {
      // A sandboxed preload can neither be an ES module nor require packages: one CommonJS file.
      externalizeDeps: false,
      rollupOptions: {
        input: { index: at('src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' }
      }
    }
  },
  renderer: {
    root: at('src/renderer'),
    plugins: [react(), leaveOutUnusedParts()],
    build: {
      rollupOptions: {
        input: at('src/renderer/index.html'),
        // React's: a component or context that nobody uses goes, though a call made it.
        treeshake: { manualPureFunctions: ['memo', 'forwardRef', 'createContext'] }
      },
      minify: true
    }
  }
})
