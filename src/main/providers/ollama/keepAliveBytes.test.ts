/**
 * Keep-alive as the server receives it, byte for byte. "-1" as a string is an error there, inside `options` it is dropped without a
 * word, and 0 and -1 swapped keep for ever what should go: each has happened in other programs.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ask, generations, signal, startProviderRig, type ProviderRig } from './providerRig.ts'

/** What a person chooses, what goes over the wire, and with a load, which 0 would turn into an unload. */
const choices = [
  { choice: 'unload at once', seconds: 0, wire: '0', withLoad: '300' },
  { choice: '5 minutes', seconds: 300, wire: '300', withLoad: '300' },
  { choice: '15 minutes', seconds: 900, wire: '900', withLoad: '900' },
  { choice: '30 minutes', seconds: 1_800, wire: '1800', withLoad: '1800' },
  { choice: '1 hour', seconds: 3_600, wire: '3600', withLoad: '3600' },
  { choice: 'for ever', seconds: -1, wire: '-1', withLoad: '-1' },
  { choice: 'custom, 7 min 30 s', seconds: 450, wire: '450', withLoad: '450' },
  // Servers before 0.11.8 cut fractions off; up is never shorter than asked for.
  { choice: 'custom, 90.5 s', seconds: 90.5, wire: '91', withLoad: '91' },
  { choice: 'for ever, as others write it', seconds: -60, wire: '-1', withLoad: '-1' }
]

describe.each(generations)('on an Ollama %s', (generation) => {
  let rig: ProviderRig
  beforeEach(async () => {
    rig = await startProviderRig({
      generation,
      models: { plain: {}, embedder: { capabilities: ['embedding'] } }
    })
  })
  afterEach(() => rig.close())

  const sent = (path: string): (string | null)[] =>
    rig.fake.requests.filter((request) => request.path === path).map(({ raw }) => raw)

  it.each(choices)('$choice, with a load', async ({ seconds, withLoad }) => {
    await rig.provider.load('plain', { keepAliveSeconds: seconds }, signal)
    await rig.provider.load('plain', { keepAliveSeconds: seconds, contextLength: 2048 }, signal)
    expect(sent('/api/generate')).toEqual([
      `{"model":"plain","prompt":"","stream":false,"keep_alive":${withLoad}}`,
      `{"model":"plain","prompt":"","stream":false,"keep_alive":${withLoad},"options":{"num_ctx":2048}}`
    ])
  })

  it.each(choices)('$choice, with a load of a model that only embeds', async ({ seconds, withLoad }) => {
    await rig.provider.load('embedder', { keepAliveSeconds: seconds, contextLength: 512 }, signal)
    expect(sent('/api/embed')).toEqual([
      `{"model":"embedder","input":[],"keep_alive":${withLoad},"options":{"num_ctx":512}}`
    ])
  })

  it.each(choices)('$choice, with an answer', async ({ seconds, wire }) => {
    await rig.provider.generate('plain', ask({ keepAliveSeconds: seconds }), signal)
    const options = { maxTokens: 1, temperature: 0 }
    await rig.provider.generate('plain', ask({ keepAliveSeconds: seconds, contextLength: 2048, options }), signal)
    expect(sent('/api/generate')).toEqual([
      `{"model":"plain","stream":true,"keep_alive":${wire},"options":{},"prompt":"hi"}`,
      `{"model":"plain","stream":true,"keep_alive":${wire},"options":{"temperature":0,"num_predict":1,"num_ctx":2048},"prompt":"hi"}`
    ])
  })

  it.each(choices)('$choice, in a conversation', async ({ seconds, wire }) => {
    await rig.provider.generate('plain', ask({ keepAliveSeconds: seconds, messages: [] }), signal)
    expect(sent('/api/chat')).toEqual([
      `{"model":"plain","stream":true,"keep_alive":${wire},"options":{},"messages":[{"role":"user","content":"hi"}]}`
    ])
  })

  it.each(choices)('$choice, told to a loaded model', async ({ seconds, wire }) => {
    await rig.provider.load('plain', { keepAliveSeconds: 60, contextLength: 1024 }, signal)
    await rig.provider.setKeepAlive?.('plain', seconds, signal)
    expect(sent('/api/generate')[1]).toBe(
      `{"model":"plain","prompt":"","stream":false,"keep_alive":${wire},"options":{"num_ctx":1024}}`
    )
  })

  it('an unload, of any model', async () => {
    for (const name of ['plain', 'embedder']) {
      await rig.provider.load(name, { keepAliveSeconds: -1 }, signal)
      await rig.provider.unload(name, 5_000, signal)
      expect(sent('/api/generate').at(-1)).toBe(`{"model":"${name}","prompt":"","stream":false,"keep_alive":0}`)
    }
  })
})
