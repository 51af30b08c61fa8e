/** Runs in earnest: batches of files, answers as they come, pauses, a killed app, and what comes out as files. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unzipSync, strFromU8 } from 'fflate'
import type { FakeAsk, FakeOllama } from './fakeOllama.ts'
import { HttpError } from './fakeOllama/httpError.ts'
import { expect, test } from './fixtures.ts'
import { chainsPage } from './pages/chainsPage.ts'
import { modelsPage } from './pages/modelsPage.ts'
import { runsPage } from './pages/runsPage.ts'
import { savedFile } from './savedFile.ts'
import { seriousProblems } from './seriousProblems.ts'
import { rigFile, type StokerApp } from './stokerApp.ts'
import { addChain } from './testChains.ts'

const words = ({ model, prompt }: FakeAsk): string => `${model} answers ${prompt}`
const two = { 'a:1b': { answer: words }, 'b:1b': { answer: words } }
/** What the models were asked, in order. */
const prompts = ({ requests }: FakeOllama): string[] =>
  requests.flatMap(({ body, path }) => {
    if (!/generate|chat/.test(path)) return []
    const { prompt, messages } = (body ?? {}) as { prompt?: string; messages?: { content: string }[] }
    const text = prompt ?? messages?.at(-1)?.content ?? ''
    return text === '' ? [] : [text]
  })

async function addTwoSteps(app: StokerApp, name: string): Promise<void> {
  await addChain(app, name, [
    { name: 'One', model: 'ollama/a:1b', prompt: 'one {{input}}' },
    { name: 'Two', model: 'ollama/b:1b', prompt: 'two {{steps.One}}' }
  ])
}

test('a folder is a batch: one item failed and is asked alone again; results are taken away as files and compared', async ({
  start,
  startOllama
}) => {
  let isBroken = true
  let round = 'first'
  const answer = (ask: FakeAsk): string => {
    if (isBroken && ask.prompt.includes('beta')) throw new HttpError(500, 'the engine broke')
    return `${round} ${ask.prompt}`
  }
  const ollama = await startOllama({ generation: '0.30', models: { 'a:1b': { answer } } })
  const app = await start({ environment: { OLLAMA_HOST: ollama.url, STOKER_LOCAL_RETRY_ATTEMPTS: '1' } })
  const { page } = app
  const chains = chainsPage(page)
  const runs = runsPage(page)
  await addChain(app, 'Folder', [{ name: 'Sum', model: 'ollama/a:1b', prompt: 'sum of {{input}}' }])
  await chains.openChain('Folder')
  await chains.openRun('Files')
  const folder = makeFolder()
  await chains.dialog.getByLabel('Choose a folder', { exact: true }).setInputFiles(join(folder, 'notes'))
  await expect(chains.dialog.getByRole('status').filter({ hasText: '3 files' })).toBeVisible()
  await expect(chains.dialog).toContainText('picture.bin is not text')
  await chains.dialog.getByRole('button', { name: 'Run 3 files' }).click()
  await runs.ended('Done, 1 failed')
  await expect(runs.figure('Items')).toContainText('1 failed')
  await runs.openItem('beta.md')
  await expect(runs.step('Sum')).toContainText('the engine broke')

  isBroken = false
  await runs.item.getByRole('button', { name: 'Retry', exact: true }).click()
  await expect(runs.output('Sum')).toHaveText('first sum of about beta')
  await expect(runs.figure('Items')).not.toContainText('failed')
  await runs.ended()
  expect(prompts(ollama).map((prompt) => prompt.slice('sum of about '.length))).toEqual([
    'alpha',
    'beta',
    'gamma',
    'beta'
  ])
  await page.keyboard.press('Escape')

  const exported = (choice: RegExp) => savedFile(app, () => runs.menu(choice, 'Folder'))
  const csv = await exported(/^CSV/)
  expect(csv.name).toMatch(/\.csv$/)
  expect(csv.text.trim().split('\r\n')).toHaveLength(4)
  expect(csv.text).toContain('first sum of about gamma')
  const jsonl = await exported(/^JSONL/)
  expect(
    jsonl.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
  ).toHaveLength(3)
  const markdown = await exported(/^Markdown/)
  expect(markdown.text).toMatch(/^# .*Folder/)
  expect(markdown.text).toContain('first sum of about beta')
  const zip = await exported(/^One file per item/)
  expect(zip.name).toMatch(/^folder-.*\.zip$/)
  const files = Object.entries(unzipSync(zip.bytes)).map(([name, bytes]) => [name, strFromU8(bytes)])
  expect(files).toHaveLength(3)
  expect(files.map(([name]) => name).join()).toContain('alpha')
  expect(files.map(([, text]) => text).join()).toContain('first sum of about alpha')

  round = 'second'
  await runs.button('Run again…').click()
  await expect(chains.dialog).toContainText('1 load')
  await chains.dialog.getByRole('button', { name: 'Run 3 files' }).click()
  await expect(runs.items.nth(0)).toContainText('second sum of about alpha')
  await runs.ended()
  await runs.compare('Folder')
  await expect(page.getByRole('region', { name: 'This run', exact: true })).toContainText('second sum of about alpha')
  await expect(page.getByRole('region', { name: 'The other run', exact: true })).toContainText(
    'first sum of about alpha'
  )
  await expect(page.locator('del').or(page.locator('ins'))).toHaveText(['second', 'first'])
  rmSync(folder, { recursive: true })
})

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'stoker-batch-'))
  const notes = join(folder, 'notes')
  mkdirSync(join(notes, 'more'), { recursive: true })
  writeFileSync(join(notes, 'alpha.md'), 'about alpha')
  writeFileSync(join(notes, 'beta.md'), 'about beta')
  writeFileSync(join(notes, 'more', 'gamma.md'), 'about gamma')
  writeFileSync(join(notes, '.hidden.md'), 'about nothing')
  writeFileSync(join(notes, 'picture.bin'), Buffer.from([1, 0, 2, 0, 3]))
  return folder
}

test('an answer is read as it comes; a run is paused, goes on, is cancelled, and goes on again', async ({
  start,
  startOllama
}) => {
  const ollama = await startOllama({ generation: '0.30', models: two })
  const app = await start({ environment: { OLLAMA_HOST: ollama.url } })
  const { page } = app
  const chains = chainsPage(page)
  const runs = runsPage(page)
  await addTwoSteps(app, 'Held')
  await chains.openChain('Held')
  ollama.script('a:1b', { hangs: 'stream' })
  await dropFiles(app, { 'x.txt': 'x', 'y.txt': 'y', 'z.txt': 'z' })
  await chains.dialog.getByRole('button', { name: 'Run 3 files' }).click()
  await runs.openItem('x.txt')
  await expect(runs.output('One')).toHaveText('a:1b')
  await expect(runs.step('One')).toContainText('Answering')
  await expect(runs.status('Running')).toBeVisible()

  await runs.button('Pause').click()
  ollama.script('a:1b', { hangs: null })
  await runs.ended('Paused')
  await expect(runs.output('One')).toHaveText('a:1b answers one x')
  expect(prompts(ollama)).toEqual(['one x'])

  ollama.script('b:1b', { hangs: 'stream' })
  await runs.button('Resume').click()
  await runs.openItem('x.txt')
  await expect(runs.output('Two')).toHaveText('b:1b')
  await runs.button('Cancel').click()
  await runs.ended('Cancelled')
  await expect.poll(() => ollama.requests.some(({ status }) => status === 499)).toBe(true)
  ollama.script('b:1b', { hangs: null })
  await runs.button('Resume').click()
  await runs.ended()
  await expect(runs.output('Two')).toHaveText('b:1b answers two a:1b answers one x')
  await expect(runs.figure('Items')).toContainText('3 of 3')
  // Only the answer that was cancelled was asked for twice.
  expect(prompts(ollama).toSorted()).toEqual(
    ['x', 'x', 'y', 'z']
      .map((item) => `two a:1b answers one ${item}`)
      .concat(['x', 'y', 'z'].map((item) => `one ${item}`))
      .toSorted()
  )
  await expect(modelsPage(page).bar.getByText('No model loaded')).toBeVisible()
})

/** As a person drops them from the desktop. */
async function dropFiles({ page }: StokerApp, files: Record<string, string>): Promise<void> {
  const chains = chainsPage(page)
  await chains.openRun('Files')
  const dataTransfer = await page.evaluateHandle((given) => {
    const transfer = new DataTransfer()
    for (const [name, text] of Object.entries(given)) transfer.items.add(new File([text], name, { type: 'text/plain' }))
    return transfer
  }, files)
  await chains.dialog.getByRole('group', { name: 'Files to run on' }).dispatchEvent('drop', { dataTransfer })
}

test('a killed app says that its run was interrupted, and resumes it without asking anything twice', async ({
  start,
  target,
  startOllama
}) => {
  const isCoreApart = target === 'electron' && rigFile() !== null
  test.skip(isCoreApart, 'the prepared window has its core in another process, which outlives a kill of the window')
  const ollama = await startOllama({ generation: '0.30', models: two })
  const environment = { OLLAMA_HOST: ollama.url }
  const app = await start({ environment })
  await addTwoSteps(app, 'Killed')
  const chains = chainsPage(app.page)
  await chains.openChain('Killed')
  // The second answer of the second step is the one it dies in.
  ollama.script('b:1b', {
    answer(ask) {
      if (ask.prompt.endsWith('y')) ollama.script('b:1b', { hangs: 'stream' })
      return words(ask)
    }
  })
  await chains.runLines(['x', 'y', 'z'])
  await runsPage(app.page).openItem('line 2')
  await expect(runsPage(app.page).output('Two')).toHaveText('b:1b')
  const ended = once(app.process, 'exit')
  app.process.kill('SIGKILL')
  await ended
  ollama.script('b:1b', { hangs: null, answer: words })

  const next = await start({ environment, dataDirectory: app.dataDirectory })
  const runs = runsPage(next.page)
  await runs.open()
  await runs.row(/^Killed, Interrupted/).click()
  await expect(next.page.getByText('Stoker ended in the middle of it.')).toBeVisible()
  await runs.button('Resume').click()
  await runs.ended()
  await expect(runs.figure('Items')).toContainText('3 of 3')
  await runs.openItem('line 3')
  await expect(runs.output('Two')).toHaveText('b:1b answers two a:1b answers one z')
  const times = (text: string): number => prompts(ollama).filter((prompt) => prompt === text).length
  expect(['x', 'y', 'z'].map((item) => times(`one ${item}`))).toEqual([1, 1, 1])
  expect(['x', 'y', 'z'].map((item) => times(`two a:1b answers one ${item}`))).toEqual([1, 2, 1])
  await expect(modelsPage(next.page).bar.getByText('No model loaded')).toBeVisible()
})

test('of two runs the second waits for the first, and says for which', async ({ start, startOllama }) => {
  const ollama = await startOllama({ generation: '0.30', models: two })
  const app = await start({ environment: { OLLAMA_HOST: ollama.url } })
  const chains = chainsPage(app.page)
  const runs = runsPage(app.page)
  await addTwoSteps(app, 'First')
  await addTwoSteps(app, 'Second')
  ollama.script('a:1b', { hangs: 'prompt' })
  await chains.openChain('First')
  await chains.runLines(['x'])
  await expect(runs.status('Running')).toBeVisible()
  await chains.openChain('Second')
  await chains.runLines(['y'])
  await runs.ended('Queued')
  await runs.button('All runs').click()
  await expect(runs.row(/^Second, Queued/)).toContainText('Waiting for the run of First')
  await expect(runs.row(/^First, Running/)).toBeVisible()
  ollama.script('a:1b', { hangs: null })
  await expect(runs.row(/^Second, Done/)).toBeVisible()
  await expect(runs.row(/^First, Done/)).toBeVisible()
  expect(prompts(ollama)).toEqual(['one x', 'two a:1b answers one x', 'one y', 'two a:1b answers one y'])
})

for (const colorScheme of ['light', 'dark'] as const) {
  test(`nothing serious stands against chains and runs, ${colorScheme}`, async ({ start, startOllama }) => {
    test.slow()
    const ollama = await startOllama({ generation: '0.30', models: two })
    const app = await start({ environment: { OLLAMA_HOST: ollama.url }, colorScheme })
    const { page } = app
    const chains = chainsPage(page)
    const runs = runsPage(page)
    await addTwoSteps(app, 'Looked at')
    await chains.openChain('Looked at')
    await expect(chains.plan).toContainText('2 loads')
    await chains.card('Two').click()
    expect(await seriousProblems(page), 'builder').toEqual([])
    await chains.openRun('Lines')
    await chains.dialog.getByRole('textbox', { name: 'Lines to run on' }).fill('x\ny')
    await expect(chains.dialog.getByRole('button', { name: 'Run 2 lines' })).toBeEnabled()
    expect(await seriousProblems(page), 'inputs').toEqual([])
    ollama.script('b:1b', { hangs: 'stream' })
    await chains.dialog.getByRole('button', { name: 'Run 2 lines' }).click()
    await runs.openItem('line 1')
    await expect(runs.output('Two')).toHaveText('b:1b')
    expect(await seriousProblems(page), 'a run that goes on').toEqual([])
    ollama.script('b:1b', { hangs: null })
    await runs.ended()
    expect(await seriousProblems(page), 'a run that has ended').toEqual([])
    await runs.button('All runs').click()
    await expect(runs.row(/^Looked at, Done/)).toBeVisible()
    expect(await seriousProblems(page), 'runs').toEqual([])
  })
}
