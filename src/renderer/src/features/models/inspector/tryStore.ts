/** What was asked of each model in "Try it", kept while one looks at another model. */
import { create } from 'zustand'
import type { GenerateResult, ModelId } from '../../../../../shared/model.ts'
import { modelKey } from '../../../../../shared/modelKey.ts'
import { cancelOperation } from '../../../actions/modelActions.ts'
import { mintOperationId } from '../../../actions/operationId.ts'
import { request } from '../../../host/client.ts'
import { RequestError } from '../../../host/requestError.ts'
import { closeText, openText, useOperationStore } from '../../../stores/operationStore.ts'

export interface Try {
  prompt: string
  /** While it runs; its text is in the operation store. */
  operationId: string | null
  text: string
  result: GenerateResult | null
  failure: string | null
}

const nothingTried: Try = { prompt: '', operationId: null, text: '', result: null, failure: null }

/** Enough for an answer, and an end for a model that never stops by itself. */
const maxTokens = 1_024

export const useTryStore = create<{ byKey: Readonly<Record<string, Try>> }>(() => ({ byKey: {} }))

export function useTry(key: string): Try {
  return useTryStore((store) => store.byKey[key] ?? nothingTried)
}

function change(key: string, changes: Partial<Try>): void {
  useTryStore.setState(({ byKey }) => ({ byKey: { ...byKey, [key]: { ...(byKey[key] ?? nothingTried), ...changes } } }))
}

export function setPrompt(key: string, prompt: string): void {
  change(key, { prompt })
}

export async function ask(id: ModelId, prompt: string): Promise<void> {
  const key = modelKey(id)
  const operationId = mintOperationId()
  openText(operationId)
  change(key, { operationId, text: '', result: null, failure: null })
  try {
    const result = await request('models.generate', { id, prompt, options: { maxTokens }, operationId })
    change(key, { operationId: null, text: result.text, result })
  } catch (thrown) {
    // What was said before it broke stays on screen.
    const text = useOperationStore.getState().textById[operationId] ?? ''
    change(key, { operationId: null, text, failure: failureWords(thrown) })
  } finally {
    closeText(operationId)
  }
}

function failureWords(thrown: unknown): string | null {
  if (!(thrown instanceof RequestError)) return String(thrown)
  return thrown.code === 'aborted' ? null : [thrown.message, thrown.hint].filter(Boolean).join(' ')
}

export async function stop(operationId: string): Promise<void> {
  await cancelOperation(operationId)
}
