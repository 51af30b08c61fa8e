/** Answers against a fake server of both generations: what is sent, what is read, and what ends them. */
import { afterEach, describe, expect, it } from 'vitest'
import type { FakeOllamaOptions } from '../../../../e2e/fakeOllama.ts'
import { until, ask, generations, signal, startProviderRig, type ProviderRig } from './providerRig.ts'

let rig: ProviderRig
afterEach(() => rig.close())

describe.each(generations)('on an Ollama %s', (generation) => {
  const start = async (options: FakeOllamaOptions = {}): Promise<void> => {
    rig = await startProviderRig({ generation, ...options })
  }

  it('answers in pieces, with its figures', async () => {
    await start({ splitBytes: 7, models: { plain: { tokens: ['Grü', 'ße', '!'], tokenMs: 2 } } })
    const pieces: string[] = []
    const result = await rig.provider.generate('plain', ask({ onText: (text: string) => pieces.push(text) }), signal)
    expect(pieces).toEqual(['Grü', 'ße', '!'])
    expect(result).toMatchObject({ text: 'Grüße!', promptTokens: 2, outputTokens: 3, doneReason: 'stop' })
    expect(result.tokensPerSecond).toBeGreaterThan(1)
    expect(result.firstTokenMs).toBeGreaterThanOrEqual(0)
  })

  it('passes every option under its name there, the context length again, and nothing that was not asked for', async () => {
    await start()
    const options = { temperature: 0.3, topP: 0.9, topK: 40, repeatPenalty: 1.1, maxTokens: 5, seed: 7, stop: ['###'] }
    await rig.provider.generate('plain', ask({ options, contextLength: 2048, system: 'Be brief.' }), signal)
    await rig.provider.generate('plain', ask(), signal)
    expect(rig.bodies('/api/generate')).toEqual([
      {
        model: 'plain',
        prompt: 'hi',
        system: 'Be brief.',
        stream: true,
        keep_alive: 60,
        options: {
          temperature: 0.3,
          top_p: 0.9,
          top_k: 40,
          repeat_penalty: 1.1,
          num_predict: 5,
          seed: 7,
          stop: ['###'],
          num_ctx: 2048
        }
      },
      { model: 'plain', prompt: 'hi', stream: true, keep_alive: 60, options: {} }
    ])
  })

  it('asks for JSON by word, by schema where there is one, and for text by nothing; in a conversation too', async () => {
    await start({ models: { plain: { answer: 'echo' } } })
    const schema = { type: 'object', properties: { isGood: { type: 'boolean' } } }
    const formats = [{ format: 'json', schema: null }, { format: 'json', schema }, { format: 'text' }] as const
    const texts: string[] = []
    for (const format of formats) texts.push((await rig.provider.generate('plain', ask({ format }), signal)).text)
    expect(texts).toEqual(['{"text":"[plain:latest] hi"}', '{"isGood":true}', '[plain:latest] hi'])
    await rig.provider.generate('plain', ask({ format: formats[1], messages: [] }), signal)
    expect(rig.bodies('/api/generate').map(({ format }) => format)).toEqual(['json', schema, undefined])
    expect(rig.bodies('/api/chat')[0]?.['format']).toEqual(schema)
  })

  it('a schema that it cannot keep to is our mistake, and says so', async () => {
    await start()
    const format = { format: 'json', schema: { not: {} } } as const
    await expect(rig.provider.generate('plain', ask({ format }), signal)).rejects.toMatchObject({
      code: 'invalid_input',
      message: 'Ollama cannot keep to the schema of the answer: invalid JSON schema in format'
    })
  })

  it('sends a conversation by chat, in its order and under the same rules, and reads the answer from there', async () => {
    await start({
      splitBytes: 7,
      models: { thinker: { capabilities: ['completion', 'thinking'], thinkingTokens: ['hm'] }, plain: {} }
    })
    const messages = [
      { role: 'user' as const, content: 'Hello' },
      { role: 'assistant' as const, content: 'Hi!' }
    ]
    const pieces: string[] = []
    const talk = { system: 'Be brief.', messages, prompt: 'Go on', options: { maxTokens: 2 }, contextLength: 2048 }
    const onText = (text: string): number => pieces.push(text)
    const result = await rig.provider.generate('thinker', ask({ ...talk, keepAliveSeconds: -1, onText }), signal)
    expect(pieces).toEqual(['Hello', ' there'])
    // The fake counts a word as a token, and one more.
    expect(result).toMatchObject({ text: 'Hello there', promptTokens: 7, outputTokens: 2, doneReason: 'length' })
    expect(result.tokensPerSecond).toBeGreaterThan(1)
    await rig.provider.generate('plain', ask({ messages: [] }), signal)
    expect(rig.bodies('/api/chat')).toEqual([
      {
        model: 'thinker',
        messages: [{ role: 'system', content: 'Be brief.' }, ...messages, { role: 'user', content: 'Go on' }],
        stream: true,
        keep_alive: -1,
        options: { num_predict: 2, num_ctx: 2048 },
        think: false
      },
      { model: 'plain', messages: [{ role: 'user', content: 'hi' }], stream: true, keep_alive: 60, options: {} }
    ])
    expect(rig.bodies('/api/generate')).toEqual([])
  })

  it('what it thinks all the same is not part of a conversation', async () => {
    await start({
      models: { plain: { capabilities: ['completion', 'thinking'], thinkingTokens: ['hm'] } }
    })
    // Unable to describe the model, the server is asked plainly, and so the model thinks.
    rig.fake.fault('/api/tags', { kind: 'status', status: 500, text: 'no' })
    rig.fake.fault('/api/show', { kind: 'status', status: 500, text: 'no' })
    const { text } = await rig.provider.generate('plain', ask({ messages: [] }), signal)
    expect(rig.bodies('/api/chat')[0]).not.toHaveProperty('think')
    expect(text).toBe('Hello there, I am not real.')
  })

  it('a conversation with a model that is not there', async () => {
    await start()
    await expect(rig.provider.generate('nope', ask({ messages: [] }), signal)).rejects.toMatchObject({
      code: 'model_not_found'
    })
  })

  it('asks a model that can think not to, and no other', async () => {
    await start({
      models: { thinker: { capabilities: ['completion', 'thinking'], thinkingTokens: ['hm'] }, plain: {} }
    })
    expect((await rig.provider.generate('thinker', ask(), signal)).text).toBe('Hello there, I am not real.')
    await rig.provider.generate('plain', ask(), signal)
    expect(rig.bodies('/api/generate').map((body) => body['think'])).toEqual([false, undefined])
  })

  it('a cancelled answer ends on the server too', async () => {
    await start({ models: { plain: { hangs: 'stream' } } })
    const controller = new AbortController()
    const answer = rig.provider.generate(
      'plain',
      ask({ keepAliveSeconds: 0, onText: () => controller.abort() }),
      controller.signal
    )
    await expect(answer).rejects.toMatchObject({ code: 'aborted' })
    await until(() => rig.fake.events.includes('unloaded plain:latest'))
  })

  it('an answer and a load that the server cancels by itself have failed, and were cancelled by nobody here', async () => {
    await start()
    rig.fake.fault('/api/generate', { kind: 'error', status: 499, text: 'request canceled' })
    const failed = { code: 'server_failed', message: expect.stringContaining('gave the request up') as string }
    await expect(rig.provider.generate('plain', ask(), signal)).rejects.toMatchObject(failed)
    await expect(rig.provider.load('plain', { keepAliveSeconds: 60 }, signal)).rejects.toMatchObject(failed)
  })

  it('an answer of ours that outlasts the keep-alive is not taken for a stop', async () => {
    await start({ models: { plain: { tokenMs: 20 } } })
    // On the wire 1 s is the shortest: the server itself is asked for less.
    await fetch(`${rig.fake.url}/api/generate`, { method: 'POST', body: '{"model":"plain","keep_alive":"10ms"}' })
    const answer = rig.provider.generate('plain', ask({ keepAliveSeconds: 60 }), signal)
    await until(() => rig.bodies('/api/generate').length === 2)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(await rig.provider.listLoaded(signal)).toMatchObject([{ isStopping: false, unloadsAt: null }])
    await answer
  })
})
