/** Keeps the fake honest: it answers what a real Ollama 0.11.4 was asked as that server did. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startFakeOllama, type FakeOllama } from './fakeOllama.ts'
import { rawRequest } from './fakeOllama/rawRequest.ts'
import { recordedAnswers } from './fakeOllama/recordedAnswers.ts'
import { recordedLoads } from './fakeOllama/recordedLoads.ts'
import { mask, psSummary } from './fakeOllama/recording.ts'

describe('requests recorded from Ollama 0.11.4', () => {
  let fake: FakeOllama
  beforeAll(async () => {
    const weights = 'sha256-d55e6fafdca4f7a9789430f4d11a6f52f1b001e0a9eec7ad7c03e323ddce5c58'
    fake = await startFakeOllama({
      isOffline: true,
      models: {
        plain: { contextLength: 2048, parameters: { num_thread: 1 } },
        broken: {
          loadError: "llama runner process has terminated: error loading model: missing tensor 'blk.0.ffn_up.weight'"
        },
        odd: { family: 'frobnicator', weights, loadError: `unable to load model: /MODELS/blobs/${weights}` }
      }
    })
  })
  afterAll(() => fake.close())

  it.each([...recordedLoads, ...recordedAnswers])(
    '$name',
    async ({ request, body, headers, psAfter, status, type, transfer, text }) => {
      const answer = await rawRequest(fake.url, request, body, headers)
      const expected = { status, type, transfer, text: typeof text === 'string' ? text : expect.stringMatching(text) }
      expect({ ...answer, text: mask(answer.text) }).toEqual(expected)
      if (psAfter) {
        const ps = await rawRequest(fake.url, 'GET /api/ps')
        expect(psSummary(JSON.parse(ps.text), Date.now())).toEqual(psAfter)
      }
    }
  )
})
