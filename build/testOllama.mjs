// Runs the provider suite against a real Ollama: one that answers (OLLAMA_HOST, or the default address), or an `ollama`
// executable that is started on a free port for the occasion. Without either it says so and ends well, so that `npm test` can
// always call it. Everything behind it is TypeScript, which only the project's own Node runs as it is.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const projectNode = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node')

if (!process.features.typescript && existsSync(projectNode)) {
  const { status } = spawnSync(projectNode, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit'
  })
  process.exit(status ?? 1)
}

// Node runs its exit handlers, which end the server, only when it leaves by itself.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))

const { runRealOllama } = await import('../src/main/providers/ollama/realOllama/run.ts')
const isWell = await runRealOllama(root, (line) => console.log(line))
process.exit(isWell ? 0 : 1)
