/** How items end: each stop condition, each thing done after an error, and large models that take turns on an Ollama that holds one. */
import type { FakeAsk, FakeOllama, FakeOllamaOptions } from './fakeOllama.ts'
import { HttpError } from './fakeOllama/httpError.ts'
import { expect, test } from './fixtures.ts'
import { chainsPage } from './pages/chainsPage.ts'
import { modelsPage } from './pages/modelsPage.ts'
import { runsPage } from './pages/runsPage.ts'
import { addChain } from './testChains.ts'

/** What fails shall fail at once, and not take its host with it. */
const patient = { STOKER_LOCAL_RETRY_ATTEMPTS: '1', STOKER_BREAKER_FAILURES: '50' }
const said = ({ prompt }: FakeAsk): string => prompt
const fails = (): never => {
  throw new HttpError(500, 'the engine broke')
}
const ollamaWith = (models: FakeOllamaOptions['models']): FakeOllamaOptions => ({
  generation: '0.30',
  ...(models && { models })
})
const asked = (fake: FakeOllama, model: string): number =>
  fake.requests.filter(({ body, path }) => {
    const { model: name, prompt, messages } = (body ?? {}) as { model?: string; prompt?: string; messages?: unknown[] }
    return /generate|chat/.test(path) && name === model && ((prompt ?? '') !== '' || (messages ?? []).length > 0)
  }).length

test('each stop condition, set on the page, ends its item with its reason and its output', async ({
  start,
  startOllama
}) => {
  const ollama = await startOllama(ollamaWith({ 'echo:1b': { answer: said } }))
  const app = await start({ environment: { OLLAMA_HOST: ollama.url } })
  const { page } = app
  const chains = chainsPage(page)
  const runs = runsPage(page)
  await addChain(app, 'Triage', [
    { name: 'Look', model: 'ollama/echo:1b', prompt: '{{input}}' },
    { name: 'Judge', model: 'ollama/echo:1b', prompt: 'Judged: {{steps.Look}}' },
    { name: 'Polish', model: 'ollama/echo:1b', prompt: 'Polished: {{steps.Judge}}' }
  ])
  await chains.openChain('Triage')
  const condition = (number: number) => chains.inspector.getByRole('group', { name: `Condition ${number}` })
  const add = async (number: number, when: string): Promise<void> => {
    await chains.inspector.getByRole('button', { name: /^Add a(nother)? condition/ }).click()
    if (when !== 'the answer contains') await chains.choose(condition(number), 'When', when)
  }
  await chains.card('Look').click()
  await chains.section('Stop the item').click()
  await add(1, 'the answer contains')
  await condition(1).getByRole('textbox', { name: 'Text' }).fill('no risks')
  await condition(1).getByRole('textbox', { name: 'Reason' }).fill('nothing was found')
  await condition(1).getByRole('checkbox', { name: 'A final output of its own' }).check()
  await condition(1).getByRole('textbox', { name: 'Final output' }).fill('Nothing to do about {{input}}')
  await add(2, 'the answer matches')
  await condition(2).getByRole('textbox', { name: 'Pattern' }).fill('^none\\b')
  await add(3, 'the answer is long or short')
  await condition(3).getByRole('textbox', { name: 'Letters' }).fill('3')
  await add(4, 'a field of its JSON')
  await condition(4).getByRole('textbox', { name: 'Path' }).fill('verdict.score')
  await chains.choose(condition(4), 'Comparison', 'over')
  await condition(4).getByRole('textbox', { name: 'Value' }).fill('7')
  await chains.card('Judge').click()
  await add(1, 'so many steps have ended')
  await condition(1).getByRole('textbox', { name: 'Steps' }).fill('2')
  await chains.saved()

  const lines = ['all well, NO RISKS', 'none at all', 'ok', '{"verdict": {"score": 9}}', 'a long story']
  await chains.runLines(lines)
  await runs.ended()
  await expect(runs.figure('Items')).toContainText('5 of 5')
  await expect(runs.figure('Items')).toContainText('5 stopped')
  const reasons = [
    'nothing was found',
    'The output matches “^none\\b”, capitals or not',
    'The output is shorter than 3 letters',
    'In the output, “verdict.score” is over 7',
    '2 steps have ended'
  ]
  for (const [index, reason] of reasons.entries())
    await expect(runs.items.nth(index)).toContainText(`Stopped: ${reason}`)
  await runs.openItem('line 1')
  await expect(runs.item).toContainText('nothing was found')
  await expect(runs.item.getByRole('region', { name: 'Result' })).toContainText(
    'Nothing to do about all well, NO RISKS'
  )
  await expect(runs.step('Judge')).toContainText('Left out')
  await runs.openItem('line 5')
  await expect(runs.output('Judge')).toHaveText('Judged: a long story')
  await expect(runs.step('Polish')).toContainText('Left out')
  // Five looks, one judgement, nothing to polish.
  expect(asked(ollama, 'echo:1b')).toBe(6)
})

test('after an error a step is asked again, another model is asked, a default is taken, or it is left out', async ({
  start,
  startOllama
}) => {
  let failures = 2
  const ollama = await startOllama(
    ollamaWith({
      'shaky:1b': { answer: (ask) => (failures-- > 0 ? fails() : said(ask)) },
      'broken:1b': { answer: fails },
      'spare:1b': { answer: (ask) => `spare says ${ask.prompt}` }
    })
  )
  const app = await start({ environment: { ...patient, OLLAMA_HOST: ollama.url } })
  const { page } = app
  const chains = chainsPage(page)
  const runs = runsPage(page)
  const broken = 'ollama/broken:1b'
  const spare = 'ollama/spare:1b'
  await addChain(app, 'Policies', [
    { name: 'Again', model: 'ollama/shaky:1b', prompt: 'again {{input}}' },
    { name: 'Other', model: broken, prompt: 'other {{input}}' },
    { name: 'Default', model: broken, prompt: 'default {{input}}' },
    { name: 'After', model: spare, prompt: 'after {{steps.Default}}' },
    { name: 'Left', model: broken, prompt: 'left {{input}}' },
    { name: 'Behind', model: spare, prompt: 'behind {{steps.Left}}' }
  ])
  await chains.openChain('Policies')
  await chains.card('Again').click()
  await chains.section('On error').click()
  await chains.inspector.getByRole('textbox', { name: 'Ask again' }).fill('2')
  await chains.card('Other').click()
  await chains.chooseModel('Then ask another model', 'spare:1b')
  await chains.card('Default').click()
  await chains.choose(chains.inspector, 'Then', 'Go on with a default text')
  await chains.inspector.getByRole('textbox', { name: 'Default text' }).fill('nothing known')
  await chains.card('Left').click()
  await chains.choose(chains.inspector, 'Then', 'Leave out what mentions it')
  await chains.saved()

  await chains.runLines(['tea'])
  await runs.ended()
  await runs.openItem('line 1')
  await expect(runs.step('Again')).toContainText('3 tries')
  await expect(runs.output('Again')).toHaveText('again tea')
  await expect(runs.step('Other')).toContainText('the fallback, after the step’s own model failed')
  await expect(runs.output('Other')).toHaveText('spare says other tea')
  await expect(runs.step('Default')).toContainText('Default text')
  await expect(runs.step('Default')).toContainText('the engine broke')
  await expect(runs.output('After')).toHaveText('spare says after nothing known')
  await expect(runs.step('Left')).toContainText('Left out')
  await expect(runs.step('Left')).toContainText('the engine broke')
  await expect(runs.step('Behind')).toContainText('Left out')
  await expect(runs.figure('Items')).toContainText('1 of 1')
  await expect(runs.figure('Items')).not.toContainText('failed')
  await expect(modelsPage(page).bar.getByText('No model loaded')).toBeVisible()
})

test('two large models in one chain take turns once on an Ollama that holds one, not at every item', async ({
  start,
  startOllama
}) => {
  // A sixth of the real ones, on a machine that has room for one of them.
  const ollama = await startOllama({
    generation: '0.30',
    memoryBytes: 8_800_000_000,
    models: {
      'mistral-small:22b': {
        sizeBytes: 2_130_000_000,
        heldBytes: 2_300_000_000,
        parameterSize: '22.2B',
        answer: 'echo'
      },
      'deepseek-r1:70b': { sizeBytes: 7_050_000_000, heldBytes: 7_300_000_000, parameterSize: '70.6B', answer: 'echo' }
    }
  })
  const environment = { OLLAMA_HOST: ollama.url, STOKER_SIMULATE_MEMORY_GB: '16', STOKER_SIMULATE_CHIP: 'Apple M4' }
  const app = await start({ environment })
  const { page, ask } = app
  const chains = chainsPage(page)
  const runs = runsPage(page)
  const [draft, judge] = ['mistral-small:22b', 'deepseek-r1:70b']
  await addChain(app, 'Large', [
    { name: 'Draft', model: `ollama/${draft}`, prompt: 'Draft {{input}}' },
    { name: 'Judge', model: `ollama/${judge}`, prompt: 'Judge {{steps.Draft}}' },
    { name: 'Polish', model: `ollama/${draft}`, prompt: 'Polish {{steps.Judge}}' }
  ])
  const items = ['one', 'two', 'three', 'four']
  await chains.openChain('Large')
  await chains.runLines(items)
  await runs.ended()
  await expect(runs.figure('Items')).toContainText('4 of 4')
  await expect(runs.figure('Loads')).toHaveText('33 planned')
  expect([ollama.loads(draft), ollama.loads(judge)]).toEqual([2, 1])
  await runs.openItem('line 4')
  await expect(runs.output('Judge')).toHaveText(`[${judge}] Judge [${draft}] Draft four`)
  await expect(modelsPage(page).bar.getByText('No model loaded')).toBeVisible()
  expect(ollama.events.at(-1)).toBe(`unloaded ${draft}`)

  // The same questions, each item through its steps before the next.
  const before = ollama.loads()
  for (const item of items)
    for (const name of [draft, judge, draft])
      await ask('models.generate', { id: { hostId: 'ollama', name }, prompt: `About ${item}` })
  expect(ollama.loads() - before).toBeGreaterThanOrEqual(2 * items.length)
})

test('a step that fails for good fails its item alone, with the reason', async ({ start, startOllama }) => {
  const ollama = await startOllama(
    ollamaWith({ 'picky:1b': { answer: (ask) => (ask.prompt.includes('sour') ? fails() : said(ask)) } })
  )
  const app = await start({ environment: { ...patient, OLLAMA_HOST: ollama.url } })
  const chains = chainsPage(app.page)
  const runs = runsPage(app.page)
  await addChain(app, 'Taste', [
    { name: 'Try', model: 'ollama/picky:1b', prompt: 'try {{input}}' },
    { name: 'Tell', model: 'ollama/picky:1b', prompt: 'tell {{steps.Try}}' }
  ])
  await chains.openChain('Taste')
  await chains.runLines(['sweet', 'sour', 'salt'])
  await runs.ended('Done, 1 failed')
  await expect(runs.figure('Items')).toContainText('1 failed')
  await expect(runs.items.nth(1)).toContainText('the engine broke')
  await expect(runs.items.nth(2)).toContainText('tell try salt')
  await runs.openItem('line 2')
  await expect(runs.step('Try')).toContainText('Failed')
  await expect(runs.step('Tell')).toContainText('Left out')
})
