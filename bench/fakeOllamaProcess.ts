/** An Ollama in a process of its own that answers in about a millisecond; says its address, and ends with its input. */
import { startFakeOllama } from '../e2e/fakeOllama.ts'

const fake = await startFakeOllama({
  models: { quick: { tokens: ['Done', '.'], promptMs: 1, tokenMs: 0, parameterSize: '7B' } }
})
console.log(fake.url)
process.stdin.resume().on('end', () => void fake.close().then(() => process.exit(0)))
