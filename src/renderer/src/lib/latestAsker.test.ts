import { describe, expect, it } from 'vitest'
import { createFakePageClock } from './fakePageClock.ts'
import { createLatestAsker } from './latestAsker.ts'

function bench() {
  const clock = createFakePageClock()
  const sent: { question: number; answer(text: string): Promise<void>; refuse(): Promise<void> }[] = []
  const shown: string[] = []
  const asker = createLatestAsker<number, string>({
    ask: (question) =>
      new Promise((resolve, reject) => {
        sent.push({
          question,
          answer: (text) => (resolve(text), clock.advance(0)),
          refuse: () => (reject(new Error('down')), clock.advance(0))
        })
      }),
    take: (answer) => shown.push(answer),
    fail: (_thrown, question) => shown.push(`failed ${question}`),
    everyMs: 80,
    clock
  })
  return { clock, sent, shown, asker, questions: () => sent.map(({ question }) => question) }
}

describe('createLatestAsker', () => {
  it('asks the first at once, and of a drag only what is newest every 80 ms, the last value among them', async () => {
    const { clock, asker, questions } = bench()
    for (let value = 1; value <= 20; value++) {
      asker.ask(value)
      await clock.advance(10)
    }
    await clock.advance(200)
    expect(questions()).toEqual([1, 8, 16, 20])
  })

  it('shows no answer that is older than the one shown, in whatever order they come', async () => {
    const { clock, sent, shown, asker } = bench()
    asker.ask(1)
    await clock.advance(80)
    asker.ask(2)
    await sent[1]?.answer('two')
    await sent[0]?.answer('one')
    expect(shown).toEqual(['two'])
  })

  it('shows an older answer while the newer one is on its way: the bar moves during a long drag', async () => {
    const { clock, sent, shown, asker } = bench()
    asker.ask(1)
    await clock.advance(80)
    asker.ask(2)
    await sent[0]?.answer('one')
    await sent[1]?.answer('two')
    expect(shown).toEqual(['one', 'two'])
  })

  it('says that the newest question failed, and nothing of a failed one before it', async () => {
    const { clock, sent, shown, asker } = bench()
    asker.ask(1)
    await clock.advance(80)
    asker.ask(2)
    await sent[0]?.refuse()
    expect(shown).toEqual([])
    await sent[1]?.refuse()
    expect(shown).toEqual(['failed 2'])
  })

  it('takes nothing more once it is stopped, and asks what waited no more', async () => {
    const { clock, sent, shown, asker, questions } = bench()
    asker.ask(1)
    asker.ask(2)
    asker.stop()
    await clock.advance(200)
    await sent[0]?.answer('one')
    expect(questions()).toEqual([1])
    expect(shown).toEqual([])
  })
})
