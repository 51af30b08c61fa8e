/** Rows of another machine must not be measured against this one's budget, and must not take from its room. */
import { beforeEach, expect, test } from 'vitest'
import { engineHost, gb, model, ollamaHost, sample } from '../../../../../e2e/demo/parts.ts'
import { modelKey } from '../../../../shared/modelKey.ts'
import type { Model } from '../../../../shared/model.ts'
import { useHostStore } from '../../stores/hostStore.ts'
import { useMemoryStore } from '../../stores/memoryStore.ts'
import { useModelStore } from '../../stores/modelStore.ts'
import { fitNow } from './fitNow.ts'
import { stateWords } from './modelWords.ts'

const remote = ollamaHost({ id: 'studio', name: 'Studio', isLocal: false })
const of = (hostId: string, name: string, changes: Partial<Model> = {}): Model =>
  model(name, { id: { hostId, name }, ...changes })

function know(...models: Model[]): void {
  useModelStore.setState({ byKey: Object.fromEntries(models.map((each) => [modelKey(each.id), each])) })
}

beforeEach(() => {
  useHostStore.setState({ hosts: [ollamaHost(), engineHost(), remote] })
  useMemoryStore.setState({ sample: sample([], { budgetBytes: 10 * gb }) })
  know()
})

test('a model of another machine has no fit here, however large it is', () => {
  expect(fitNow(of('studio', 'huge', { sizeBytes: 90 * gb }))).toBeNull()
  expect(fitNow(of('ollama', 'huge', { sizeBytes: 90 * gb }))?.verdict).toBe('too-big')
})

test('its row says where it is instead', () => {
  const words = stateWords(of('studio', 'a'), { now: 0, host: remote, fit: null, waitingFor: null })
  expect(words.words).toBe('On Studio')
})

test('what another machine loads takes no room here', () => {
  const waiting = of('ollama', 'a', { sizeBytes: 6 * gb })
  know(of('studio', 'b', { state: 'loading', sizeBytes: 8 * gb }))
  expect(fitNow(waiting)?.verdict).toBe('fits')
  know(of('ollama', 'b', { state: 'loading', sizeBytes: 8 * gb }))
  expect(fitNow(waiting)?.verdict).toBe('needs-room')
})

test('a host that is not known yet is taken for this machine', () => {
  useHostStore.setState({ hosts: [] })
  expect(fitNow(of('studio', 'huge', { sizeBytes: 90 * gb }))?.verdict).toBe('too-big')
})
