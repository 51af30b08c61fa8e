import { describe, expect, it } from 'vitest'
import type { Operation } from '../../shared/operation.ts'
import { createOperationRegistry } from './operationRegistry.ts'

const you = { actor: 'you' } as const

function begin() {
  const lists: Operation[][] = []
  const registry = createOperationRegistry({
    now: () => 5,
    onProgress: () => {},
    onListChanged: (list) => lists.push(list)
  })
  return { registry, lists }
}

describe('operations', () => {
  it('end whatever happens: a failed work must not stay in the list for ever', async () => {
    const { registry } = begin()
    await expect(registry.run('pull', null, you, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(registry.list()).toEqual([])
  })

  it('refuse an id that is in use, so that one cancel can never end two works', () => {
    const { registry } = begin()
    registry.start('load', null, { ...you, operationId: 'my-operation' })
    expect(() => registry.start('load', null, { ...you, operationId: 'my-operation' })).toThrow(/running already/)
  })

  it('say who asked for them, and for which rule: a page must not guess whose they are to stop', () => {
    const { registry } = begin()
    registry.start('generate', null, you)
    registry.start('warm_up', null, { actor: 'schedule', ruleId: 'mornings' })
    expect(registry.list()).toMatchObject([
      { kind: 'generate', actor: 'you', ruleId: null },
      { kind: 'warm_up', actor: 'schedule', ruleId: 'mornings' }
    ])
  })

  it('keep the newest progress for a page that opens later, but not every token', () => {
    const { registry } = begin()
    const operation = registry.start('generate', null, you)
    operation.progress({ kind: 'load', elapsedMs: 1, fraction: 0.5 })
    operation.progress({ kind: 'tokens', text: 'x' })
    expect(registry.list()[0]?.progress).toEqual({ kind: 'load', elapsedMs: 1, fraction: 0.5 })
  })

  it('wait no more once they speak: a page that opens then must not show a place in the queue', () => {
    const { registry } = begin()
    const operation = registry.start('generate', null, you)
    operation.progress({ kind: 'queued', position: 1, waiting: 1, elapsedMs: 1 })
    operation.progress({ kind: 'tokens', text: '' })
    expect(registry.list()[0]?.progress).toBeNull()
  })

  it('abort with a reason that reads as cancelled, and ending twice is no error', () => {
    const { registry } = begin()
    const operation = registry.start('load', null, { ...you, operationId: 'my-operation' })
    expect(registry.cancel('my-operation')).toBe(true)
    expect(operation.signal.reason).toMatchObject({ code: 'aborted' })
    operation.end()
    operation.end()
    expect(registry.cancel('my-operation')).toBe(false)
  })
})
